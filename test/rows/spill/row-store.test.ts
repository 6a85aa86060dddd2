import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowsOf } from '../../../src/formats/formats.js';
import { recordBytesAt } from '../../../src/formats/tfrecord/records.js';
import type { ShardRange } from '../../../src/plan/shards.js';
import type { BatchLimits } from '../../../src/rows/batches.js';
import type { EncodedSlice } from '../../../src/rows/slice.js';
import { MemoryBudget } from '../../../src/rows/spill/memory.js';
import { type EncodedSplit, RowStore } from '../../../src/rows/spill/row-store.js';
import { encodedImage, labelAt, rowNumberAt, samplesAt, samplesPerRow } from '../../../src/rows/table.js';
import { times } from '../../sample.js';
import { scratchDir } from '../../scratch-dir.js';
import { encodedImages, TABLE } from '../encoded.js';

const TENSOR = { ...TABLE, image: 'tensor' as const };

/** The slices of a split of so many rows, as workers leave them. */
function slicesOf(rows: number, sliceRows: number): readonly EncodedSlice[] {
  return encodedImages([...new Array(rows).keys()], sliceRows).slices;
}

interface Stored {
  rows: number;
  sliceRows: number;
  /** Bytes of the memory budget that are left. */
  memory: number;
  samples?: boolean;
}

/** Puts slices into a store, from the last to the first, and gives what it makes of them, and its folder. */
async function store({ rows, sliceRows, memory, samples = true }: Stored) {
  const folder = await scratchDir();
  const budget = new MemoryBudget(BUDGET);
  budget.keep(BUDGET * 0.5 - memory);
  const slices = slicesOf(rows, sliceRows).map((slice) => {
    const { samples: kept, ...rest } = slice;
    return samples && kept !== undefined ? { ...rest, samples: kept } : rest;
  });
  const split = new RowStore({
    keys: { splitName: 'train' },
    rows,
    sliceRows,
    recordBytes: MOST_BYTES,
    sampleBytes: samples ? samplesPerRow(TABLE) : 0,
    threads: 2,
    budget,
    scratchPath: join(folder, 'scratch'),
  });
  for (const slice of slices.toReversed()) split.add(slice);
  return { split: split.finish(), budget, folder };
}

/** What is known of each row at the places of a range, in its order. */
function read(split: EncodedSplit, range: ShardRange, limits: BatchLimits, samples = true): unknown[] {
  const found: unknown[] = [];
  for (const { rows, range: places } of rowsOf(split).batches(range, limits, recordBytesAt)) {
    for (let place = places.start; place < places.end; place++) {
      const position = rows.order[place]!;
      found.push({
        row: rowNumberAt(rows, position),
        label: labelAt(rows, position),
        image: Buffer.from(encodedImage(rows, position)).toString('hex'),
        bytes: recordBytesAt(rows, place),
        samples: samples ? Buffer.from(samplesAt(rows, position, TENSOR)).toString('hex') : undefined,
      });
    }
  }
  return found;
}

/** Where rows may have so many bytes, this budget makes many buckets. */
const BUDGET = 4 * 2 ** 20;
const MOST_BYTES = 20_000;
const SMALL = 2 ** 16;
const LARGE = 2 * 2 ** 20;
const WIDE: BatchLimits = { rows: 10_000, bytes: 2 ** 25 };

/** The order as TFDS states it. */
function rowsByHash(rows: number): number[] {
  const hash = (row: number): string => createHash('md5').update(`train${row}`).digest('hex');
  return [...new Array(rows).keys()].sort((a, b) => (hash(a) < hash(b) ? -1 : 1));
}

describe('RowStore', () => {
  it('keeps in memory what fits the budget, and makes no file', async () => {
    const { split, folder } = await store({ rows: 100, sliceRows: 7, memory: LARGE });
    expect(split.state).toBe('in memory');
    expect(await readdir(folder)).toEqual([]);
    const found = read(split, { start: 0, end: 100 }, WIDE);
    expect(found.map((row) => (row as { row: number }).row)).toEqual(rowsByHash(100));
  });

  it('spills what does not, and gives the same rows in the same order', async () => {
    for (const samples of [true, false]) {
      const [memory, spilled] = await Promise.all(
        [LARGE, SMALL].map((bytes) => store({ rows: 3000, sliceRows: 100, memory: bytes, samples })),
      );
      expect([memory!.split.state, spilled!.split.state]).toEqual(['in memory', 'spilled']);
      expect(spilled!.split.recordBytes).toBe(memory!.split.recordBytes);
      const all = { start: 0, end: 3000 };
      expect(read(spilled!.split, all, WIDE, samples)).toEqual(read(memory!.split, all, WIDE, samples));
    }
  });

  it('gives any range of places, in batches that are cut as in memory', async () => {
    const rows = 1500;
    const [memory, spilled] = await Promise.all(
      [LARGE, SMALL].map(async (bytes) => (await store({ rows, sliceRows: 50, memory: bytes })).split),
    );
    expect(spilled!.state).toBe('spilled');
    const places = fc
      .tuple(fc.nat(rows), fc.nat(rows))
      .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
    const limits = fc.record({
      rows: fc.integer({ min: 1, max: 2000 }),
      bytes: fc.integer({ min: 1, max: 200_000 }),
    });
    const lengths = (split: EncodedSplit, range: ShardRange, limit: BatchLimits): number[] =>
      Array.from(
        rowsOf(split).batches(range, limit, recordBytesAt),
        (batch) => batch.range.end - batch.range.start,
      );
    fc.assert(
      fc.property(places, limits, ([start, end], limit) => {
        const range = { start, end };
        expect(lengths(spilled!, range, limit)).toEqual(lengths(memory!, range, limit));
        expect(read(spilled!, range, limit)).toEqual(read(memory!, range, limit));
      }),
      { numRuns: times(60, 6) },
    );
  });

  it('takes part of the budget until it is released, and none when it has spilled', async () => {
    const { split, budget } = await store({ rows: 100, sliceRows: 7, memory: LARGE });
    expect(split.keptBytes).toBeGreaterThan(split.recordBytes);
    expect(budget.keep(LARGE - split.keptBytes)).toBe(true);
    expect(budget.keep(1)).toBe(false);
    const { split: spilled, budget: other } = await store({ rows: 3000, sliceRows: 100, memory: SMALL });
    expect(spilled.keptBytes).toBe(0);
    expect(other.keep(SMALL)).toBe(true);
    expect(other.keep(1)).toBe(false);
  });

  it('spills at once where other splits have taken the budget', async () => {
    const folder = await scratchDir();
    const budget = new MemoryBudget(BUDGET);
    budget.keep(BUDGET);
    const split = new RowStore({
      keys: { splitName: 'train' },
      rows: 5,
      sliceRows: 5,
      recordBytes: 500,
      sampleBytes: samplesPerRow(TABLE),
      threads: 1,
      budget,
      scratchPath: join(folder, 'scratch'),
    });
    for (const slice of slicesOf(5, 5)) split.add(slice);
    const { state } = split.finish();
    expect(state).toBe('spilled');
  });

  it('names the path when the scratch file cannot be made', async () => {
    const budget = new MemoryBudget(BUDGET);
    budget.keep(BUDGET);
    const scratchPath = join(await scratchDir(), 'missing', 'scratch');
    const settings = {
      keys: { splitName: 'train' },
      rows: 5,
      sliceRows: 5,
      recordBytes: 500,
      sampleBytes: 35,
      threads: 1,
    };
    const split = new RowStore({ ...settings, budget, scratchPath });
    const [slice] = slicesOf(5, 5);
    expect(() => split.add(slice!)).toThrowError(
      expect.objectContaining({
        code: 'DISK',
        message: `the file system refused while making ${scratchPath}`,
      }),
    );
    split.abandon();
  });
});
