import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32c, maskedCrc32c } from '../../../src/formats/tfrecord/crc32c.js';
import { times } from '../../sample.js';

const ascending = Uint8Array.from({ length: 32 }, (_, at) => at);

/** An iSCSI SCSI Read (10) command PDU, as RFC 3720 gives it. */
const READ_COMMAND = Uint8Array.from(
  Buffer.from(
    '01c00000000000000000000000000000140000000000040000000014000000182800000000000000' + '0200000000000000',
    'hex',
  ),
);

/** The definition: one bit after the other. */
function bitwise(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return ~crc >>> 0;
}

describe('crc32c', () => {
  // RFC 3720, appendix B.4, which prints the bytes in the order in which they are sent.
  it.each([
    ['32 bytes of zeros', new Uint8Array(32), 0x8a9136aa],
    ['32 bytes of ones', new Uint8Array(32).fill(255), 0x62a8ab43],
    ['32 bytes counting up', ascending, 0x46dd794e],
    ['32 bytes counting down', ascending.toReversed(), 0x113fdb5c],
    ['a read command', READ_COMMAND, 0xd9963a56],
  ])('is that of RFC 3720 for %s', (_, bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
  });

  it('gives the check value', () => {
    expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
  });

  it('is the definition’s, of any part of any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), fc.nat(200), (bytes, a, b) => {
        const [start, end] = [Math.min(a, b, bytes.length), Math.min(Math.max(a, b), bytes.length)];
        expect(crc32c(bytes, start, end)).toBe(bitwise(bytes.subarray(start, end)));
        expect(crc32c(bytes)).toBe(bitwise(bytes));
      }),
      { numRuns: times(1000, 100) },
    );
  });
});

describe('maskedCrc32c', () => {
  // Rotated by 15 and offset by 0xa282ead8, in Python.
  it.each([
    ['nothing', new Uint8Array(0), 0xa282ead8],
    ['123456789', new TextEncoder().encode('123456789'), 0xc78ab0e5],
    ['32 bytes of zeros', new Uint8Array(32), 0x0fd7fffa],
    ['32 bytes of ones', new Uint8Array(32).fill(255), 0xf909b029],
    ['32 bytes counting up', ascending, 0x951f7892],
    ['32 bytes counting down', ascending.toReversed(), 0x593b0d57],
  ])('masks that of %s', (_, bytes, expected) => {
    expect(maskedCrc32c(bytes, 0, bytes.length)).toBe(expected);
    const among = Uint8Array.of(7, 7, 7, ...bytes, 7, 7);
    expect(maskedCrc32c(among, 3, 3 + bytes.length)).toBe(expected);
  });
});
