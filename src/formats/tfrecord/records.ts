import { type EncodedRows, type RowBatch, sliceAt } from '../../rows/encoded-rows.js';
import { RECORD_FOOTER_BYTES, RECORD_HEADER_BYTES } from './framing.js';

/** Bytes of the framed record at a place. */
export function recordBytesAt(rows: EncodedRows, place: number): number {
  const position = rows.order[place]!;
  const { offsets, firstPosition } = sliceAt(rows, position);
  return offsets[position - firstPosition + 1]! - offsets[position - firstPosition]!;
}

/** The serialized Examples of batches, in order, as views of the rows' memory. */
export function* serializedExamples(batches: Iterable<RowBatch>): Generator<Uint8Array> {
  for (const { rows, range } of batches) {
    for (let place = range.start; place < range.end; place++) {
      const position = rows.order[place]!;
      const { records, offsets, firstPosition } = sliceAt(rows, position);
      const [start, end] = [offsets[position - firstPosition]!, offsets[position - firstPosition + 1]!];
      yield records.subarray(start + RECORD_HEADER_BYTES, end - RECORD_FOOTER_BYTES);
    }
  }
}
