import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { DTYPES, type DType, valuesOf } from '../../../src/dataset/feature.js';
import { parquetSettings } from '../../../src/formats/parquet/settings.js';
import { rowGroupLimits, writeParquetShard } from '../../../src/formats/parquet/write.js';
import type { TableLayout } from '../../../src/rows/table.js';
import { encodedTensors, tableBatches, writtenBy } from '../../rows/encoded.js';

async function fileOf(
  dtype: DType,
  shape: readonly number[],
  values: readonly (number | bigint)[],
): Promise<ArrayBuffer> {
  const layout: TableLayout = {
    columns: { image: 'features' },
    image: 'tensor',
    tensors: 'list',
    dtype,
    shape,
  };
  const settings = await parquetSettings(layout, 'snappy');
  const batches = tableBatches(encodedTensors(dtype, shape, values), rowGroupLimits(layout), layout);
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
    ['uint16', [0, 1, 255, 256, 32_768, 65_535]],
    ['uint32', [0, 1, 2 ** 31, 2 ** 32 - 1, 255, 65_536]],
    ['uint64', [0n, 1n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 53n + 1n, 7n]],
    ['int64', [0n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n + 1n, 7n]],
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

  it('are read again: bool, whose bits do not end with a row', async () => {
    const bools = Array.from({ length: 24 }, (_, at) => (at * at) % 3 === 1);
    for (const shape of [[], [3], [2, 4], [24]]) {
      const size = valuesOf(shape);
      const rows = await parquetReadObjects({ file: await fileOf('bool', shape, bools.map(Number)) });
      const expected = Array.from({ length: 24 / size }, (_, row) =>
        bools.slice(row * size, (row + 1) * size),
      );
      expect(rows.map((row) => row['features'])).toEqual(shape.length === 0 ? expected.flat() : expected);
    }
  });

  it('are read again: float16', async () => {
    const halves = [0x3c00, 0x8000, 0x7c00, 0xfc00, 0x0001, 0x7e00];
    const rows = await parquetReadObjects({ file: await fileOf('float16', [3], halves) });
    expect(rows.map((row) => row['features'])).toEqual([
      [1, -0, Number.POSITIVE_INFINITY],
      [Number.NEGATIVE_INFINITY, 2 ** -24, Number.NaN],
    ]);
  });

  it.each([
    ['bool', [1, 1], [true, true]],
    ['bool', [0, 0], [false, false]],
    ['bool', [1, 0], [false, true]],
    ['uint16', [65_535, 3], [3, 65_535]],
    // As unsigned numbers; as signed ones the greatest would be the least.
    ['uint32', [2 ** 32 - 1, 5, 2 ** 31], [5, 2 ** 32 - 1]],
    ['uint64', [2n ** 64n - 1n, 5n, 2n ** 63n], [5n, 2n ** 64n - 1n]],
    ['int64', [-5n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 32n], [-(2n ** 63n), 2n ** 63n - 1n]],
    ['int64', [2n ** 32n + 1n, 2n ** 32n + 2n ** 31n], [2n ** 32n + 1n, 2n ** 32n + 2n ** 31n]],
    // Halves: 1, -2, 0.5; subnormal ones; zeros, as of other floating-point numbers.
    ['float16', [0x3c00, 0xc000, 0x3800], [-2, 1]],
    ['float16', [0x8001, 0x0002], [-(2 ** -24), 2 ** -23]],
    ['float16', [0xfc00, 0x7bff], [Number.NEGATIVE_INFINITY, 65_504]],
    ['float16', [0x0000, 0x3c00], [-0, 1]],
    ['float16', [0xbc00, 0x8000], [-1, 0]],
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
  ] as const)('have bounds: %s, %s', async (dtype, values, [min, max]) => {
    const [column] = parquetMetadata(await fileOf(dtype, [], values)).row_groups[0]?.columns ?? [];
    expect(column?.meta_data?.statistics).toMatchObject({ min_value: min, max_value: max, null_count: 0n });
    expect(column?.column_index_offset).toBeDefined();
  });

  it.each([
    ['float16', 0x7e01],
    ['float16', 0xfc01],
    ['float32', Number.NaN],
    ['float64', Number.NaN],
  ] as const)('have none where a NaN is among them: %s, %d', async (dtype, nan) => {
    for (const shape of [[], [2]]) {
      const file = await fileOf(dtype, shape, [1, nan, 2, 3]);
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
    expect(await leaf('bool')).toMatchObject({ type: 'BOOLEAN' });
    expect(await leaf('uint16')).toMatchObject({ type: 'INT32', converted_type: 'UINT_16' });
    expect(await leaf('uint32')).toMatchObject({
      type: 'INT32',
      converted_type: 'UINT_32',
      logical_type: { type: 'INTEGER', bitWidth: 32, isSigned: false },
    });
    expect(await leaf('uint64')).toMatchObject({ type: 'INT64', converted_type: 'UINT_64' });
    expect(await leaf('int64')).not.toHaveProperty('logical_type', expect.anything());
    expect(await leaf('float16')).toMatchObject({
      type: 'FIXED_LEN_BYTE_ARRAY',
      type_length: 2,
      logical_type: { type: 'FLOAT16' },
    });
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
