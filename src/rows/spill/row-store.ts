import { orderByHash } from '../../plan/order.js';
import type { RowKeys } from '../../plan/row-keys.js';
import type { EncodedRows } from '../encoded-rows.js';
import { type EncodedSlice, keptSlice, sliceIndexBytes } from '../slice.js';
import { ROW_HEAD_BYTES, RUN_HEAD_BYTES, writeRun } from './bucket.js';
import { type MemoryBudget, planSpill } from './memory.js';
import { ScratchFile } from './scratch-file.js';
import type { SpilledSplit } from './spilled-split.js';

/** What is known of a split before its rows are encoded, or of a range of it. */
export interface StoreSettings {
  /** The keys of the split's rows. */
  keys: RowKeys;
  /** How many rows there will be. */
  rows: number;
  /** Rows of each slice but the last. */
  sliceRows: number;
  /** Most bytes that a framed record has. */
  recordBytes: number;
  /** Bytes of samples that are kept with a row. */
  sampleBytes: number;
  threads: number;
  budget: MemoryBudget;
  /** Where the scratch file goes if there has to be one. */
  scratchPath: string;
}

/** Most bytes that a row takes in a scratch file. */
export function spilledRowBytes(recordBytes: number, sampleBytes: number): number {
  return recordBytes + sampleBytes + ROW_HEAD_BYTES + RUN_HEAD_BYTES;
}

/** A split that is encoded, or a range of it, wherever its rows are. */
export type EncodedSplit = {
  /** Sum of the framed records. */
  recordBytes: number;
  rows: number;
  /** What it takes of the memory budget until it is written. */
  keptBytes: number;
} & ({ state: 'in memory'; encoded: EncodedRows } | { state: 'spilled'; encoded: SpilledSplit });

/**
 * Takes the encoded slices of a split in any order. They stay in memory while the budget allows it; as soon as it does not,
 * all of them go to a scratch file, each row into the bucket that the first bits of its hash name.
 */
export class RowStore {
  readonly #settings: StoreSettings;
  readonly #slices: EncodedSlice[] = [];
  #recordBytes = 0;
  #keptBytes = 0;
  #spill: Spill | undefined;
  #isAbandoned = false;

  constructor(settings: StoreSettings) {
    this.#settings = settings;
  }

  /**
   * Takes a slice, whose memory may serve another afterwards.
   *
   * @throws {DatasetError} `MEMORY`, `DISK`, `DISK_FULL`
   */
  add(slice: EncodedSlice): void {
    if (this.#isAbandoned) return;
    this.#recordBytes += slice.records.length;
    if (this.#spill !== undefined) this.#spill.add(slice);
    else if (!this.#keep(slice)) this.#beginSpill();
  }

  /**
   * The split, when all its slices have come.
   *
   * @throws {DatasetError} `DISK`, `DISK_FULL`
   */
  finish(): EncodedSplit {
    const common = { recordBytes: this.#recordBytes, rows: this.#settings.rows };
    if (this.#spill === undefined) {
      return { ...common, keptBytes: this.#keptBytes, state: 'in memory', encoded: this.#encodedRows() };
    }
    const { scratch, bucketRows } = this.#spill;
    const index = scratch.finish();
    const { keys, sampleBytes } = this.#settings;
    const encoded = { name: keys.splitName, keys, path: scratch.path, index, bucketRows, sampleBytes };
    return { ...common, keptBytes: 0, state: 'spilled', encoded };
  }

  /**
   * Lets go of everything, after a failure: the scratch file is closed, and left to whoever removes its folder. Slices that
   * are still on their way are dropped when they come.
   */
  abandon(): void {
    this.#isAbandoned = true;
    this.#release();
    try {
      this.#spill?.scratch.close();
    } catch {
      // What it is abandoned for is to be told, not this.
    }
  }

  #keep(slice: EncodedSlice): boolean {
    const bytes = slice.records.length + (slice.samples?.length ?? 0) + sliceIndexBytes(slice.rows);
    this.#slices.push(keptSlice(slice));
    this.#keptBytes += bytes;
    return this.#settings.budget.keep(bytes);
  }

  #release(): void {
    this.#settings.budget.release(this.#keptBytes);
    this.#keptBytes = 0;
    this.#slices.length = 0;
  }

  #beginSpill(): void {
    const { rows, recordBytes, sampleBytes, threads, budget, scratchPath } = this.#settings;
    const rowBytes = spilledRowBytes(recordBytes, sampleBytes);
    const plan = planSpill(budget.bytes, { rows, rowBytes, threads });
    this.#spill = new Spill(new ScratchFile(scratchPath, plan, rows * rowBytes), plan.buckets);
    for (const slice of this.#slices) this.#spill.add(slice);
    this.#release();
  }

  #encodedRows(): EncodedRows {
    const { keys, rows, sliceRows } = this.#settings;
    this.#slices.sort((a, b) => a.firstPosition - b.firstPosition);
    const hashes = new Uint32Array(rows);
    for (const slice of this.#slices) hashes.set(slice.hashes, slice.firstPosition);
    const rowAt = (position: number): number => {
      const slice = this.#slices[Math.floor(position / sliceRows)]!;
      return slice.rowNumbers[position - slice.firstPosition]!;
    };
    const order = new Uint32Array(new SharedArrayBuffer(rows * 4));
    order.set(orderByHash(keys, hashes, rowAt));
    return { name: keys.splitName, slices: this.#slices, sliceRows, order };
  }
}

/** Rows on their way into a scratch file. */
class Spill {
  readonly scratch: ScratchFile;
  readonly bucketRows: Uint32Array;
  /** How many values the first 32 bits of a hash take in one bucket. */
  readonly #span: number;

  constructor(scratch: ScratchFile, buckets: number) {
    this.scratch = scratch;
    this.bucketRows = new Uint32Array(new SharedArrayBuffer(buckets * 4));
    this.#span = 2 ** 32 / buckets;
  }

  /** A slice's rows are sorted by hash: those of a bucket are neighbours. */
  add(slice: EncodedSlice): void {
    for (let start = 0; start < slice.rows; ) {
      const bucket = Math.floor(slice.hashes[start]! / this.#span);
      let end = start + 1;
      while (end < slice.rows && slice.hashes[end]! < (bucket + 1) * this.#span) end++;
      writeRun(slice, start, end, (bytes) => this.scratch.append(bucket, bytes));
      this.bucketRows[bucket]! += end - start;
      start = end;
    }
  }
}
