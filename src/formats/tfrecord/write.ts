import type { Sink } from '../../fs/sink.js';
import { type RowBatch, sliceAt } from '../../rows/encoded-rows.js';

/** Writes the framed records of batches, in order: that is all that a TFRecord file is. */
export function writeTfrecordShard(batches: Iterable<RowBatch>, sink: Sink): void {
  for (const { rows, range } of batches) {
    for (let place = range.start; place < range.end; place++) {
      const position = rows.order[place]!;
      const { records, offsets, firstPosition } = sliceAt(rows, position);
      sink.write(records.subarray(offsets[position - firstPosition], offsets[position - firstPosition + 1]));
    }
  }
}
