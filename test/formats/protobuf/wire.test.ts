import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WireReader } from '../../../src/formats/protobuf/wire.js';

function fieldsOf(...bytes: number[]): [number, number, number[]][] {
  const fields = Array.from(new WireReader(Uint8Array.from(bytes)).fields());
  return fields.map(({ number, wireType, content }) => [number, wireType, Array.from(content)]);
}

describe('WireReader', () => {
  it('reads fields of every wire type', () => {
    expect(fieldsOf(8, 0x96, 1, 17, 1, 2, 3, 4, 5, 6, 7, 8, 26, 2, 9, 9, 37, 4, 3, 2, 1)).toEqual([
      [1, 0, [0x96, 1]],
      [2, 1, [1, 2, 3, 4, 5, 6, 7, 8]],
      [3, 2, [9, 9]],
      [4, 5, [4, 3, 2, 1]],
    ]);
  });

  it('reads field numbers of several bytes', () => {
    // 2^29 - 1 is the largest field number of Protocol Buffers.
    expect(fieldsOf(0xfa, 0xff, 0xff, 0xff, 0x0f, 0)).toEqual([[2 ** 29 - 1, 2, []]]);
  });

  it('reads varints up to 64 bits', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (value) => {
        const bytes: number[] = [];
        let rest = value;
        for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
        const reader = new WireReader(Uint8Array.of(...bytes, Number(rest)));
        expect(reader.varint()).toBe(value);
        expect(reader.atEnd).toBe(true);
      }),
    );
  });

  it.each([
    ['inside a varint', [0x80]],
    ['inside a tag', [0xfa]],
    ['behind a tag', [8]],
    ['inside a value', [8, 0x96]],
    ['inside a length', [10, 0x80]],
    ['inside bytes', [10, 3, 1, 2]],
    ['inside four bytes', [13, 1, 2, 3]],
    ['inside eight bytes', [9, 1, 2, 3, 4, 5, 6, 7]],
  ])('throws a RangeError where the bytes end %s', (_, bytes) => {
    expect(() => fieldsOf(...bytes)).toThrow(RangeError);
  });

  it('throws a RangeError for wire types that are out of use', () => {
    for (const wireType of [3, 4, 6, 7]) expect(() => fieldsOf(8 | wireType, 1)).toThrow(RangeError);
  });
});
