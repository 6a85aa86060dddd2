import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { MemoryBudget } from '../../../src/rows/spill/memory.js';
import { RowStore } from '../../../src/rows/spill/row-store.js';
import { scratchDir } from '../../scratch-dir.js';
import { encodedImages } from '../encoded.js';

/** How many files were opened and closed, and the write that fails; until a test sets it, none. */
const disk = vi.hoisted(() => ({ opened: 0, closed: 0, failing: Number.POSITIVE_INFINITY }));

vi.mock('node:fs', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs')>();
  return {
    ...real,
    openSync: (...words: Parameters<typeof real.openSync>) => {
      disk.opened++;
      return real.openSync(...words);
    },
    closeSync: (file: number) => {
      disk.closed++;
      real.closeSync(file);
    },
    writeSync: (file: number, bytes: Uint8Array, offset: number, length: number, position: number) => {
      if (--disk.failing < 0)
        throw Object.assign(new Error('ENOSPC: write'), { code: 'ENOSPC', syscall: 'write' });
      return real.writeSync(file, bytes, offset, length, position);
    },
  };
});

afterEach(() => {
  Object.assign(disk, { opened: 0, closed: 0, failing: Number.POSITIVE_INFINITY });
});

const MIB = 2 ** 20;
const ROWS = 12_000;

/** A store whose slices spill when `before` of them have come; its buffers are small, so that there are many writes. */
async function spilling(before: number) {
  const { slices } = encodedImages([...new Array(ROWS).keys()], 100);
  const budget = new MemoryBudget(4 * MIB);
  const bytes = slices.slice(0, before).reduce((sum, slice) => sum + slice.records.length, 0);
  budget.keep(2 * MIB - bytes);
  const settings = {
    keys: { splitName: 'train' },
    rows: ROWS,
    sliceRows: 100,
    recordBytes: 2000,
    sampleBytes: 35,
  };
  const scratchPath = join(await scratchDir(), 'scratch');
  return { slices, store: new RowStore({ ...settings, threads: 1, budget, scratchPath }) };
}

describe('a RowStore on a disk that is full', () => {
  it.each([0, 100])('says so and closes its file, where %i slices were in memory before', async (before) => {
    for (const failing of [0, 1, 5, 20]) {
      Object.assign(disk, { opened: 0, closed: 0, failing });
      const { slices, store } = await spilling(before);
      expect(() => {
        for (const slice of slices) store.add(slice);
        store.finish();
      }).toThrowError(expect.objectContaining({ name: 'DatasetError', code: 'DISK_FULL' }));
      store.abandon();
      expect(disk).toMatchObject({ opened: 1, closed: 1 });
    }
  });

  it('takes no slice that comes when it was abandoned', async () => {
    const { slices, store } = await spilling(0);
    store.abandon();
    for (const slice of slices) store.add(slice);
    expect(disk.opened).toBe(0);
  });
});
