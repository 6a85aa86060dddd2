import { tableFromIPC, Vector } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { DTYPE_NAMES, type DType, valuesOf } from '../../../src/dataset/feature.js';
import { arrowRows } from '../../../src/formats/arrow/read.js';
import { RECORD_BATCH_LIMITS, writeArrowShard } from '../../../src/formats/arrow/write.js';
import type { TableLayout } from '../../../src/rows/table.js';
import { halfOf } from '../../fixtures/values.js';
import { inMemory } from '../../fs/in-memory.js';
import { encodedTensors, tableBatches, writtenBy } from '../../rows/encoded.js';

function fileOf(dtype: DType, shape: readonly number[], values: readonly (number | bigint)[]): Buffer {
  const layout: TableLayout = {
    columns: { image: 'features' },
    image: 'tensor',
    tensors: 'list',
    dtype,
    shape,
  };
  const batches = tableBatches(encodedTensors(dtype, shape, values), RECORD_BATCH_LIMITS, layout);
  return writtenBy((sink) => writeArrowShard(batches, sink, layout, 'file'));
}

/** 24 values of each type, its ends among them. */
function valuesFor(dtype: DType): (number | bigint)[] {
  const of = (ends: readonly (number | bigint)[]): (number | bigint)[] =>
    Array.from({ length: 24 }, (_, at) => ends[(at * at) % ends.length]!);
  if (dtype === 'bool') return of([1, 0, 1]);
  if (dtype === 'float16') return of([0x3c00, 0x8001, 0x7c00, 0xfbff, 0x7e00]);
  if (dtype === 'int64') return of([0n, -1n, 2n ** 63n - 1n, -(2n ** 63n)]);
  if (dtype === 'uint64') return of([0n, 1n, 2n ** 63n, 2n ** 64n - 1n]);
  if (dtype === 'float32' || dtype === 'float64') return of([1.5, -0, Number.NaN, Number.NEGATIVE_INFINITY]);
  const bits = Number(/\d+$/.exec(dtype)?.[0]);
  const [least, most] = dtype.startsWith('u')
    ? [0, 2 ** bits - 1]
    : [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
  return of([least, most, 7]);
}

const plain = (value: unknown): unknown => {
  if (value instanceof Vector) return Array.from(value, plain);
  return typeof value === 'boolean' ? Number(value) : value;
};

describe.each(DTYPE_NAMES)('tensors in Arrow: %s', (dtype) => {
  const stored = valuesFor(dtype);
  const meant = dtype === 'float16' ? stored.map((half) => halfOf(Number(half))) : stored;

  // Rows of 3 bools end within a byte.
  it.each([[[]], [[3]], [[2, 4]], [[24]]])('are read again, in the shape %j', (shape) => {
    const size = valuesOf(shape);
    const expected = Array.from({ length: 24 / size }, (_, row) => meant.slice(row * size, (row + 1) * size));
    const file = fileOf(dtype, shape, stored);
    const column = tableFromIPC(file).getChild('features');
    expect(Array.from(column ?? [], plain)).toEqual(shape.length === 0 ? meant : expected);
    const rows = [...arrowRows(inMemory(file))].map((row) => {
      const cell = row.get('features');
      return cell !== undefined && 'numbers' in cell ? Array.from<number | bigint>(cell.numbers) : undefined;
    });
    expect(rows).toEqual(expected);
  });
});
