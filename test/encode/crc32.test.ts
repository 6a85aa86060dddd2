import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32 } from '../../src/encode/crc32.js';

describe('crc32', () => {
  it('gives the check value', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
  });

  it('is zlib’s, of any part of any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), fc.nat(200), (bytes, a, b) => {
        const [start, end] = [Math.min(a, b, bytes.length), Math.min(Math.max(a, b), bytes.length)];
        expect(crc32(bytes, start, end)).toBe(zlibCrc32(bytes.subarray(start, end)));
        expect(crc32(bytes)).toBe(zlibCrc32(bytes));
        expect(crc32(bytes, start)).toBe(zlibCrc32(bytes.subarray(start)));
      }),
      { numRuns: 1000 },
    );
  });
});
