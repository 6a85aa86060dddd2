import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ShardRange } from '../../src/plan/shards.js';
import type { BatchLimits } from '../../src/rows/batches.js';
import { encodedSplit, recordOf, TABLE, tableBatches } from './encoded.js';

/** The ranges of rows whose images have these lengths, of which `range` goes into one shard. */
function rangesOf(
  lengths: readonly number[],
  limits: BatchLimits,
  { sliceRows = 3, range = { start: 0, end: lengths.length }, layout = TABLE } = {},
): ShardRange[] {
  const records = lengths.map((length, row) => recordOf(row, length));
  const split = encodedSplit(
    records,
    sliceRows,
    lengths.map((_, row) => row),
  );
  return Array.from(tableBatches(split, limits, layout, range), (batch) => batch.range);
}

/** Where the ranges end; they must follow one another from `start` on. */
function endsOf(ranges: readonly ShardRange[], start = 0): number[] {
  expect(ranges.map((range) => range.start)).toEqual([start, ...ranges.slice(0, -1).map(({ end }) => end)]);
  return ranges.map(({ end }) => end);
}

describe('the batches of rows in memory', () => {
  it.each([
    { rows: 5, limit: 5, ends: [5] },
    { rows: 6, limit: 5, ends: [5, 6] },
    { rows: 10, limit: 5, ends: [5, 10] },
    { rows: 3, limit: 1, ends: [1, 2, 3] },
    { rows: 1, limit: 5, ends: [1] },
  ])('cuts $rows rows at a limit of $limit rows', ({ rows, limit, ends }) => {
    expect(endsOf(rangesOf(new Array(rows).fill(9), { rows: limit, bytes: 1000 }))).toEqual(ends);
  });

  it.each([
    { lengths: [30, 40, 30], ends: [3] },
    { lengths: [30, 40, 31], ends: [2, 3] },
    { lengths: [50, 50, 50, 50], ends: [2, 4] },
    { lengths: [0, 100, 0, 1], ends: [3, 4] },
  ])('cuts images of $lengths bytes at a limit of 100 bytes', ({ lengths, ends }) => {
    expect(endsOf(rangesOf(lengths, { rows: 1000, bytes: 100 }))).toEqual(ends);
  });

  it.each([
    { lengths: [101], ends: [1] },
    { lengths: [500, 10, 10], ends: [1, 3] },
    { lengths: [10, 500, 10], ends: [1, 2, 3] },
    { lengths: [10, 10, 500], ends: [2, 3] },
    { lengths: [500, 500], ends: [1, 2] },
  ])('gives a row beyond the limit a range of its own: $lengths bytes', ({ lengths, ends }) => {
    expect(endsOf(rangesOf(lengths, { rows: 1000, bytes: 100 }))).toEqual(ends);
  });

  it('counts the samples of tensors, whatever their PNGs have', () => {
    const layout = { ...TABLE, image: 'tensor' as const };
    // 5 x 7 samples each: four of them are 140 bytes.
    expect(endsOf(rangesOf(new Array(9).fill(5000), { rows: 1000, bytes: 140 }, { layout }))).toEqual([
      4, 8, 9,
    ]);
    expect(endsOf(rangesOf(new Array(9).fill(1), { rows: 1000, bytes: 139 }, { layout }))).toEqual([3, 6, 9]);
  });

  it('counts the images at the places of the order', () => {
    const records = [10, 90, 20, 80].map((length, row) => recordOf(row, length));
    const split = encodedSplit(records, 2, [1, 3, 0, 2]);
    const ranges = Array.from(tableBatches(split, { rows: 9, bytes: 100 }, TABLE), (batch) => batch.range);
    expect(endsOf(ranges)).toEqual([1, 3, 4]);
  });

  it('covers a shard exactly, within the limits, with as few ranges as can be, whatever slices and shards', () => {
    const shard = fc.tuple(fc.array(fc.nat(60), { minLength: 1, maxLength: 40 }), fc.nat(10), fc.nat(10));
    const limits = fc.record({
      rows: fc.integer({ min: 1, max: 12 }),
      bytes: fc.integer({ min: 1, max: 150 }),
    });
    fc.assert(
      fc.property(
        shard,
        limits,
        fc.integer({ min: 1, max: 50 }),
        ([lengths, before, behind], limit, sliceRows) => {
          const around = [...new Array(before).fill(33), ...lengths, ...new Array(behind).fill(44)];
          const range = { start: before, end: before + lengths.length };
          const ranges = rangesOf(around, limit, { sliceRows, range });
          expect(endsOf(ranges, range.start).at(-1)).toBe(range.end);
          const bytes = ({ start, end }: ShardRange): number =>
            around.slice(start, end).reduce((sum: number, length) => sum + length, 0);
          for (const [at, { start, end }] of ranges.entries()) {
            expect(end).toBeGreaterThan(start);
            expect(end - start).toBeLessThanOrEqual(limit.rows);
            if (end - start > 1) expect(bytes({ start, end })).toBeLessThanOrEqual(limit.bytes);
            // One row more would have been too many.
            if (at < ranges.length - 1)
              expect(end - start === limit.rows || bytes({ start, end: end + 1 }) > limit.bytes).toBe(true);
          }
          // The same rows in a split that has no others.
          const alone = rangesOf(lengths, limit, { sliceRows: 7 });
          expect(alone.map(({ end }) => end + before)).toEqual(ranges.map(({ end }) => end));
        },
      ),
    );
  });
});
