import { describe, expect, it } from 'vitest';
import { DTYPES, type DType } from '../../src/dataset/feature.js';
import type { Cell, Numbers } from '../../src/rows/cell.js';
import { isSame, RowChecker } from '../../src/verify/check-row.js';
import { Findings } from '../../src/verify/findings.js';
import { sampleBytes } from '../../src/verify/sample-bytes.js';

/** What a tensor of two elements is checked as. */
function checked(dtype: DType, encoding: 'none' | 'bytes', cell: Cell): Cell {
  const feature = { name: 'x', kind: 'tensor', dtype, shape: [2], encoding } as const;
  const { cells } = new RowChecker([feature], new Findings()).check({ cells: new Map([['x', cell]]) });
  return cells.get('x')!;
}

/** Two elements of each type, little-endian, and as an Example and columns have them. */
const ELEMENTS: Readonly<Record<DType, { bytes: number[]; example: Numbers; column: Numbers }>> = {
  bool: { bytes: [1, 0], example: [1n, 0n], column: Uint8Array.of(1, 0) },
  uint8: { bytes: [255, 3], example: [255n, 3n], column: Uint8Array.of(255, 3) },
  int8: { bytes: [255, 3], example: [-1n, 3n], column: Int8Array.of(-1, 3) },
  uint16: { bytes: [0, 255, 3, 0], example: [65_280n, 3n], column: Int32Array.of(65_280, 3) },
  int16: { bytes: [0, 255, 3, 0], example: [-256n, 3n], column: Int16Array.of(-256, 3) },
  uint32: {
    bytes: [1, 0, 0, 255, 3, 0, 0, 0],
    example: [4_278_190_081n, 3n],
    column: Uint32Array.of(4_278_190_081, 3),
  },
  int32: {
    bytes: [1, 0, 0, 255, 3, 0, 0, 0],
    example: [-16_777_215n, 3n],
    column: Int32Array.of(-16_777_215, 3),
  },
  uint64: {
    bytes: [1, 0, 0, 0, 0, 0, 0, 255, 3, 0, 0, 0, 0, 0, 0, 0],
    example: [1n - 2n ** 56n, 3n],
    column: BigUint64Array.of(2n ** 64n - 2n ** 56n + 1n, 3n),
  },
  int64: {
    bytes: [1, 0, 0, 0, 0, 0, 0, 255, 3, 0, 0, 0, 0, 0, 0, 0],
    example: [1n - 2n ** 56n, 3n],
    column: BigInt64Array.of(1n - 2n ** 56n, 3n),
  },
  float16: {
    bytes: [1, 0, 0, 0xbc],
    example: Float32Array.of(2 ** -24, -1),
    column: Float32Array.of(2 ** -24, -1),
  },
  float32: {
    bytes: [0, 0, 0xc0, 0x3f, 0, 0, 0x80, 0xff],
    example: Float32Array.of(1.5, Number.NEGATIVE_INFINITY),
    column: Float32Array.of(1.5, Number.NEGATIVE_INFINITY),
  },
  float64: {
    bytes: [0, 0, 0, 0, 0, 0, 0xf8, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0x80],
    example: Float64Array.of(1.5, -0),
    column: Float64Array.of(1.5, -0),
  },
};

describe.each(Object.entries(ELEMENTS))('a tensor of %s', (name, { bytes, example, column }) => {
  const dtype = name as DType;
  const encoded = { bytes: Uint8Array.from(bytes) };

  it('is the same as numbers, as bytes and in a column', () => {
    const cells = [
      checked(dtype, 'none', { numbers: example }),
      checked(dtype, 'bytes', encoded),
      { numbers: column },
    ];
    for (const cell of cells) {
      expect(isSame(cells[0]!, cell, undefined)).toBe(true);
      expect('numbers' in cell && sampleBytes(cell.numbers, dtype)).toEqual(encoded.bytes);
    }
    const [first, second] = column;
    expect(isSame(cells[0]!, { numbers: [Number(second), Number(first)] }, undefined)).toBe(false);
  });

  it('is refused with bytes too many or too few', () => {
    for (const length of [bytes.length - 1, bytes.length + DTYPES[dtype].bytes])
      expect(() => checked(dtype, 'bytes', { bytes: new Uint8Array(length) })).toThrow(
        expect.objectContaining({ code: 'EXAMPLE_INVALID' }),
      );
  });
});
