import { DatasetError } from '../errors.js';
import { roundHalfToEven } from './round.js';

const MIB = 2 ** 20;
const MIN_SHARD_BYTES = 64 * MIB;
const MAX_SHARD_BYTES = 1024 * MIB;
/** What the framing of TFRecord adds to an example, in TFDS's rule as well. */
const OVERHEAD_BYTES = 16;

/** How many shards a split gets, as the user asks for it; without either, TFDS's own rule holds. */
export interface ShardingOptions {
  /** Exactly this many in each split. */
  numShards?: number | undefined;
  /** As few as keep every TFRecord shard within this many bytes. */
  maxShardSize?: number | undefined;
}

/** A shard as a range of places: `start` (inclusive) to `end` (exclusive) in the order of the split. */
export interface ShardRange {
  start: number;
  end: number;
}

/**
 * The number of shards that TFDS chooses by itself (`ShardConfig.get_number_shards` in
 * `tensorflow_datasets/core/utils/shard_utils.py`): near 1,024 where shards of 64 MiB to 1 GiB allow it, a power of two
 * below, a multiple of 1,024 above.
 *
 * @param numBytes sum of the serialized examples' lengths, without framing
 * @param rows number of examples
 */
export function automaticShardCount(numBytes: number, rows: number): number {
  const total = numBytes + OVERHEAD_BYTES * rows;
  const most = Math.floor(total / MIN_SHARD_BYTES);
  const least = Math.floor(total / MAX_SHARD_BYTES);
  const fits = (count: number): boolean => least <= count && count <= most && rows >= count;
  if (fits(1024)) return 1024;
  if (least > 1024) {
    for (let count = 2048; count <= rows; count += 1024) if (count >= least) return count;
  }
  for (let count = 512; count > 1; count /= 2) if (fits(count)) return count;
  return 1;
}

/**
 * The most shards that TFDS may choose for so many rows, whatever is in them.
 *
 * @param recordBytes most bytes of a framed record
 */
export function mostShards(rows: number, recordBytes: number): number {
  return automaticShardCount(rows * (recordBytes - OVERHEAD_BYTES), rows);
}

/**
 * The places where TFDS cuts a split of `rows` rows into `count` shards: `round(rows * i / count)`.
 *
 * @throws {DatasetError} `SHARD_COUNT` when a shard would be empty
 */
export function shardRanges(split: string, rows: number, count: number): ShardRange[] {
  if (rows < count || count < 1) {
    throw new DatasetError('SHARD_COUNT', `the split ${split} cannot be cut into ${count} shards`, {
      expected: `1 to ${rows} shards, one row each at least`,
      found: `${count} shards for ${rows} rows`,
      next: 'Ask for fewer shards with --num-shards, or leave the option out.',
    });
  }
  const cut = (shard: number): number => roundHalfToEven(rows * shard, count);
  return Array.from({ length: count }, (_, shard) => ({ start: cut(shard), end: cut(shard + 1) }));
}

/** How large a split is. */
export interface SplitSize {
  rows: number;
  /** Bytes of all its framed records. */
  recordBytes: number;
  /** Bytes of the framed record at each place of the order; asked for only where a shard's size is bounded. */
  recordBytesByPlace: () => Uint32Array;
}

/**
 * The shards of a split, by the user's wish or TFDS's rule.
 *
 * @throws {DatasetError} `SHARD_COUNT` when there are fewer rows than shards, or a record is larger than `maxShardSize`
 */
export function planShards(split: string, size: SplitSize, options: ShardingOptions): ShardRange[] {
  const { rows, recordBytes } = size;
  if (options.numShards !== undefined) return shardRanges(split, rows, options.numShards);
  if (options.maxShardSize === undefined) {
    return shardRanges(split, rows, automaticShardCount(recordBytes - OVERHEAD_BYTES * rows, rows));
  }
  return rangesWithin(split, size.recordBytesByPlace(), recordBytes, options.maxShardSize);
}

function rangesWithin(split: string, recordBytes: Uint32Array, framed: number, limit: number): ShardRange[] {
  const largest = recordBytes.reduce((most, bytes) => Math.max(most, bytes), 0);
  if (largest > limit) {
    throw new DatasetError('SHARD_COUNT', `a record of the split ${split} is larger than a shard may be`, {
      expected: `records of at most ${limit} bytes`,
      found: `one of ${largest} bytes`,
      next: 'Give a larger --max-shard-size.',
    });
  }
  const ends = new Float64Array(recordBytes.length + 1);
  recordBytes.forEach((bytes, place) => {
    ends[place + 1] = ends[place]! + bytes;
  });
  const withinLimit = ({ start, end }: ShardRange): boolean => ends[end]! - ends[start]! <= limit;
  for (let count = Math.max(1, Math.ceil(framed / limit)); ; count++) {
    const ranges = shardRanges(split, recordBytes.length, count);
    if (ranges.every(withinLimit)) return ranges;
  }
}
