import { rowBytesOf } from '../dataset/feature.js';
import { rowKeysOf } from '../dataset/row-keys.js';
import { partsWithin, type RowSpan } from '../dataset/split-definition.js';
import { keysWithin, type RowKeys } from '../plan/row-keys.js';
import type { MemoryBudget } from '../rows/spill/memory.js';
import { type EncodedSplit, RowStore } from '../rows/spill/row-store.js';
import { maxRecordBytes, sliceRoomBytes } from './encode-slice.js';
import type { WorkerPool } from './pool.js';
import { type PartSource, readPart } from './read-part.js';
import { SliceBuffers } from './slice-buffers.js';
import { type FullSlice, SliceFiller } from './slice-filler.js';

/** Samples of a slice, about: enough that a worker's answer costs little beside it, few enough to keep every worker busy. */
const SLICE_BYTES = 512 * 1024;

/** What a row takes beside its samples, about: where images are tiny, it is more than they are. */
const ROW_OVERHEAD_BYTES = 128;

/** Parts of a split whose archives are read at the same time. */
const PARTS_AT_ONCE = 3;

/** Slices under way at once: one that a worker encodes, one that waits for it, and one that is being filled. */
const slicesUnderWay = ({ threads }: WorkerPool): number => 2 * threads + 1;

/** Slices that each further part may hold: the one that it fills, and those that it shares with the parts before and behind it. */
const SLICES_A_PART = 3;

/** What one split, or a range of it, is encoded from and with. */
export interface SplitSource extends PartSource {
  /**
   * The rows that are encoded (default: all). Only the archives that hold some of them are read. Their numbers, keys and labels are
   * those that they have in the whole split, while their positions count from the first of them.
   */
  range?: RowSpan | undefined;
  pool: WorkerPool;
  /** Whether the images' samples are wanted beside the records. */
  keepSamples: boolean;
  budget: MemoryBudget;
  /** Where rows are kept that do not fit the budget. */
  scratchPath: string;
  /** Called when more rows are encoded, with how many are so far. */
  onRows: (rows: number) => void;
}

/**
 * Encodes a split's rows, or a range of them, while its archives are still inflating. Nothing of it counts before all archives have proved to be
 * what the definition names.
 *
 * @throws {DatasetError} of archives and arrays that are not as they should be, `MEMORY`, `DISK`, `DISK_FULL`
 */
export async function encodeSplit(source: SplitSource): Promise<EncodedSplit> {
  const { split, features, pool, keepSamples, budget, scratchPath } = source;
  const range = rangeOf(source);
  const rows = range.end - range.start;
  const rowBytes = rowBytesOf(features.input);
  const sizes = {
    sliceRows: Math.max(1, Math.floor(SLICE_BYTES / (rowBytes + ROW_OVERHEAD_BYTES))),
    rowBytes,
    recordBytes: maxRecordBytes(features),
    sampleBytes: keepSamples ? rowBytes : 0,
  };
  const keys = rowKeysOf(split);
  const store = new RowStore({ keys, rows, ...sizes, threads: pool.threads, budget, scratchPath });
  try {
    await encodeRows({ ...source, range }, keys, store, sizes);
    return store.finish();
  } catch (error) {
    store.abandon();
    throw error;
  }
}

function rangeOf({ split, range = { start: 0, end: split.rows } }: SplitSource): RowSpan {
  const { start, end } = range;
  if (0 <= start && start < end && end <= split.rows) return range;
  throw new Error(`rows ${start} to ${end} are no range of the ${split.rows} rows of ${split.name}`);
}

/** How many rows a slice has, and how many bytes a row. */
interface SliceSizes {
  sliceRows: number;
  /** Of a row as the file of an array has it. */
  rowBytes: number;
  /** Most of its framed record. */
  recordBytes: number;
  /** Of its samples, where they are kept. */
  sampleBytes: number;
}

/** Reads the parts that have rows of the range, some at a time, and has each slice encoded when it is full. */
async function encodeRows(
  source: SplitSource & { range: RowSpan },
  keys: RowKeys,
  store: RowStore,
  sizes: SliceSizes,
): Promise<void> {
  const { split, range, features, pool, keepSamples, onRows } = source;
  const parts = partsWithin(split, range);
  const atOnce = Math.min(parts.length, PARTS_AT_ONCE);
  const sliceRows = Math.min(sizes.sliceRows, range.end - range.start);
  const bytes = { elements: sliceRows * sizes.rowBytes, room: sliceRoomBytes(sliceRows, sizes) };
  const buffers = new SliceBuffers(slicesUnderWay(pool) + (atOnce - 1) * SLICES_A_PART, bytes);
  let done = 0;
  const encode = async (slice: FullSlice): Promise<void> => {
    const { firstRow, rows } = slice;
    const own = keysWithin(keys, firstRow, firstRow + rows);
    const encoded = await pool.encodeSlice({ ...slice, keys: own, features, keepSamples });
    store.add({ ...encoded, firstPosition: firstRow - range.start });
    done += rows;
    onRows(done);
  };
  const shape = { range, sliceRows, hasLabels: features.label !== undefined };
  const filler = new SliceFiller(shape, buffers, encode);
  const readOn = async (): Promise<void> => {
    for (let part = parts.shift(); part !== undefined; part = parts.shift())
      await readPart(source, part, filler);
  };
  const stop = (error: unknown): never => {
    // The others end at their next slice.
    buffers.fail(error);
    throw error;
  };
  const ends = await Promise.allSettled(Array.from({ length: atOnce }, () => readOn().catch(stop)));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  await buffers.takeAll();
}
