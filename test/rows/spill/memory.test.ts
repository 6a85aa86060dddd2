import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryBudget, memoryFor, planSpill } from '../../../src/rows/spill/memory.js';

const MIB = 2 ** 20;

describe('planSpill', () => {
  it('gives buckets of which each worker can hold two beside the buffers, whatever is in the rows', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 4 * MIB, max: 4096 * MIB }),
        fc.integer({ min: 1, max: 10_000_000 }),
        fc.integer({ min: 50, max: 300_000 }),
        fc.integer({ min: 1, max: 64 }),
        (budget, rows, rowBytes, threads) => {
          let plan: ReturnType<typeof planSpill>;
          try {
            plan = planSpill(budget, { rows, rowBytes, threads });
          } catch {
            return; // Looked at below.
          }
          const { buckets, extentBytes } = plan;
          expect(Number.isInteger(Math.log2(buckets))).toBe(true);
          const bucketBytes = (rows * rowBytes) / buckets;
          expect(threads * 2 * bucketBytes + buckets * extentBytes).toBeLessThanOrEqual(budget);
          expect(extentBytes % 4096).toBe(0);
          expect(extentBytes).toBeGreaterThan(0);
        },
      ),
    );
  });

  it('says how much it takes where a budget is too small, and that is enough', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 * MIB }),
        fc.integer({ min: 1, max: 10_000_000 }),
        fc.integer({ min: 50, max: 300_000 }),
        fc.integer({ min: 1, max: 64 }),
        (budget, rows, rowBytes, threads) => {
          const sizes = { rows, rowBytes, threads };
          try {
            planSpill(budget, sizes);
          } catch (error) {
            expect(error).toMatchObject({ name: 'DatasetError', code: 'MEMORY' });
            const { expected } = error as { expected: string };
            const least = Number(/^(\d+) MiB, for/.exec(expected)?.[1]) * MIB;
            expect(() => planSpill(least, sizes)).not.toThrow();
          }
        },
      ),
    );
  });

  it('has one bucket where everything fits one', () => {
    expect(planSpill(128 * MIB, { rows: 1, rowBytes: 100, threads: 2 })).toEqual({
      buckets: 1,
      extentBytes: 256 * 1024,
    });
  });
});

describe('MemoryBudget', () => {
  it('is what all splits share', () => {
    const budget = new MemoryBudget(1000);
    expect([budget.keep(450), budget.keep(50), budget.keep(1)]).toEqual([true, true, false]);
    budget.release(51);
    expect([budget.keep(50), budget.keep(1)]).toEqual([true, false]);
  });
});

describe('memoryFor', () => {
  const small = { rows: 60_000, rowBytes: 1200, threads: 2 };

  it('is a default where nothing is asked for, more where rows are large or many', () => {
    expect(memoryFor(undefined, [small])).toBe(64 * MIB);
    expect(memoryFor(undefined, [small, { ...small, rows: 700_000_000 }])).toBe(512 * MIB);
    expect(memoryFor(undefined, [{ rows: 2, rowBytes: 60 * MIB, threads: 2 }])).toBe(1024 * MIB);
  });

  it('is what is asked for where that will do', () => {
    expect(memoryFor(8 * MIB, [small, small])).toBe(8 * MIB);
    // All of it stays in memory.
    expect(memoryFor(MIB, [{ ...small, rows: 100 }])).toBe(MIB);
  });

  it('refuses what would not do for a single row', () => {
    expect(() => memoryFor(4 * MIB, [small, { rows: 3, rowBytes: 3 * MIB, threads: 2 }])).toThrow(
      expect.objectContaining({ name: 'DatasetError', code: 'MEMORY', found: '4 MiB' }),
    );
    expect(() => memoryFor(1000, [{ rows: 3, rowBytes: 3 * MIB, threads: 2 }])).toThrow(
      expect.objectContaining({ found: '1000 bytes' }),
    );
  });
});
