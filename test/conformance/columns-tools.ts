import { readFile } from 'node:fs/promises';
import { Zstd } from '@hpcc-js/wasm-zstd';
import { type Table, tableFromIPC } from 'apache-arrow';
import { asyncBufferFromFile, type Compressors, parquetReadObjects, snappyUncompress } from 'hyparquet';
import { ParquetReader } from 'parquetjs-lite';
import type { ReadRow } from './columns-rows.js';

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}

/** A row out of a reader's object; where the image is a list of samples, `samplesOf` says how it holds them. */
function rowOf(row: unknown, samplesOf: (image: unknown) => Uint8Array | undefined): ReadRow {
  const image = field(row, 'image');
  const png = field(image, 'bytes');
  const label = field(row, 'label');
  const index = field(row, 'index');
  const common = { label, ...(index === undefined ? {} : { index }) };
  if (png instanceof Uint8Array) return { ...common, png, path: field(image, 'path') };
  const pixels = samplesOf(image);
  return pixels === undefined ? common : { ...common, pixels };
}

/** Samples in a list of numbers. */
function listed(image: unknown): Uint8Array | undefined {
  return Array.isArray(image) ? Uint8Array.from(image) : undefined;
}

/** hyparquet's decompressors: it brings Snappy's, and is given Zstandard's. */
export async function hyparquetCompressors(): Promise<Compressors> {
  const zstd = await Zstd.load();
  return {
    SNAPPY: (input, length) => {
      const output = new Uint8Array(length);
      snappyUncompress(input, output);
      return output;
    },
    ZSTD: (input) => zstd.decompress(input),
  };
}

/** The rows of a Parquet file as hyparquet reads them. */
export async function readWithHyparquet(path: string): Promise<ReadRow[]> {
  const file = await asyncBufferFromFile(path);
  // Binary columns without a logical type are bytes, and not text.
  const rows = await parquetReadObjects({ file, compressors: await hyparquetCompressors(), utf8: false });
  return rows.map((row) => rowOf(row, listed));
}

/**
 * The rows of a Parquet file as parquetjs-lite reads them, which shares no code with what wrote them. It gives values out of
 * dictionaries as text.
 */
export async function readWithParquetjs(path: string): Promise<ReadRow[]> {
  const reader = await ParquetReader.openFile(path);
  const cursor = reader.getCursor();
  const rows: ReadRow[] = [];
  for (let row = await cursor.next(); row !== null && row !== undefined; row = await cursor.next()) {
    const { label, index, ...image } = rowOf(row, (list) => {
      const entries = field(list, 'list');
      return Array.isArray(entries)
        ? Uint8Array.from(entries, (entry) => Number(field(entry, 'element')))
        : undefined;
    });
    rows.push({
      ...image,
      label: BigInt(String(label)),
      ...(index === undefined ? {} : { index: BigInt(String(index)) }),
    });
  }
  await reader.close();
  return rows;
}

/** The rows of an Arrow file or stream as apache-arrow reads them, and the table itself. */
export async function readWithArrow(path: string): Promise<{ table: Table; rows: ReadRow[] }> {
  const table = tableFromIPC(await readFile(path));
  const rows = Array.from(table, (row) => {
    const { image, ...columns }: { image?: unknown } = row?.toJSON() ?? {};
    return rowOf({ ...columns, image: plain(image) }, (list) =>
      list instanceof Uint8Array ? list : undefined,
    );
  });
  return { table, rows };
}

/** An apache-arrow value without its wrapping. */
function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('toJSON' in value && 'toArray' in value && typeof value.toArray === 'function' && !('bytes' in value))
    return value.toArray();
  return 'toJSON' in value && typeof value.toJSON === 'function' ? value.toJSON() : value;
}
