import { describe, expect, it } from 'vitest';
import { withOneNaN } from '../../src/verify/one-nan.js';

/** Numbers of 16 or of 32 bits as little-endian bytes. */
const halves = (...bits: number[]): Uint8Array => new Uint8Array(Uint16Array.from(bits).buffer);
const words = (...bits: number[]): Uint8Array => new Uint8Array(Uint32Array.from(bits).buffer);

describe('withOneNaN', () => {
  it('makes one of all NaNs, and leaves all else', () => {
    const others16 = [0x0000, 0x8000, 0x0001, 0x7bff, 0x7c00, 0xfc00];
    expect(withOneNaN(halves(...others16, 0x7c01, 0xfdff, 0x7e00), 'float16')).toEqual(
      halves(...others16, 0x7e00, 0x7e00, 0x7e00),
    );
    const others32 = [0, 0x80000000, 1, 0x7f7fffff, 0x7f800000, 0xff800000];
    expect(withOneNaN(words(...others32, 0x7f800001, 0xffbfffff, 0x7fc00000), 'float32')).toEqual(
      words(...others32, 0x7fc00000, 0x7fc00000, 0x7fc00000),
    );
  });

  it('does not touch what it was given, nor elements of other types', () => {
    const bytes = words(0x7f800001);
    withOneNaN(bytes, 'float32');
    expect(bytes).toEqual(words(0x7f800001));
    expect(withOneNaN(bytes, 'int32')).toBe(bytes);
  });
});
