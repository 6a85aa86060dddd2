import type { FileAccess } from '../directory/file-access.js';
import type { PublishedSplit } from '../directory/info.js';
import { shardFileOf } from '../directory/shard-file.js';
import { type ShardRow, shardRows } from '../directory/shard-rows.js';
import { DatasetError, fault } from '../errors.js';
import type { FormatName } from '../formats/formats.js';
import { type Decompressors, loadDecompressors } from '../formats/parquet/decompressors.js';
import { NotRead } from '../fs/byte-source.js';
import { OpenFile } from '../fs/open-file.js';
import type { DatasetInfo } from './info.js';
import type { ShardSlice } from './resolve-split.js';

/** Where rows are read from. */
export interface RowSource {
  info: DatasetInfo;
  access: FileAccess;
  format: FormatName;
  slices: readonly ShardSlice[];
}

/** A row, and where it comes from. */
export interface PlacedRow {
  row: ShardRow;
  /** Its place in its split, from 0. */
  place: number;
  /** Its shard's file, and its number in it. */
  file: string;
  record: number;
}

/** How many rows, and bytes of records, come before others are let at the processor. */
const ROWS_AT_ONCE = 256;
const BYTES_AT_ONCE = 2 ** 22;

/**
 * The rows of shards, in the order of the slices; the shards that are not among them are not opened, and rows outside the
 * slices are skipped as cheaply as the format has it.
 *
 * @throws {DatasetError} what is wrong with the file, naming it; `FILE_MISSING`, `COUNT_MISMATCH`, `DISK`; and as {@link FileAccess}
 */
export async function* readRows(source: RowSource): AsyncGenerator<PlacedRow[]> {
  const decompressors = await loadDecompressors();
  const files = source.slices.map((slice) => fileOf(source, slice));
  let at = 0;
  for await (const path of source.access.ready(files)) {
    const slice = source.slices[at++];
    if (slice === undefined) throw new Error('there are more files than slices');
    let rows: PlacedRow[] = [];
    let bytes = 0;
    try {
      for (const placed of sliceRows(source, slice, path, decompressors)) {
        rows.push(placed);
        bytes += placed.row.serializedBytes ?? 0;
        if (rows.length < ROWS_AT_ONCE && bytes < BYTES_AT_ONCE) continue;
        yield rows;
        rows = [];
        bytes = 0;
        await new Promise(setImmediate);
      }
    } catch (error) {
      // What stands before the damage comes all the same.
      if (rows.length > 0) yield rows;
      throw error;
    }
    if (rows.length > 0) yield rows;
  }
}

function splitOf({ info }: RowSource, { split: name }: ShardSlice): PublishedSplit {
  const split = info.splits.find((one) => one.name === name);
  if (split === undefined) throw new Error(`there is no split ${name}`);
  return split;
}

function fileOf(source: RowSource, slice: ShardSlice): string {
  return shardFileOf(source.info, splitOf(source, slice), source.format, slice.shard);
}

function* sliceRows(
  source: RowSource,
  slice: ShardSlice,
  path: string,
  decompressors: Decompressors,
): Generator<PlacedRow> {
  const { info, format } = source;
  const { shard, start, end, shardStart } = slice;
  const split = splitOf(source, slice);
  const file = fileOf(source, slice);
  const open = new OpenFile(path);
  let record = start;
  try {
    for (const row of shardRows(format, open, {
      features: info.features,
      decompressors,
      range: { start, end },
    })) {
      if (row instanceof Error) throw row;
      yield { row, place: shardStart + record, file, record };
      record++;
    }
    if (record !== end)
      throw fault('COUNT_MISMATCH', 'it has fewer rows than the manifest says', {
        expected: `${split.shardLengths[shard]} rows`,
        found: `${record} rows`,
      });
  } catch (error) {
    throw inFile(error, file, record);
  } finally {
    open.close();
  }
}

/** An error with the place where it is. */
export function inFile(thrown: unknown, file: string, record: number): unknown {
  if (thrown instanceof NotRead)
    return fault('USAGE', `${file} cannot be read: ${thrown.message}`, { next: 'Read another format.' });
  if (!(thrown instanceof DatasetError) || thrown.code === 'DISK') return thrown;
  const { code, message, expected, found, next } = thrown;
  return new DatasetError(code, `${file}, record ${record}: ${message}`, {
    expected,
    found,
    next,
    cause: thrown,
  });
}
