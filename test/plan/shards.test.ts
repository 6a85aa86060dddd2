import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  automaticShardCount,
  planShards,
  type ShardRange,
  type SplitSize,
  shardRanges,
} from '../../src/plan/shards.js';
import { times } from '../sample.js';

const MIB = 2 ** 20;
const GIB = 2 ** 30;

/**
 * The rule of `ShardConfig.get_number_shards` once more, in integers and as sets: the counts that TFDS may choose, in the
 * order in which it prefers them.
 */
function plainShardCount(numBytes: number, rows: number): number {
  const total = BigInt(numBytes) + 16n * BigInt(rows);
  const least = total / BigInt(GIB);
  const most = total / BigInt(64 * MIB);
  const allowed = (n: number): boolean => BigInt(n) >= least && BigInt(n) <= most && n <= rows;
  const small = [1024, 512, 256, 128, 64, 32, 16, 8, 4, 2].find(allowed);
  if (least <= 1024n) return small ?? 1;
  const above = 1024 * Math.max(2, Math.ceil(Number(least) / 1024));
  return above <= rows ? above : 1;
}

function cuts(ranges: readonly ShardRange[]): number[] {
  expect(ranges[0]?.start).toBe(0);
  ranges.forEach(({ start }, shard) => {
    if (shard > 0) expect(start).toBe(ranges[shard - 1]?.end);
  });
  return ranges.map(({ end }) => end);
}

describe('automaticShardCount', () => {
  // A transcription of TFDS's rule, run in Python; total = numBytes + 16 * rows.
  it.each([
    [64 * MIB - 1, 1_000_000, 1],
    [64 * MIB, 1_000_000, 1],
    [64 * MIB + 1, 1_000_000, 1],
    [128 * MIB - 1, 1_000_000, 1],
    [128 * MIB, 1_000_000, 2],
    [128 * MIB + 1, 1_000_000, 2],
    [256 * MIB - 1, 1_000_000, 2],
    [256 * MIB, 1_000_000, 4],
    [512 * MIB - 1, 1_000_000, 4],
    [512 * MIB, 1_000_000, 8],
    [GIB - 1, 1_000_000, 8],
    [GIB, 1_000_000, 16],
    [GIB + 1, 1_000_000, 16],
    [2 * GIB, 1_000_000, 32],
    [4 * GIB - 1, 1_000_000, 32],
    [4 * GIB, 1_000_000, 64],
    [32 * GIB - 1, 1_000_000, 256],
    [32 * GIB, 1_000_000, 512],
    [64 * GIB - 1, 1_000_000, 512],
    [64 * GIB, 1_000_000, 1024],
    [1024 * GIB - 1, 1_000_000, 1024],
    [1024 * GIB, 1_000_000, 1024],
    [1025 * GIB - 1, 1_000_000, 1024],
    [1025 * GIB, 1_000_000, 2048],
    [2048 * GIB, 1_000_000, 2048],
    [2049 * GIB - 1, 1_000_000, 2048],
    [2049 * GIB, 1_000_000, 3072],
    [3072 * GIB, 1_000_000, 3072],
    [3073 * GIB, 1_000_000, 4096],
    [128 * MIB, 1, 1],
    [128 * MIB, 2, 2],
    [512 * MIB, 7, 4],
    [512 * MIB, 8, 8],
    [64 * GIB, 1023, 512],
    [64 * GIB, 1024, 1024],
    [1025 * GIB, 2047, 1],
    [1025 * GIB, 2048, 2048],
    [2049 * GIB, 2048, 1],
    [2049 * GIB, 3071, 1],
    [2049 * GIB, 3072, 3072],
    [3 * GIB, 2, 1],
    [100 * GIB, 64, 1],
    [100 * GIB, 100, 1],
    [100 * GIB, 128, 128],
  ])('gives a split of %i bytes, framing included, and %i rows %i shards', (total, rows, expected) => {
    expect(automaticShardCount(total - 16 * rows, rows)).toBe(expected);
  });

  it('counts 16 bytes of framing a row', () => {
    expect(automaticShardCount(0, (128 * MIB) / 16)).toBe(2);
    expect(automaticShardCount(0, (128 * MIB) / 16 - 1)).toBe(1);
  });

  it('leaves MNIST in one shard a split', () => {
    expect(automaticShardCount(18_872_042, 60_000)).toBe(1);
  });

  it('is the rule of TFDS for any size', () => {
    // Sizes on every scale, rows as few as one: exponents are drawn, not sizes.
    const size = fc
      .tuple(fc.nat(43), fc.nat(2 ** 20))
      .map(([scale, part]) => Math.floor((2 ** scale * (2 ** 20 + part)) / 2 ** 20));
    const rows = fc.oneof(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 2 ** 31 }));
    fc.assert(
      fc.property(size, rows, (numBytes, count) => {
        expect(automaticShardCount(numBytes, count)).toBe(plainShardCount(numBytes, count));
      }),
      { numRuns: times(2000, 200) },
    );
  });
});

describe('shardRanges', () => {
  // [round(rows * i / count) for i in range(1, count + 1)] in Python.
  it.each([
    [5, 2, [2, 5]],
    [7, 2, [4, 7]],
    [3, 2, [2, 3]],
    [1, 1, [1]],
    [10, 4, [2, 5, 8, 10]],
    [6, 4, [2, 3, 4, 6]],
    [14, 4, [4, 7, 10, 14]],
    [60_000, 7, [8571, 17_143, 25_714, 34_286, 42_857, 51_429, 60_000]],
    [10, 10, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
    [60_000, 1, [60_000]],
    [999, 16, [62, 125, 187, 250, 312, 375, 437, 500, 562, 624, 687, 749, 812, 874, 937, 999]],
    [697_932, 9, [77_548, 155_096, 232_644, 310_192, 387_740, 465_288, 542_836, 620_384, 697_932]],
  ])('cuts %i rows into %i where Python does', (rows, count, ends) => {
    expect(cuts(shardRanges('train', rows, count))).toEqual(ends);
  });

  it('covers all rows, with no shard empty', () => {
    const sizes = fc.tuple(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 3000 }));
    fc.assert(
      fc.property(sizes, ([a, b]) => {
        const ranges = shardRanges('train', Math.max(a, b), Math.min(a, b));
        expect(cuts(ranges).at(-1)).toBe(Math.max(a, b));
        expect(ranges.every(({ start, end }) => end > start)).toBe(true);
      }),
    );
  });

  it.each([
    [3, 4],
    [3, 0],
    [3, -1],
    [0, 1],
  ])('refuses to cut %i rows into %i shards', (rows, count) => {
    expect(() => shardRanges('train', rows, count)).toThrow(
      expect.objectContaining({
        name: 'DatasetError',
        code: 'SHARD_COUNT',
        message: `the split train cannot be cut into ${count} shards`,
        expected: `1 to ${rows} shards, one row each at least`,
        found: `${count} shards for ${rows} rows`,
      }),
    );
  });
});

/** The size of a split whose framed records have these lengths. */
function sizeOf(recordBytes: Uint32Array): SplitSize {
  return {
    rows: recordBytes.length,
    recordBytes: recordBytes.reduce((sum, bytes) => sum + bytes, 0),
    recordBytesByPlace: () => recordBytes,
  };
}

describe('planShards', () => {
  it('takes the count that the user gives', () => {
    expect(cuts(planShards('train', sizeOf(new Uint32Array(7).fill(100)), { numShards: 2 }))).toEqual([4, 7]);
  });

  it('refuses more shards than rows', () => {
    expect(() => planShards('test', sizeOf(new Uint32Array(2).fill(100)), { numShards: 3 })).toThrow(
      expect.objectContaining({ code: 'SHARD_COUNT', found: '3 shards for 2 rows' }),
    );
  });

  it('follows the rule of TFDS without a wish', () => {
    // Records of 32 MiB: 128 MiB, framing included, is where two shards begin.
    expect(cuts(planShards('train', sizeOf(new Uint32Array(4).fill(32 * MIB)), {}))).toEqual([2, 4]);
    const oneByteLess = Uint32Array.of(32 * MIB, 32 * MIB, 32 * MIB, 32 * MIB - 1);
    expect(cuts(planShards('train', sizeOf(oneByteLess), {}))).toEqual([4]);
  });

  it('refuses a split without rows', () => {
    for (const options of [{}, { numShards: 1 }, { maxShardSize: 100 }]) {
      expect(() => planShards('train', sizeOf(new Uint32Array(0)), options)).toThrow(
        expect.objectContaining({ code: 'SHARD_COUNT' }),
      );
    }
  });

  it('keeps every shard within the size, with as few as do', () => {
    const bytes = fc.array(fc.integer({ min: 17, max: 400 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(bytes, fc.nat(2000), (records, room) => {
        const recordBytes = Uint32Array.from(records);
        const maxShardSize = Math.max(...records) + room;
        const sizes = (ranges: readonly ShardRange[]): number[] =>
          ranges.map(({ start, end }) => records.slice(start, end).reduce((sum, size) => sum + size, 0));
        const ranges = planShards('train', sizeOf(recordBytes), { maxShardSize });
        expect(cuts(ranges).at(-1)).toBe(records.length);
        expect(Math.max(...sizes(ranges))).toBeLessThanOrEqual(maxShardSize);
        expect(ranges).toEqual(shardRanges('train', records.length, ranges.length));
        for (let fewer = 1; fewer < ranges.length; fewer++) {
          const wider = shardRanges('train', records.length, fewer);
          expect(Math.max(...sizes(wider))).toBeGreaterThan(maxShardSize);
        }
      }),
    );
  });

  it('fills a shard to the last byte', () => {
    const records = new Uint32Array(6).fill(100);
    expect(cuts(planShards('train', sizeOf(records), { maxShardSize: 300 }))).toEqual([3, 6]);
    expect(cuts(planShards('train', sizeOf(records), { maxShardSize: 299 }))).toEqual([2, 4, 6]);
    expect(cuts(planShards('train', sizeOf(records), { maxShardSize: 600 }))).toEqual([6]);
    expect(cuts(planShards('train', sizeOf(records), { maxShardSize: 100 }))).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('refuses a record that no shard can hold', () => {
    expect(() => planShards('train', sizeOf(Uint32Array.of(50, 101, 60)), { maxShardSize: 100 })).toThrow(
      expect.objectContaining({
        name: 'DatasetError',
        code: 'SHARD_COUNT',
        message: 'a record of the split train is larger than a shard may be',
        expected: 'records of at most 100 bytes',
        found: 'one of 101 bytes',
      }),
    );
  });
});
