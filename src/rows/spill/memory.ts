import { DatasetError } from '../../errors.js';

const MIB = 2 ** 20;

/** What a run may hold of encoded rows when nobody says otherwise, in bytes. */
const DEFAULT_MEMORY = 64 * MIB;

/** Parts of the budget: rows that are kept until it is known that they do not all fit; buffers on their way to disk. */
const KEPT_PART = 1 / 2;
const BUFFERS_PART = 1 / 4;

/** Pieces of scratch files are whole pages, up to so many that others do not wait for them. */
const PAGE_BYTES = 4096;
const MAX_EXTENT_BYTES = 256 * 1024;

/** A hash's first 32 bits are cut into buckets: so many at most. */
const MAX_BUCKETS = 65_536;

/**
 * What a run may hold in memory of rows that are encoded and not yet written: a budget in bytes that all its splits share.
 * What Node.js, its workers and the slices under way take comes on top.
 */
export class MemoryBudget {
  /** The whole of it. */
  readonly bytes: number;
  #kept = 0;

  constructor(bytes: number) {
    this.bytes = bytes;
  }

  /** Notes that so many bytes more are kept, and tells whether there was room for them. */
  keep(bytes: number): boolean {
    this.#kept += bytes;
    return this.#kept <= this.bytes * KEPT_PART;
  }

  /** Notes that so many bytes are not kept any more. */
  release(bytes: number): void {
    this.#kept -= bytes;
  }
}

/** How the rows of a split are spilled. */
export interface SpillPlan {
  /** How many buckets there are, a power of two: the first bits of a row's hash tell its bucket. */
  buckets: number;
  /** Bytes that are gathered for a bucket before they are written. */
  extentBytes: number;
}

/** What decides how a split is spilled. */
export interface SpillSizes {
  rows: number;
  /** Most bytes that a row takes. */
  rowBytes: number;
  threads: number;
}

/**
 * The budget of a run: what was asked for, or else the default, more of it where rows are so large or so many that it would
 * not do.
 *
 * @param asked bytes, where somebody asked for any
 * @param splits the splits that the run encodes
 * @throws {DatasetError} `MEMORY` when what was asked for is too little for one of them, should it have to be spilled
 */
export function memoryFor(asked: number | undefined, splits: readonly SpillSizes[]): number {
  if (asked !== undefined) {
    for (const sizes of splits) if (sizes.rows * sizes.rowBytes > asked * KEPT_PART) planSpill(asked, sizes);
    return asked;
  }
  let budget = DEFAULT_MEMORY;
  while (splits.some((sizes) => planWithin(budget, sizes) === undefined)) budget *= 2;
  return budget;
}

/**
 * Into how many buckets a split is spilled, so that each worker can hold two of them, whatever is in the rows.
 *
 * @param budget bytes of the whole budget
 * @throws {DatasetError} `MEMORY` when the budget is too small for that
 */
export function planSpill(budget: number, sizes: SpillSizes): SpillPlan {
  const plan = planWithin(budget, sizes);
  if (plan !== undefined) return plan;
  let enough = MIB;
  while (enough <= budget || planWithin(enough, sizes) === undefined) enough *= 2;
  const { rows, rowBytes, threads } = sizes;
  throw new DatasetError('MEMORY', `the memory budget is too small for rows of up to ${rowBytes} bytes`, {
    expected: `${enough / MIB} MiB, for ${rows} rows and ${threads} workers`,
    found: budget < MIB ? `${budget} bytes` : `${Math.floor(budget / MIB)} MiB`,
    next: 'Give more with --memory, or take fewer --workers.',
  });
}

function planWithin(budget: number, { rows, rowBytes, threads }: SpillSizes): SpillPlan | undefined {
  const bucketBytes = budget / (4 * threads);
  let buckets = 1;
  while (buckets < MAX_BUCKETS && buckets * bucketBytes < rows * rowBytes) buckets *= 2;
  const pages = Math.floor((budget * BUFFERS_PART) / buckets / PAGE_BYTES);
  const fits = buckets * bucketBytes >= rows * rowBytes && bucketBytes >= 2 * rowBytes && pages > 0;
  return fits ? { buckets, extentBytes: Math.min(pages * PAGE_BYTES, MAX_EXTENT_BYTES) } : undefined;
}
