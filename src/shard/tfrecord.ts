import type { ShardRange } from '../plan/shards.js';
import { type EncodedSplit, sliceOf } from './encoded-split.js';
import type { Sink } from './sink.js';

/** Writes the framed records at the places of `range`, in order: that is all that a TFRecord file is. */
export function writeTfrecordShard(split: EncodedSplit, range: ShardRange, sink: Sink): void {
  for (let place = range.start; place < range.end; place++) {
    const row = split.order[place]!;
    const { records, offsets, firstRow } = sliceOf(split, row);
    sink.write(records.subarray(offsets[row - firstRow], offsets[row - firstRow + 1]));
  }
}
