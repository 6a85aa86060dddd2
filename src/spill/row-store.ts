import { type EncodedSlice, keptSlice, sliceIndexBytes } from '../encode/slice.js';
import { orderByHash } from '../plan/order.js';
import type { EncodedRows } from '../shard/encoded-split.js';
import { ROW_HEAD_BYTES, RUN_HEAD_BYTES, writeRun } from './bucket.js';
import { type MemoryBudget, planSpill } from './memory.js';
import { ScratchFile } from './scratch-file.js';
import type { SpilledSplit } from './spilled-split.js';

/** What is known of a split before its rows are encoded. */
export interface StoreSettings {
  /** Name of the split. */
  name: string;
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

/** A split that is encoded, wherever its rows are. */
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
  #spilling: Promise<Spill> | undefined;

  constructor(settings: StoreSettings) {
    this.#settings = settings;
  }

  /**
   * Takes a slice; resolves when its memory may serve another.
   *
   * @throws {DatasetError} `MEMORY`, `DISK`, `DISK_FULL`
   */
  async add(slice: EncodedSlice): Promise<void> {
    this.#recordBytes += slice.records.length;
    if (this.#spilling === undefined) {
      if (this.#keep(slice)) return;
      this.#spilling = this.#beginSpill();
      await this.#spilling;
    } else {
      const { scratch } = (await this.#spilling).add(slice);
      await scratch.drained();
    }
  }

  /** The split, when all its slices have come. */
  async finish(): Promise<EncodedSplit> {
    const common = { recordBytes: this.#recordBytes, rows: this.#settings.rows };
    if (this.#spilling === undefined) {
      return { ...common, keptBytes: this.#keptBytes, state: 'in memory', encoded: this.#encodedRows() };
    }
    const { scratch, bucketRows } = await this.#spilling;
    const index = await scratch.finish();
    const { name, sampleBytes } = this.#settings;
    const encoded = { name, path: scratch.path, index, bucketRows, sampleBytes };
    return { ...common, keptBytes: 0, state: 'spilled', encoded };
  }

  /** Lets go of everything, after a failure: the scratch file is closed, and left to whoever removes its folder. */
  async abandon(): Promise<void> {
    this.#release();
    const spill = await this.#spilling?.catch(() => undefined);
    await spill?.scratch.close();
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

  async #beginSpill(): Promise<Spill> {
    const { rows, recordBytes, sampleBytes, threads, budget, scratchPath } = this.#settings;
    const plan = planSpill(budget.bytes, {
      rows,
      rowBytes: spilledRowBytes(recordBytes, sampleBytes),
      threads,
    });
    const spill = new Spill(await ScratchFile.open(scratchPath, plan), plan.buckets);
    for (const slice of this.#slices.splice(0)) await spill.add(slice).scratch.drained();
    this.#release();
    return spill;
  }

  #encodedRows(): EncodedRows {
    const { name, rows, sliceRows } = this.#settings;
    this.#slices.sort((a, b) => a.firstPosition - b.firstPosition);
    const hashes = new Uint32Array(rows);
    for (const slice of this.#slices) hashes.set(slice.hashes, slice.firstPosition);
    const rowAt = (position: number): number => {
      const slice = this.#slices[Math.floor(position / sliceRows)]!;
      return slice.rowNumbers[position - slice.firstPosition]!;
    };
    const order = new Uint32Array(new SharedArrayBuffer(rows * 4));
    order.set(orderByHash(name, hashes, rowAt));
    return { name, slices: this.#slices, sliceRows, order };
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
  add(slice: EncodedSlice): this {
    for (let start = 0; start < slice.rows; ) {
      const bucket = Math.floor(slice.hashes[start]! / this.#span);
      let end = start + 1;
      while (end < slice.rows && slice.hashes[end]! < (bucket + 1) * this.#span) end++;
      writeRun(slice, start, end, (bytes) => this.scratch.append(bucket, bytes));
      this.bucketRows[bucket]! += end - start;
      start = end;
    }
    return this;
  }
}
