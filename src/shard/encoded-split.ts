import { RECORD_FOOTER_BYTES, RECORD_HEADER_BYTES } from '../encode/record.js';
import type { EncodedSlice } from '../encode/slice.js';
import type { ShardRange } from '../plan/shards.js';

/** A split whose rows are all encoded, with the order in which they go into shards. All of it lies in shared memory. */
export interface EncodedSplit {
  /** Name of the split. */
  name: string;
  /** Slices in row order; each but the last has `sliceRows` rows. */
  slices: readonly EncodedSlice[];
  sliceRows: number;
  /** `order[place]` is the row at that place. */
  order: Uint32Array<SharedArrayBuffer>;
  /** The rows' labels, by row. */
  labels: Uint8Array<SharedArrayBuffer>;
}

/** The slice that holds a row. */
export function sliceOf({ slices, sliceRows }: EncodedSplit, row: number): EncodedSlice {
  return slices[Math.floor(row / sliceRows)]!;
}

/** Bytes of the framed record at each place of the split's order. */
export function recordBytesByPlace(split: EncodedSplit): Uint32Array {
  return Uint32Array.from(split.order, (row) => {
    const { offsets, firstRow } = sliceOf(split, row);
    return offsets[row - firstRow + 1]! - offsets[row - firstRow]!;
  });
}

/** The serialized Examples at the places of `range`, in order, as views of shared memory. */
export function* serializedExamples(split: EncodedSplit, range: ShardRange): Generator<Uint8Array> {
  for (let place = range.start; place < range.end; place++) {
    const row = split.order[place]!;
    const { records, offsets, firstRow } = sliceOf(split, row);
    const [start, end] = [offsets[row - firstRow]!, offsets[row - firstRow + 1]!];
    yield records.subarray(start + RECORD_HEADER_BYTES, end - RECORD_FOOTER_BYTES);
  }
}
