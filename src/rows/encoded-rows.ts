import type { ShardRange } from '../plan/shards.js';
import type { EncodedSlice } from './slice.js';

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
