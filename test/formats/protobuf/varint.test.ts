import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { varintLength, writeVarint } from '../../../src/formats/protobuf/varint.js';
import { WireReader } from '../../../src/formats/protobuf/wire.js';
import { times } from '../../sample.js';

function varint(value: number): Uint8Array {
  const out = new Uint8Array(10);
  return out.subarray(0, writeVarint(value, out, 0));
}

describe('varints', () => {
  it.each([
    [0, '00'],
    [1, '01'],
    [127, '7f'],
    [128, '8001'],
    [255, 'ff01'],
    [300, 'ac02'],
    [16_383, 'ff7f'],
    [16_384, '808001'],
    [2 ** 31, '8080808008'],
    [2 ** 32, '8080808010'],
    [2 ** 35 - 1, 'ffffffff7f'],
    [2 ** 53 - 1, 'ffffffffffffff0f'],
    [2 ** 53, '8080808080808010'],
  ])('write %i as %s', (value, hex) => {
    expect(Buffer.from(varint(value)).toString('hex')).toBe(hex);
    expect(varintLength(value)).toBe(hex.length / 2);
  });

  it('are read back, and have the length that was told', () => {
    const values = fc.tuple(fc.nat(53), fc.maxSafeNat()).map(([scale, value]) => value % 2 ** scale);
    fc.assert(
      fc.property(values, (value) => {
        const bytes = varint(value);
        expect(varintLength(value)).toBe(bytes.length);
        expect(new WireReader(bytes).varint()).toBe(BigInt(value));
      }),
      { numRuns: times(1000, 100) },
    );
  });

  it('are written at their offset', () => {
    const out = new Uint8Array(5).fill(9);
    expect(writeVarint(300, out, 2)).toBe(4);
    expect(out).toEqual(Uint8Array.of(9, 9, 0xac, 0x02, 9));
  });
});
