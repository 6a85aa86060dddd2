import { RECORD_FOOTER_BYTES, RECORD_HEADER_BYTES } from '../encode/record.js';
import type { EncodedSlice } from '../encode/slice.js';
import type { ShardRange } from '../plan/shards.js';

/**
 * Encoded rows in memory, with the order in which they go into shards. A row is reached by its position: the row `i` of
 * a slice is at `firstPosition + i`.
 */
export interface EncodedRows {
  /** Name of the split. */
  name: string;
  /** Slices whose first positions are the multiples of `sliceRows`. */
  slices: readonly EncodedSlice[];
  sliceRows: number;
  /** `order[place]` is the position of the row at that place. */
  order: Uint32Array;
}

/** Rows at hand: those at the places of `range`. */
export interface RowBatch {
  rows: EncodedRows;
  range: ShardRange;
}

/** The slice that holds a position. */
export function sliceAt({ slices, sliceRows }: EncodedRows, position: number): EncodedSlice {
  return slices[Math.floor(position / sliceRows)]!;
}

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
