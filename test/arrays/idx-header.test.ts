import { describe, expect, it } from 'vitest';
import { IDX_MAGIC_BYTES, idxHeaderLength, parseIdxHeader } from '../../src/arrays/idx-header.js';
import { IDX, idxHead, TYPES } from './idx-file.js';

describe('idxHeaderLength', () => {
  it.each([
    [1, 8],
    [2, 12],
    [3, 16],
    [255, 1024],
  ])('counts the bytes of %i dimensions', (rank, expected) => {
    expect(idxHeaderLength(Uint8Array.of(0, 0, 8, rank), 'file')).toBe(expected);
    expect(IDX_MAGIC_BYTES).toBe(4);
  });

  it.each([
    ['another first byte', [1, 0, 8, 3], '01 00 08 03'],
    ['another second byte', [0, 1, 8, 3], '00 01 08 03'],
    ['no dimensions', [0, 0, 8, 0], '00 00 08 00'],
    ['gzip', [0x1f, 0x8b, 8, 0], '1f 8b 08 00'],
    ['too few bytes', [0, 0, 8], '00 00 08'],
    ['no bytes', [], ''],
  ])('refuses %s', (_, magic, found) => {
    expect(() => idxHeaderLength(Uint8Array.from(magic), 'images.gz')).toThrow(
      expect.objectContaining({
        name: 'DatasetError',
        code: 'IDX_MAGIC',
        message: 'images.gz is not an IDX file',
        expected: '00 00, a type, a number of dimensions above 0',
        found,
      }),
    );
  });
});

describe('parseIdxHeader', () => {
  it.each(TYPES)('reads type %i as %s', (code, dtype) => {
    expect(parseIdxHeader(idxHead(code, 60_000), 'file')).toEqual({ ...IDX, dtype, dimensions: [60_000] });
  });

  it('reads dimensions as big-endian, unsigned', () => {
    const dimensions = [0x01020304, 28, 2 ** 32 - 1, 0];
    expect(parseIdxHeader(idxHead(8, ...dimensions), 'file').dimensions).toEqual(dimensions);
  });

  it('reads a head that lies among other bytes', () => {
    const among = Uint8Array.of(9, 9, 9, ...idxHead(8, 5, 6), 9);
    expect(parseIdxHeader(among.subarray(3, 15), 'file')).toEqual({
      ...IDX,
      dtype: 'uint8',
      dimensions: [5, 6],
    });
  });

  it.each([
    [0, '00'],
    [7, '07'],
    [10, '0a'],
    [15, '0f'],
    [255, 'ff'],
  ])('refuses type %i', (code, found) => {
    expect(() => parseIdxHeader(idxHead(code, 3), 'images.gz')).toThrow(
      expect.objectContaining({
        name: 'DatasetError',
        code: 'IDX_TYPE',
        message: 'images.gz has an element type that IDX does not know',
        expected: '08 (ubyte), 09 (byte), 0b (short), 0c (int), 0d (float), 0e (double)',
        found,
      }),
    );
  });
});
