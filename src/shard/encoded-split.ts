import type { EncodedSlice } from '../encode/slice.js';

/** A split whose rows are all encoded, with the order in which they go into shards. All of it lies in shared memory. */
export interface EncodedSplit {
  /** Slices in row order; each but the last has `sliceRows` rows. */
  slices: readonly EncodedSlice[];
  sliceRows: number;
  /** `order[place]` is the row at that place. */
  order: Uint32Array<SharedArrayBuffer>;
  /** The rows' labels, by row. */
  labels: Uint8Array<SharedArrayBuffer>;
}

/** Bytes of the framed record at each place of the split's order. */
export function recordBytesByPlace({ slices, sliceRows, order }: EncodedSplit): Uint32Array {
  return Uint32Array.from(order, (row) => {
    const { offsets, firstRow } = slices[Math.floor(row / sliceRows)]!;
    return offsets[row - firstRow + 1]! - offsets[row - firstRow]!;
  });
}
