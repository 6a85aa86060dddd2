import type { ShardRange } from '../plan/shards.js';
import type { EncodedRows, RowBatch } from './encoded-rows.js';

/** How large a record batch or row group may become, which is what a writer holds in memory at once. */
export interface BatchLimits {
  rows: number;
  /** Bytes, by the measure that the batches are cut by; a single row may have more. */
  bytes: number;
}

/** How many bytes the row at a place counts. */
export type BytesAt = (rows: EncodedRows, place: number) => number;

/** The rows of a split, to be had in the order of their places. */
export interface SplitRows {
  /**
   * The rows at the places of `range`, cut into batches of bounded rows and bytes. Where the cuts fall depends on the data
   * alone, and so do a file's bytes. What a batch holds is there until the next one is asked for.
   */
  batches(range: ShardRange, limits: BatchLimits, bytesAt: BytesAt): Iterable<RowBatch>;
}

/** Rows that are all in memory. */
export function rowsInMemory(rows: EncodedRows): SplitRows {
  return {
    *batches(range, limits, bytesAt) {
      const cutter = new BatchCutter(limits);
      let { start } = range;
      for (let place = range.start; place < range.end; place++) {
        if (cutter.cutsBefore(bytesAt(rows, place))) {
          yield { rows, range: { start, end: place } };
          start = place;
        }
      }
      yield { rows, range: { start, end: range.end } };
    },
  };
}

/** Finds where one batch ends and the next begins: as late as the limits allow. */
export class BatchCutter {
  readonly #limits: BatchLimits;
  #rows = 0;
  #bytes = 0;

  constructor(limits: BatchLimits) {
    this.#limits = limits;
  }

  /** Takes the next row, and tells whether a batch ends before it. */
  cutsBefore(bytes: number): boolean {
    const { rows, bytes: most } = this.#limits;
    const cuts = this.#rows > 0 && (this.#rows === rows || this.#bytes + bytes > most);
    if (cuts) {
      this.#rows = 0;
      this.#bytes = 0;
    }
    this.#rows++;
    this.#bytes += bytes;
    return cuts;
  }
}
