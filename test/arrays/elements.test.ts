import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copyLittleEndian, isInteger, readIntegers } from '../../src/arrays/elements.js';
import { DTYPE_NAMES, DTYPES } from '../../src/dataset/feature.js';
import { turned } from '../fixtures/npy.js';
import { valuesIn } from '../fixtures/values.js';

const elements = (size: number) => fc.uint8Array({ minLength: 4 * size, maxLength: 4 * size });

describe('elements', () => {
  it.each(DTYPE_NAMES.filter(isInteger))('are read as integers in both orders of bytes: %s', (dtype) => {
    fc.assert(
      fc.property(elements(DTYPES[dtype].bytes), fc.boolean(), (bytes, littleEndian) => {
        const expected = valuesIn(bytes, dtype, littleEndian).map(Number);
        const found = [...readIntegers(bytes, { dtype, littleEndian })];
        expect(found).toEqual(dtype === 'bool' ? expected.map((value) => Math.min(value, 1)) : expected);
      }),
    );
  });

  it.each(DTYPE_NAMES)('are copied with the least byte first: %s', (dtype) => {
    fc.assert(
      fc.property(elements(DTYPES[dtype].bytes), (bytes) => {
        const little = dtype === 'bool' ? bytes.map((byte) => Math.min(byte, 1)) : bytes;
        for (const littleEndian of [false, true]) {
          const out = new Uint8Array(bytes.length + 4).fill(7);
          copyLittleEndian(littleEndian ? bytes : turned(bytes, dtype), { dtype, littleEndian }, out, 2);
          expect(out).toEqual(Uint8Array.of(7, 7, ...little, 7, 7));
        }
      }),
    );
  });
});
