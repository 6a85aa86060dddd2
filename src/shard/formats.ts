import type { ShardRange } from '../plan/shards.js';
import type { EncodedSplit } from './encoded-split.js';
import { type WrittenFile, writeFileSynced } from './file-sink.js';
import type { Sink } from './sink.js';
import { writeTfrecordShard } from './tfrecord.js';

/** Writes the rows at the places of `range` as one shard. */
type ShardWriter = (split: EncodedSplit, range: ShardRange, sink: Sink) => void;

/** The formats that a shard can have: the next format is one more line here. */
const WRITERS = { tfrecord: writeTfrecordShard } satisfies Record<string, ShardWriter>;

/** Name of a format, as in file names. */
export type FormatName = keyof typeof WRITERS;

/** One shard for a worker to write. */
export interface ShardTask {
  format: FormatName;
  path: string;
  range: ShardRange;
  split: EncodedSplit;
}

/** Writes one shard to a new file. */
export function writeShard({ format, path, range, split }: ShardTask): WrittenFile {
  return writeFileSynced(path, (sink) => WRITERS[format](split, range, sink));
}
