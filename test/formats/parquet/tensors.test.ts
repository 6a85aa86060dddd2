import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { DTYPES, type DType, valuesOf } from '../../../src/dataset/feature.js';
import { parquetSettings } from '../../../src/formats/parquet/settings.js';
import { rowGroupLimits, writeParquetShard } from '../../../src/formats/parquet/write.js';
import { encodeSlice } from '../../../src/prepare/encode-slice.js';
import type { EncodedRows } from '../../../src/rows/encoded-rows.js';
import type { TableLayout } from '../../../src/rows/table.js';
import { tableBatches, writtenBy } from '../../rows/encoded.js';

/** Rows of a tensor whose elements are written by a function, in the order of their positions. */
function rowsOf(dtype: DType, shape: readonly number[], values: readonly number[]): EncodedRows {
  const { bytes } = DTYPES[dtype];
  const view = new DataView(new SharedArrayBuffer(values.length * bytes));
  for (const [at, value] of values.entries()) {
    if (dtype === 'float32') view.setFloat32(at * 4, value);
    else if (dtype === 'float64') view.setFloat64(at * 8, value);
    else if (bytes === 4) view.setInt32(at * 4, value);
    else if (bytes === 2) view.setInt16(at * 2, value);
    else view.setInt8(at, value);
  }
  const rows = values.length / valuesOf(shape);
  const slice = encodeSlice({
    keys: { splitName: 'train' },
    features: { input: { kind: 'tensor', name: 'features', dtype, shape } },
    firstRow: 0,
    rows,
    elements: new Uint8Array(view.buffer),
    keepSamples: true,
  });
  const order = Uint32Array.from({ length: rows }, (_, row) => slice.rowNumbers.indexOf(row));
  return { name: 'train', slices: [slice], sliceRows: rows, order };
}

async function fileOf(
  dtype: DType,
  shape: readonly number[],
  values: readonly number[],
): Promise<ArrayBuffer> {
  const layout: TableLayout = {
    columns: { image: 'features' },
    image: 'tensor',
    tensors: 'list',
    dtype,
    shape,
  };
  const settings = await parquetSettings(layout, 'snappy');
  const batches = tableBatches(rowsOf(dtype, shape, values), rowGroupLimits(layout), layout);
  const bytes = writtenBy((sink) => writeParquetShard(batches, sink, layout, settings));
  return Uint8Array.from(bytes).buffer;
}

const INTEGERS = [-3, 7, 0, -128, 127, 5];

describe('the values of tensors in Parquet', () => {
  it.each([
    ['uint8', [0, 200, 255, 3, 1, 7]],
    ['int8', INTEGERS],
    ['int16', [...INTEGERS.slice(0, 4), -32_768, 32_767]],
    ['int32', [...INTEGERS.slice(0, 4), -(2 ** 31), 2 ** 31 - 1]],
    ['float32', [1.5, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2 ** -149, 3]],
    ['float64', [1.1, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324, Number.NaN]],
  ] as const)('are read again: %s', async (dtype, values) => {
    for (const shape of [[], [3], [1, 2]]) {
      const size = valuesOf(shape);
      const rows = await parquetReadObjects({ file: await fileOf(dtype, shape, values) });
      const expected = Array.from({ length: 6 / size }, (_, row) =>
        values.slice(row * size, (row + 1) * size),
      );
      expect(rows.map((row) => row['features'])).toEqual(shape.length === 0 ? expected.flat() : expected);
    }
  });

  it.each([
    ['uint8', [3, 200], [3, 200]],
    ['int8', [-3, 100], [-3, 100]],
    ['int16', [-300, 5], [-300, 5]],
    ['int32', [2 ** 31 - 1, -(2 ** 31)], [-(2 ** 31), 2 ** 31 - 1]],
    ['float32', [-1.5, -2.5], [-2.5, -1.5]],
    ['float64', [Number.NEGATIVE_INFINITY, 1e300], [Number.NEGATIVE_INFINITY, 1e300]],
    // By parquet.thrift, a zero is the least as -0 and the greatest as +0.
    ['float32', [0, 1], [-0, 1]],
    ['float64', [-1, -0], [-1, 0]],
    ['float64', [0, 0], [-0, 0]],
  ] as const)('have bounds: %s, %j', async (dtype, values, [min, max]) => {
    const [column] = parquetMetadata(await fileOf(dtype, [], values)).row_groups[0]?.columns ?? [];
    expect(column?.meta_data?.statistics).toMatchObject({ min_value: min, max_value: max, null_count: 0n });
    expect(column?.column_index_offset).toBeDefined();
  });

  it.each(['float32', 'float64'] as const)('have none where a NaN is among them: %s', async (dtype) => {
    for (const shape of [[], [2]]) {
      const file = await fileOf(dtype, shape, [1, Number.NaN, 2, 3]);
      const [column] = parquetMetadata(file).row_groups[0]?.columns ?? [];
      expect(column?.meta_data?.statistics).toEqual({ null_count: 0n });
      expect(column).not.toHaveProperty('column_index_offset', expect.anything());
      expect(column?.offset_index_offset).toBeDefined();
    }
  });

  it('say what they are', async () => {
    const leaf = async (dtype: DType) => parquetMetadata(await fileOf(dtype, [], [1])).schema[1];
    expect(await leaf('int8')).toMatchObject({ type: 'INT32', converted_type: 'INT_8' });
    expect(await leaf('int16')).toMatchObject({ type: 'INT32', converted_type: 'INT_16' });
    expect(await leaf('int32')).not.toHaveProperty('logical_type', expect.anything());
    expect(await leaf('float32')).toMatchObject({ type: 'FLOAT' });
    expect(await leaf('float64')).toMatchObject({ type: 'DOUBLE' });
  });

  it('have row groups of as much in a reader, whatever their type', () => {
    const limit = (dtype: DType) =>
      rowGroupLimits({ columns: { image: 'x' }, image: 'tensor', tensors: 'list', dtype, shape: [] }).bytes /
      DTYPES[dtype].bytes;
    expect(limit('uint8')).toBe(4 * 2 ** 20);
    for (const dtype of ['int8', 'int16', 'int32', 'float32'] as const)
      expect(limit(dtype)).toBe(4 * 2 ** 20);
    expect(limit('float64')).toBe(Math.floor(2 ** 25 / 12));
  });
});
