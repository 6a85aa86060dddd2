import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { crc32 } from 'node:zlib';
import { parquetMetadata, parquetReadObjects, readOffsetIndex } from 'hyparquet';
import { ParquetReader } from 'parquetjs-lite';
import { describe, expect, it } from 'vitest';
import { valuesOf } from '../../../src/dataset/feature.js';
import { type CompressionName, parquetSettings } from '../../../src/formats/parquet/settings.js';
import { rowGroupLimits, writeParquetShard } from '../../../src/formats/parquet/write.js';
import type { EncodedRows } from '../../../src/rows/encoded-rows.js';
import { encodedImage, imagePath, labelAt, samplesAt, type TableLayout } from '../../../src/rows/table.js';
import { encodedImages, encodedSplit, recordOf, TABLE, tableBatches, writtenBy } from '../../rows/encoded.js';
import { scratchDir } from '../../scratch-dir.js';
import { chunksOf } from './pages-of.js';

const PAGE_BYTES = 2 ** 20;
const WITH_INDEX: TableLayout = { ...TABLE, columns: { ...TABLE.columns, index: 'index' } };

/** A split of images of these lengths, whose rows lie in it from the last to the first. */
function imagesOf(lengths: readonly number[]): EncodedRows {
  const records = lengths.map((length, row) => recordOf(row, length));
  return encodedSplit(records, 3, [...lengths.keys()].reverse());
}

/** Gives the rows other labels. */
function setLabels({ slices }: EncodedRows, label: (row: number) => number): void {
  for (const { labels, firstPosition } of slices)
    for (let at = 0; at < labels.length; at++) labels[at] = label(firstPosition + at);
}

/** `rows` tensors of a size that no eight divides, in no order. */
function tensorsOf(rows: number, shape: TableLayout['shape']): { split: EncodedRows; layout: TableLayout } {
  const size = valuesOf(shape);
  const split = imagesOf(new Array(rows).fill(1));
  const slices = split.slices.map((slice) => {
    const samples = new Uint8Array(new SharedArrayBuffer(slice.rows * size));
    for (let i = 0; i < samples.length; i++)
      samples[i] = Math.imul(slice.firstPosition * size + i, 2654435761) >>> 23;
    return { ...slice, samples };
  });
  return { split: { ...split, slices }, layout: { ...WITH_INDEX, image: 'tensor', shape } };
}

async function fileOf(
  split: EncodedRows,
  layout: TableLayout,
  compression: CompressionName,
): Promise<ArrayBuffer> {
  const settings = await parquetSettings(layout, compression);
  const batches = tableBatches(split, rowGroupLimits(layout), layout);
  return Uint8Array.from(writtenBy((sink) => writeParquetShard(batches, sink, layout, settings))).buffer;
}

/** Holds sizes, offsets, counts and checksums of a file against the pages that are in it. */
function expectSound(file: ArrayBuffer): void {
  for (const { metadata, pages } of chunksOf(file)) {
    const data = pages.filter(({ header }) => header.type === 0);
    const dictionary = pages.filter(({ header }) => header.type === 2);
    expect(pages).toHaveLength(data.length + dictionary.length);
    expect(dictionary).toHaveLength(metadata.dictionary_page_offset === undefined ? 0 : 1);
    expect(Number(metadata.data_page_offset)).toBe(data[0]?.offset);
    const sizes = pages.map(({ bytes, stored, header }) => bytes - stored.length + header.uncompressed);
    expect(Number(metadata.total_uncompressed_size)).toBe(sizes.reduce((a, b) => a + b));
    expect(Number(metadata.num_values)).toBe(data.reduce((sum, { header }) => sum + header.values, 0));
    for (const { header, stored } of pages) expect(header.crc).toBe(crc32(stored) | 0);
    const encoding = dictionary.length === 0 ? 'PLAIN' : 'PLAIN_DICTIONARY';
    expect(metadata.encodings).toEqual([encoding, 'RLE']);
    expect(metadata.encoding_stats).toEqual([
      ...dictionary.map(() => ({ page_type: 'DICTIONARY_PAGE', encoding, count: 1 })),
      { page_type: 'DATA_PAGE', encoding, count: data.length },
    ]);
  }
  expectLocations(file);
}

/** Offset indexes name the data pages, and row groups begin where the first of their pages does. */
function expectLocations(file: ArrayBuffer): void {
  const chunks = chunksOf(file);
  for (const group of parquetMetadata(file).row_groups) {
    const own = chunks.splice(0, group.columns.length);
    expect(Number(group.file_offset)).toBe(own[0]?.pages[0]?.offset);
    const total = (of: 'total_compressed_size' | 'total_uncompressed_size'): number =>
      own.reduce((sum, { metadata }) => sum + Number(metadata[of]), 0);
    expect(Number(group.total_compressed_size)).toBe(total('total_compressed_size'));
    expect(Number(group.total_byte_size)).toBe(total('total_uncompressed_size'));
    for (const [i, { offset_index_offset, offset_index_length }] of group.columns.entries()) {
      const view = new DataView(file, Number(offset_index_offset), offset_index_length);
      const { page_locations: locations } = readOffsetIndex({ view, offset: 0 });
      const { metadata, pages } = own[i]!;
      const data = pages.filter(({ header }) => header.type === 0);
      const valuesPerRow = Number(metadata.num_values) / Number(group.num_rows);
      let firstRow = 0;
      const expected = data.map(({ offset, bytes, header }) => {
        const location = [BigInt(offset), bytes, BigInt(firstRow)];
        firstRow += header.values / valuesPerRow;
        return location;
      });
      expect(
        locations.map(({ offset, compressed_page_size, first_row_index }) => [
          offset,
          compressed_page_size,
          first_row_index,
        ]),
      ).toEqual(expected);
    }
  }
}

function expectedRows(split: EncodedRows, layout: TableLayout): Record<string, unknown>[] {
  return Array.from(split.order, (row) => ({
    image:
      layout.image === 'png'
        ? { bytes: Uint8Array.from(encodedImage(split, row)), path: imagePath(split.name, row) }
        : Array.from(samplesAt(split, row, layout)),
    label: BigInt(labelAt(split, row)),
    ...(layout.columns.index === undefined ? {} : { index: BigInt(row) }),
  }));
}

/** What parquetjs-lite reads, as it is. */
async function readWithParquetjs(file: ArrayBuffer): Promise<unknown[]> {
  const path = join(await scratchDir(), 'shard.parquet');
  await writeFile(path, new Uint8Array(file));
  const reader = await ParquetReader.openFile(path);
  const cursor = reader.getCursor();
  const rows: unknown[] = [];
  for (let row = await cursor.next(); row !== null && row !== undefined; row = await cursor.next())
    rows.push(row);
  await reader.close();
  return rows;
}

/** A row without what tells readers apart: numbers may come as text or of any type, lists with all of their levels. */
function plain(value: unknown, name = ''): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  if (Array.isArray(value)) return value.map((element) => plain(element));
  if (typeof value !== 'object' || value === null) return name === 'path' ? value : Number(value);
  const entries = Object.entries(value);
  const [[only, inner] = []] = entries;
  if (only === 'list' || only === 'element') return plain(inner);
  return Object.fromEntries(entries.map(([key, entry]) => [key, plain(entry, key)]));
}

async function expectReadBack(
  split: EncodedRows,
  layout: TableLayout,
  compression: CompressionName = 'snappy',
): Promise<ArrayBuffer> {
  const file = await fileOf(split, layout, compression);
  expectSound(file);
  const rows = expectedRows(split, layout);
  const read = await parquetReadObjects({ file, utf8: false });
  expect(read.length).toBe(rows.length);
  const other = await readWithParquetjs(file);
  expect(other.length).toBe(rows.length);
  // A difference of all rows would take minutes to print, and so would a comparison of each that prints.
  for (const [i, row] of rows.entries()) {
    if (!isDeepStrictEqual(read[i], row)) expect(read[i]).toEqual(row);
    if (!isDeepStrictEqual(plain(other[i]), plain(row))) expect(plain(other[i])).toEqual(plain(row));
  }
  return file;
}

/** How many values the data pages of each chunk of a column have. */
function pageValues(file: ArrayBuffer, path: string): number[][] {
  return chunksOf(file)
    .filter(({ metadata }) => metadata.path_in_schema.join('.') === path)
    .map(({ pages }) => pages.filter(({ header }) => header.type === 0).map(({ header }) => header.values));
}

describe('the pages of a shard', () => {
  it.each(['snappy', 'none'] as const)('hold one row, %s', async (compression) => {
    await expectReadBack(imagesOf([100]), WITH_INDEX, compression);
    const { split, layout } = tensorsOf(1, [1, 1, 1]);
    await expectReadBack(split, layout, compression);
  });

  it('are none where there are no rows', async () => {
    const file = await expectReadBack(imagesOf([]), TABLE);
    expect(parquetMetadata(file)).toMatchObject({ num_rows: 0n, row_groups: [] });
  });

  it('hold images of no bytes', async () => {
    await expectReadBack(imagesOf([0, 3, 0]), TABLE);
  });

  it('end before the image that would take them past a MiB, and hold a larger one alone', async () => {
    // Each has its length in 4 bytes before it.
    const half = PAGE_BYTES / 2 - 4;
    const file = await fileOf(
      imagesOf([half, half, half + 1, half, half, 3 * PAGE_BYTES, 5, 5]),
      TABLE,
      'none',
    );
    expectSound(file);
    // From the last row to the first.
    expect(pageValues(file, 'image.bytes')).toEqual([[2, 1, 2, 1, 2]]);
    expect(pageValues(file, 'image.path')).toEqual([[8]]);
    const read = await parquetReadObjects({ file, utf8: false });
    expect(read.map(({ image }) => image.bytes.length)).toEqual([
      ...[5, 5, 3 * PAGE_BYTES, half, half],
      ...[half + 1, half, half],
    ]);
  });

  it.each(['snappy', 'none'] as const)('are many, in several row groups, %s', async (compression) => {
    const split = imagesOf(Array.from({ length: 12_000 }, (_, row) => (row * 7) % 400));
    setLabels(split, (row) => (row * row) % 10);
    const file = await expectReadBack(split, WITH_INDEX, compression);
    expect(pageValues(file, 'image.bytes').map(({ length }) => length)).toEqual([2, 1]);
    expect(pageValues(file, 'label')).toEqual([[10_000], [2000]]);
  });

  it.each([
    { rows: 1, classes: 1 },
    { rows: 9, classes: 1 },
    { rows: 1000, classes: 1 },
    { rows: 7, classes: 2 },
    { rows: 1003, classes: 2 },
    { rows: 1001, classes: 3 },
    { rows: 1001, classes: 5 },
    { rows: 999, classes: 10 },
    { rows: 1001, classes: 17 },
    { rows: 1001, classes: 33 },
    { rows: 1001, classes: 100 },
    { rows: 1000, classes: 129 },
    { rows: 1003, classes: 256 },
    { rows: 200, classes: 200 },
  ])('hold labels of $rows rows in $classes classes', async ({ rows, classes }) => {
    const split = imagesOf(new Array(rows).fill(1));
    // The last classes: a dictionary is of those that are there.
    setLabels(split, (row) => 255 - ((row * 101) % classes));
    const file = await expectReadBack(split, TABLE);
    const label = chunksOf(file).find(({ metadata }) => metadata.path_in_schema[0] === 'label');
    const dictionary = label?.pages.find(({ header }) => header.type === 2);
    const plain = rows * 8;
    const smaller = classes * 8 + (rows * Math.max(1, Math.ceil(Math.log2(classes)))) / 8 < plain - 32;
    expect(dictionary?.header.values).toBe(smaller ? classes : undefined);
  });

  it.each([
    { rows: 1, shape: [3, 3, 1] as const },
    { rows: 7, shape: [1, 1, 1] as const },
    { rows: 8, shape: [1, 1, 1] as const },
    { rows: 9, shape: [5, 7, 3] as const },
    { rows: 1338, shape: [28, 28, 1] as const },
    { rows: 3, shape: [1024, 1025, 1] as const },
  ])('hold $rows tensors of $shape', async ({ rows, shape }) => {
    const { split, layout } = tensorsOf(rows, shape);
    const size = shape[0] * shape[1] * shape[2];
    const file =
      size < PAGE_BYTES ? await expectReadBack(split, layout) : await fileOf(split, layout, 'none');
    expectSound(file);
    const perPage = Math.max(1, Math.floor(PAGE_BYTES / size));
    const pages = Array.from(
      { length: Math.ceil(rows / perPage) },
      (_, page) => Math.min(perPage, rows - page * perPage) * size,
    );
    expect(pageValues(file, 'image.list.element')).toEqual([pages]);
  });

  it('hold paths of splits of any name, and rows of more than eight digits', async () => {
    const name = `${'é'.repeat(60)}`;
    const split = { ...imagesOf([1, 2, 3]), name };
    const file = await expectReadBack(split, TABLE);
    const path = chunksOf(file).find(({ metadata }) => metadata.path_in_schema[1] === 'path');
    expect(path?.metadata.statistics).toMatchObject({
      min_value: imagePath(name, 0),
      max_value: imagePath(name, 2),
      is_min_value_exact: true,
      is_max_value_exact: true,
    });
  });

  it('go to the sink as they are full: nothing larger does', async () => {
    const split = encodedImages([...new Array(500).keys()]);
    const settings = await parquetSettings(TABLE, 'none');
    const sizes: number[] = [];
    const sink = { write: (bytes: Uint8Array) => void sizes.push(bytes.length) };
    const large = imagesOf(new Array(40).fill(PAGE_BYTES / 4));
    for (const images of [split, large])
      writeParquetShard(tableBatches(images, rowGroupLimits(TABLE), TABLE), sink, TABLE, settings);
    expect(Math.max(...sizes)).toBeGreaterThan(PAGE_BYTES / 2);
    expect(Math.max(...sizes)).toBeLessThan(PAGE_BYTES + 100);
  });
});
