import type { ShardRange } from '../plan/shards.js';
import type { EncodedSplit } from './encoded-split.js';
import type { Sink } from './sink.js';

/** Writes the framed records at the places of `range`, in order: that is all that a TFRecord file is. */
export function writeTfrecordShard(
  { slices, sliceRows, order }: EncodedSplit,
  range: ShardRange,
  sink: Sink,
): void {
  for (let place = range.start; place < range.end; place++) {
    const row = order[place]!;
    const { records, offsets, firstRow } = slices[Math.floor(row / sliceRows)]!;
    sink.write(records.subarray(offsets[row - firstRow], offsets[row - firstRow + 1]));
  }
}
