import { closeSync, openSync, readSync } from 'node:fs';
import { asDiskError, DatasetError } from '../../errors.js';
import { orderByHash } from '../../plan/order.js';
import type { RowKeys } from '../../plan/row-keys.js';
import type { ShardRange } from '../../plan/shards.js';
import { BatchCutter, type BatchLimits, type BytesAt, type SplitRows } from '../batches.js';
import type { EncodedRows, RowBatch } from '../encoded-rows.js';
import type { EncodedSlice } from '../slice.js';
import { BucketMemory, type BucketSizes } from './bucket.js';
import type { BucketIndex } from './scratch-file.js';

/** A split whose encoded rows lie in a scratch file, in buckets by the first bits of their hashes. It may go to a worker. */
export interface SpilledSplit {
  /** Name of the split. */
  name: string;
  /** The keys of its rows. */
  keys: RowKeys;
  /** The scratch file. */
  path: string;
  index: BucketIndex;
  /** Rows of each bucket: the places of one bucket follow those of the one before. */
  bucketRows: Uint32Array;
  /** Bytes of samples a row, 0 where they are not kept. */
  sampleBytes: number;
}

/** Rows that come bucket after bucket out of a scratch file. Two buckets or, where batches are longer, more are in memory. */
export function rowsSpilled(split: SpilledSplit): SplitRows {
  return {
    *batches(range, limits, bytesAt) {
      try {
        const file = openSync(split.path, 'r');
        try {
          yield* readBatches(split, file, range, { limits, bytesAt });
        } finally {
          closeSync(file);
        }
      } catch (error) {
        throw asDiskError(error, `reading ${split.path}`);
      }
    },
  };
}

/** A bucket in memory. */
interface LoadedBucket {
  slice: EncodedSlice;
  memory: BucketMemory;
}

/** Memory that no reader uses: a worker's next shard takes what the one before took. */
let spare: BucketMemory[] = [];

function takeMemory(sizes: BucketSizes): BucketMemory {
  spare = spare.filter((memory) => memory.fits(sizes));
  return spare.pop() ?? new BucketMemory(sizes);
}

function* readBatches(
  split: SpilledSplit,
  file: number,
  range: ShardRange,
  { limits, bytesAt }: { limits: BatchLimits; bytesAt: BytesAt },
): Generator<RowBatch> {
  const { name, keys, index, bucketRows, sampleBytes } = split;
  const largest = largestBucket(split);
  /** The buckets that the batch has rows of, and the one that is being read. */
  const window: LoadedBucket[] = [];
  let filled = 0;
  const positions = new Uint32Array(Math.min(limits.rows, range.end - range.start));
  const takeBatch = (): RowBatch => {
    const slices = window.map(({ slice }, at) => ({ ...slice, firstPosition: at * largest.rows }));
    const order = positions.subarray(0, filled);
    return { rows: { name, slices, sliceRows: largest.rows, order }, range: { start: 0, end: filled } };
  };
  const cutter = new BatchCutter(limits);
  let firstPlace = 0;
  for (const [bucket, rows] of bucketRows.entries()) {
    const start = Math.max(range.start - firstPlace, 0);
    const end = Math.min(range.end - firstPlace, rows);
    firstPlace += rows;
    if (start >= end) continue;
    const memory = takeMemory({ ...largest, sampleBytes });
    const slice = memory.load(rows, index.lengths[bucket]!, (stream) =>
      readBucket(file, index, bucket, stream),
    );
    const order = orderByHash(keys, slice.hashes, (position) => slice.rowNumbers[position]!);
    const alone: EncodedRows = { name, slices: [slice], sliceRows: rows, order };
    window.push({ slice, memory });
    for (let place = start; place < end; place++) {
      if (cutter.cutsBefore(bytesAt(alone, place))) {
        yield takeBatch();
        filled = 0;
        for (const left of window.splice(0, window.length - 1)) spare.push(left.memory);
      }
      positions[filled++] = (window.length - 1) * largest.rows + order[place]!;
    }
  }
  yield takeBatch();
  spare.push(...window.map(({ memory }) => memory));
}

function readBucket(
  file: number,
  { extentBytes, extents, starts }: BucketIndex,
  bucket: number,
  stream: Uint8Array,
): void {
  let filled = 0;
  for (const extent of extents.subarray(starts[bucket], starts[bucket + 1])) {
    const offset = extent * extentBytes - filled;
    const end = Math.min(filled + extentBytes, stream.length);
    while (filled < end) {
      const read = readSync(file, stream, filled, end - filled, offset + filled);
      if (read === 0) throw new DatasetError('DISK', 'a scratch file is shorter than what was written to it');
      filled += read;
    }
  }
}

/** Bytes and rows that no bucket has more of. */
function largestBucket({ index, bucketRows }: SpilledSplit): { bytes: number; rows: number } {
  const most = (numbers: Uint32Array | Float64Array): number => {
    let largest = 0;
    for (const number of numbers) largest = Math.max(largest, number);
    return largest;
  };
  return { bytes: most(index.lengths), rows: most(bucketRows) };
}
