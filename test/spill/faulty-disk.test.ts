import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { MemoryBudget } from '../../src/spill/memory.js';
import { RowStore } from '../../src/spill/row-store.js';
import { scratchDir } from '../scratch-dir.js';
import { encodedImages } from '../shard/encoded.js';

/** How many files were opened and closed, and the write that fails; until a test sets it, none. */
const disk = vi.hoisted(() => ({ opened: 0, closed: 0, failing: Number.POSITIVE_INFINITY }));

vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs/promises')>();
  const open = async (...words: Parameters<typeof real.open>) => {
    const handle = await real.open(...words);
    disk.opened++;
    const close = handle.close.bind(handle);
    const write = handle.write.bind(handle);
    return Object.assign(handle, {
      close: async () => {
        disk.closed++;
        await close();
      },
      write: async (buffer: Uint8Array, offset: number, length: number, position: number) => {
        if (--disk.failing < 0)
          throw Object.assign(new Error('ENOSPC: write'), { code: 'ENOSPC', syscall: 'write' });
        return write(buffer, offset, length, position);
      },
    });
  };
  return { ...real, open };
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
  const settings = { name: 'train', rows: ROWS, sliceRows: 100, recordBytes: 2000, sampleBytes: 35 };
  const scratchPath = join(await scratchDir(), 'scratch');
  return { slices, store: new RowStore({ ...settings, threads: 1, budget, scratchPath }) };
}

describe('a RowStore on a disk that is full', () => {
  it.each([0, 100])('says so and closes its file, where %i slices were in memory before', async (before) => {
    for (const failing of [0, 1, 5, 20]) {
      Object.assign(disk, { opened: 0, closed: 0, failing });
      const { slices, store } = await spilling(before);
      let failed: unknown;
      for (const slice of slices) failed ??= await store.add(slice).catch((error: unknown) => error);
      failed ??= await store.finish().catch((error: unknown) => error);
      expect(failed).toMatchObject({ name: 'DatasetError', code: 'DISK_FULL' });
      await store.abandon();
      expect(disk.opened).toBe(1);
      expect(disk.closed).toBeGreaterThan(0);
    }
  });

  it('takes no slice that comes when it was abandoned', async () => {
    const { slices, store } = await spilling(0);
    await store.abandon();
    for (const slice of slices) await store.add(slice);
    expect(disk.opened).toBe(0);
  });
});
