import { type WrittenFile, writeNewFile } from '../fs/file-sink.js';
import type { Sink } from '../fs/sink.js';
import { SHARD_TEMPLATE, SHARD_TEMPLATE_BY_ENDING } from '../plan/filename.js';
import type { ShardRange } from '../plan/shards.js';
import { type BatchLimits, type BytesAt, rowsInMemory, type SplitRows } from '../rows/batches.js';
import type { EncodedSplit } from '../rows/spill/row-store.js';
import { rowsSpilled } from '../rows/spill/spilled-split.js';
import { imageBytesAt, type TableLayout } from '../rows/table.js';
import type { ArrowForm } from './arrow/framing.js';
import { type CompressionName, parquetSettings } from './parquet/settings.js';
import { recordBytesAt, serializedExamples } from './tfrecord/records.js';

/** What the shards of a run have in common. */
export interface ShardLayout {
  table: TableLayout;
  /** How Parquet's pages are compressed. */
  compression: CompressionName;
  arrowForm: ArrowForm;
}

/** Writes the rows at the places of `range` as one shard. */
type ShardWriter = (split: SplitRows, range: ShardRange, sink: Sink) => void;

/** How many records are at hand at once, where nothing else asks for batches: few, as they are in memory. */
export const RECORD_LIMITS: BatchLimits = { rows: 1000, bytes: 1024 * 1024 };

/**
 * The formats that a shard can have, each with its writer. A format's library is loaded by the workers that
 * write shards of it, and by nobody else.
 */
const WRITERS = {
  tfrecord: async () => {
    const { writeTfrecordShard } = await import('./tfrecord/write.js');
    return (split, range, sink) =>
      writeTfrecordShard(split.batches(range, RECORD_LIMITS, recordBytesAt), sink);
  },
  array_record: async () => {
    const { writeArrayRecord } = await import('./array-record/write.js');
    return (split, range, sink) =>
      writeArrayRecord(serializedExamples(split.batches(range, RECORD_LIMITS, recordBytesAt)), sink);
  },
  arrow: async ({ table, arrowForm }) => {
    const { RECORD_BATCH_LIMITS, writeArrowShard } = await import('./arrow/write.js');
    return (split, range, sink) =>
      writeArrowShard(split.batches(range, RECORD_BATCH_LIMITS, imageBytesOf(table)), sink, table, arrowForm);
  },
  parquet: async ({ table, compression }) => {
    const { rowGroupLimits, writeParquetShard } = await import('./parquet/write.js');
    const settings = await parquetSettings(table, compression);
    const limits = rowGroupLimits(table);
    return (split, range, sink) =>
      writeParquetShard(split.batches(range, limits, imageBytesOf(table)), sink, table, settings);
  },
} satisfies Record<string, (layout: ShardLayout) => Promise<ShardWriter>>;

const imageBytesOf = (table: TableLayout): BytesAt => {
  return (rows, place) => imageBytesAt(rows, place, table);
};

/** Name of a format, as in file names. */
export type FormatName = keyof typeof WRITERS;

/** All formats. */
export const FORMAT_NAMES: readonly FormatName[] = ['tfrecord', 'array_record', 'arrow', 'parquet'];

/** The formats that are written when nobody chooses. */
export const DEFAULT_FORMATS: readonly FormatName[] = ['tfrecord', 'arrow', 'parquet'];

/** Whether a format of this name is there. */
export function isFormatName(name: string): name is FormatName {
  return Object.hasOwn(WRITERS, name);
}

/** Whether a format has columns, and not records. */
export function hasColumns(format: FormatName): boolean {
  return format === 'arrow' || format === 'parquet';
}

/** How the names of a format's shards are spelled. */
export function shardTemplate(format: FormatName): string {
  return hasColumns(format) ? SHARD_TEMPLATE_BY_ENDING : SHARD_TEMPLATE;
}

/** Whether TFDS reads one of these: what it calls Parquet is another thing, serialized Examples in one column. */
export function isReadByTfds(formats: readonly FormatName[]): boolean {
  return formats.includes('tfrecord') || formats.includes('array_record');
}

/** One shard for a worker to write. */
export interface ShardTask {
  format: FormatName;
  path: string;
  range: ShardRange;
  split: EncodedSplit;
  layout: ShardLayout;
}

/** The rows of a split, wherever they are. */
export function rowsOf(split: EncodedSplit): SplitRows {
  return split.state === 'spilled' ? rowsSpilled(split.encoded) : rowsInMemory(split.encoded);
}

/** Writes one shard to a new file. */
export async function writeShard({ format, path, range, split, layout }: ShardTask): Promise<WrittenFile> {
  const write: ShardWriter = await WRITERS[format](layout);
  return writeNewFile(path, (sink) => write(rowsOf(split), range, sink));
}
