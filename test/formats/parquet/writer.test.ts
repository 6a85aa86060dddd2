import { Zstd } from '@hpcc-js/wasm-zstd';
import { tableFromIPC } from 'apache-arrow';
import { type FileMetaData, parquetMetadata, parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { type CompressionName, parquetSettings } from '../../../src/formats/parquet/settings.js';
import { rowGroupLimits, writeParquetShard } from '../../../src/formats/parquet/write.js';
import type { ShardRange } from '../../../src/plan/shards.js';
import type { EncodedRows } from '../../../src/rows/encoded-rows.js';
import { encodedImage, type TableLayout } from '../../../src/rows/table.js';
import {
  encodedImages,
  encodedSplit,
  pixelsOf,
  recordOf,
  TABLE,
  tableBatches,
  writtenBy,
} from '../../rows/encoded.js';

const ORDER = [7, 2, 0, 9, 4, 1, 8, 3, 6, 5];
const ALL = { start: 0, end: ORDER.length };
const WITH_INDEX: TableLayout = { ...TABLE, columns: { image: 'image', label: 'label', index: 'index' } };
const TENSOR: TableLayout = { ...TABLE, image: 'tensor' };
const EXTENSION: TableLayout = { ...TENSOR, tensors: 'extension' };

interface Asked {
  range?: ShardRange;
  layout?: TableLayout;
  compression?: CompressionName;
}

async function shardOf(
  split: EncodedRows,
  { range = ALL, layout = TABLE, compression = 'snappy' }: Asked = {},
): Promise<ArrayBuffer> {
  const settings = await parquetSettings(layout, compression);
  const batches = tableBatches(split, rowGroupLimits(layout), layout, range);
  const bytes = writtenBy((sink) => writeParquetShard(batches, sink, layout, settings));
  return Uint8Array.from(bytes).buffer;
}

async function rowsOf(file: ArrayBuffer): Promise<Record<string, unknown>[]> {
  const zstd = await Zstd.load();
  return parquetReadObjects({ file, compressors: { ZSTD: (input) => zstd.decompress(input) }, utf8: false });
}

/** The statistics of a column in each row group. */
function statisticsOf({ row_groups }: FileMetaData, path: string) {
  return row_groups.map(({ columns }) => {
    const column = columns.find(({ meta_data }) => meta_data?.path_in_schema.join('.') === path);
    return column?.meta_data?.statistics;
  });
}

function groupRows({ row_groups }: FileMetaData): number[] {
  return row_groups.map(({ num_rows }) => Number(num_rows));
}

describe('writeParquetShard', () => {
  it('writes images, paths and labels of its places in their order', async () => {
    const split = encodedImages(ORDER);
    const rows = await rowsOf(await shardOf(split, { range: { start: 2, end: 9 } }));
    expect(rows).toEqual(
      ORDER.slice(2, 9).map((row, at) => ({
        image: {
          bytes: Uint8Array.from(encodedImage(split, split.order[2 + at]!)),
          path: `train/0000000${row}.png`,
        },
        label: BigInt(row % 3),
      })),
    );
  });

  it('writes the index where it is wanted', async () => {
    const rows = await rowsOf(await shardOf(encodedImages(ORDER), { layout: WITH_INDEX }));
    expect(rows.map(({ index }) => index)).toEqual(ORDER.map(BigInt));
    expect(Object.keys(rows[0] ?? {})).toEqual(['image', 'label', 'index']);
  });

  it('writes samples as lists', async () => {
    const rows = await rowsOf(await shardOf(encodedImages(ORDER), { layout: TENSOR }));
    expect(rows).toEqual(ORDER.map((row) => ({ image: Array.from(pixelsOf(row)), label: BigInt(row % 3) })));
  });

  it.each([
    ['snappy', 'SNAPPY'],
    ['zstd', 'ZSTD'],
    ['none', 'UNCOMPRESSED'],
  ] as const)('compresses every column by %s, and says so', async (compression, codec) => {
    for (const layout of [TABLE, TENSOR]) {
      const file = await shardOf(encodedImages(ORDER), { layout, compression });
      const columns = parquetMetadata(file).row_groups.flatMap((group) => group.columns);
      expect(columns).not.toHaveLength(0);
      expect(columns.map(({ meta_data }) => meta_data?.codec)).toEqual(columns.map(() => codec));
      expect(await rowsOf(file)).toEqual(await rowsOf(await shardOf(encodedImages(ORDER), { layout })));
    }
  });

  it('has a schema in which every field may be null', async () => {
    const schemaOf = async (layout: TableLayout): Promise<string[]> => {
      const { schema } = parquetMetadata(await shardOf(encodedImages(ORDER), { layout }));
      return schema.map(({ name, type, repetition_type, converted_type, num_children }) =>
        [name, type, repetition_type, converted_type, num_children].filter(Boolean).join(' '),
      );
    };
    expect(await schemaOf(WITH_INDEX)).toEqual([
      'schema 3',
      'image OPTIONAL 2',
      'bytes BYTE_ARRAY OPTIONAL',
      'path BYTE_ARRAY OPTIONAL UTF8',
      'label INT64 OPTIONAL',
      'index INT64 OPTIONAL',
    ]);
    expect(await schemaOf(TENSOR)).toEqual([
      'schema 2',
      'image OPTIONAL LIST 1',
      'list REPEATED 1',
      'element INT32 OPTIONAL UINT_8',
      'label INT64 OPTIONAL',
    ]);
  });

  it('tells of itself what readers look for', async () => {
    const metadata = parquetMetadata(await shardOf(encodedImages(ORDER)));
    expect(metadata).toMatchObject({ version: 1, num_rows: 10n });
    // The expression of parquet-mr's VersionParser.
    const form = /^(.*?)\s+version\s*(?:([^(]*?)\s*(?:\(\s*build\s*([^)]*?)\s*\))?)?$/;
    const [, application, version, build] = form.exec(metadata.created_by ?? '') ?? [];
    expect({ application, version, build }).toEqual({
      application: 'idx-shards',
      version: '1.0.0',
      build: '1',
    });
    expect(metadata.key_value_metadata?.map(({ key }) => key)).toEqual(['huggingface']);
  });

  it.each([
    { layout: TENSOR, keys: ['huggingface', 'ARROW:schema'], extension: {} },
    {
      layout: EXTENSION,
      keys: ['ARROW:schema'],
      extension: {
        'ARROW:extension:name': 'arrow.fixed_shape_tensor',
        'ARROW:extension:metadata': '{"shape":[5,7,1]}',
      },
    },
  ])(
    'tells that lists of samples are of one length, as $layout.tensors',
    async ({ layout, keys, extension }) => {
      const metadata = parquetMetadata(await shardOf(encodedImages(ORDER), { layout }));
      expect(metadata.key_value_metadata?.map(({ key }) => key)).toEqual(keys);
      const { schema } = tableFromIPC(Buffer.from(`${metadata.key_value_metadata?.at(-1)?.value}`, 'base64'));
      expect(schema.fields.map(String)).toEqual(['image: FixedSizeList[35]<Uint8>', 'label: Int64']);
      expect(Object.fromEntries(schema.fields[0]!.metadata)).toEqual(extension);
    },
  );

  it('cuts row groups at 10,000 rows, each with the least and the most of its columns', async () => {
    const rows = 20_001;
    const records = Array.from({ length: rows }, (_, row) => recordOf(row, row % 3));
    const split = encodedSplit(
      records,
      4096,
      records.map((_, place) => rows - 1 - place),
    );
    for (const { labels, firstPosition } of split.slices) {
      for (let at = 0; at < labels.length; at++) {
        const row = firstPosition + at;
        labels[at] = row === 0 ? 1 : row >= 10_001 && row < 10_005 ? 7 : 2;
      }
    }
    const file = await shardOf(split, { layout: WITH_INDEX, range: { start: 0, end: rows } });
    const metadata = parquetMetadata(file);
    expect(groupRows(metadata)).toEqual([10_000, 10_000, 1]);
    const bounds = (path: string): unknown[] =>
      statisticsOf(metadata, path).map((found) => [found?.min_value, found?.max_value, found?.null_count]);
    expect(bounds('label')).toEqual([
      [2n, 7n, 0n],
      [2n, 2n, 0n],
      [1n, 1n, 0n],
    ]);
    expect(bounds('index')).toEqual([
      [10_001n, 20_000n, 0n],
      [1n, 10_000n, 0n],
      [0n, 0n, 0n],
    ]);
    expect(bounds('image.path')).toEqual([
      ['train/00010001.png', 'train/00020000.png', 0n],
      ['train/00000001.png', 'train/00010000.png', 0n],
      ['train/00000000.png', 'train/00000000.png', 0n],
    ]);
    const found = (await rowsOf(file)).map(({ index }) => Number(index));
    expect(found).toEqual(Array.from(split.order));
  });

  it('cuts row groups at 32 MiB of PNGs, and at 4 MiB of samples', async () => {
    const records = [11, 11, 11, 33, 1].map((mib, row) => recordOf(row, mib * 2 ** 20));
    const images = encodedSplit(records, 2, [0, 1, 2, 3, 4]);
    const png = await shardOf(images, { range: { start: 0, end: 5 } });
    expect(groupRows(parquetMetadata(png))).toEqual([2, 1, 1, 1]);

    // As if an image had a MiB of samples: a row has no more than 35, so only the cuts are looked at.
    const many = Array.from({ length: 9 }, (_, row) => row);
    const split = encodedSplit(
      many.map((row) => recordOf(row, 1)),
      4,
      many,
    );
    const samples = new Uint8Array(new SharedArrayBuffer(4 * 2 ** 20));
    const slices = split.slices.map((slice) => ({ ...slice, samples }));
    const tensors = await shardOf(
      { ...split, slices },
      { range: { start: 0, end: 9 }, layout: { ...TENSOR, shape: [1024, 1024, 1] } },
    );
    expect(groupRows(parquetMetadata(tensors))).toEqual([4, 4, 1]);
  });

  it('has bounds of images that hold, cut to 64 bytes', async () => {
    // Of one byte each, over and over, so that they are text as well.
    const records = [70, 100, 64, 65, 3].map((length, row) => recordOf(row + 97, length));
    const metadata = parquetMetadata(
      await shardOf(encodedSplit(records, 2, [3, 1, 4, 2]), { range: { start: 0, end: 4 } }),
    );
    const [found] = statisticsOf(metadata, 'image.bytes');
    // `b` a hundred times, cut; `e` three times.
    expect(found).toMatchObject({ min_value: 'b'.repeat(64), is_min_value_exact: false, max_value: 'eee' });
    const [long] = statisticsOf(
      parquetMetadata(await shardOf(encodedSplit(records, 2, [3, 1]), { range: { start: 0, end: 2 } })),
      'image.bytes',
    );
    expect(long).toMatchObject({ max_value: `${'d'.repeat(63)}e`, is_max_value_exact: false });
  });

  it('writes the same whatever the slices', async () => {
    for (const layout of [WITH_INDEX, TENSOR]) {
      const first = await shardOf(encodedImages(ORDER, 1), { layout });
      for (const sliceRows of [3, 4, 100]) {
        const other = await shardOf(encodedImages(ORDER, sliceRows), { layout });
        expect(Buffer.compare(Buffer.from(other), Buffer.from(first))).toBe(0);
      }
    }
  });
});
