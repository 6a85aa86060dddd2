import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  type DatasetDefinition,
  DatasetError,
  loadDefinition,
  type PrepareOptions,
  prepare,
} from '../../src/index.js';
import { forgetProxies, refuse, send, serve } from '../archive/loopback.js';
import { writeArchives } from '../fixtures/archives.js';
import { quickdrawStandIn } from '../fixtures/family.js';
import { digestsIn, emptyFolder, everythingIn } from '../fixtures/folder.js';

beforeEach(forgetProxies);

/** QuickDraw with two rows a file, at a mirror that takes note of what is asked for. */
async function mirrored({
  stalled,
  missing,
  onRequest,
}: {
  /** Never comes. */
  stalled?: string;
  /** Is not there. */
  missing?: string;
  onRequest?: (count: number) => void;
} = {}) {
  const { definition, archives } = quickdrawStandIn(await loadDefinition('quickdraw_bitmap'), () => 2);
  const asked: string[] = [];
  const load = { now: 0, most: 0 };
  const { origin } = await serve(async (response, { url = '' }) => {
    const file = decodeURIComponent(url.slice(1));
    asked.push(file);
    load.most = Math.max(load.most, ++load.now);
    onRequest?.(asked.length);
    // Whoever may come at the same time does.
    await sleep(2);
    load.now--;
    if (file === stalled) return;
    const bytes = archives.get(file);
    (bytes === undefined || file === missing ? refuse(404) : send(bytes))(response);
  });
  return { definition: { ...definition, mirrors: [`${origin}/`] }, archives, asked, load };
}

interface Folders {
  out: string;
  cacheDir: string;
}

async function folders(): Promise<Folders> {
  const folder = await emptyFolder();
  return { out: join(folder, 'out'), cacheDir: join(folder, 'cache') };
}

const run = (definition: DatasetDefinition, where: Folders, options: Partial<PrepareOptions> = {}) =>
  prepare(definition, { formats: ['tfrecord'], workers: 1, ...where, ...options });

/** Files in the cache that are no archives. */
async function leftInCache({ cacheDir }: Folders): Promise<string[]> {
  const all = await readdir(cacheDir, { recursive: true }).catch(() => []);
  return all.filter((path) => /\.(lock|part|new)\b/.test(path));
}

describe('a data set of 345 archives', () => {
  it('is downloaded a few archives at a time, each once', async () => {
    const where = await folders();
    const locks: Promise<number>[] = [];
    const { definition, archives, asked, load } = await mirrored({
      onRequest: (count) => {
        if (count % 20 === 0) locks.push(leftInCache(where).then(({ length }) => length));
      },
    });
    const { directory } = await run(definition, where);
    expect(asked.toSorted()).toEqual([...archives.keys()].sort());
    expect(load.most).toBeLessThanOrEqual(4);
    // Of each archive on its way: a lock, what becomes of it, and a partial file with what tells of it.
    expect(Math.max(...(await Promise.all(locks)))).toBeLessThanOrEqual(8 * 4);
    expect(await leftInCache(where)).toEqual([]);

    const folder = await emptyFolder();
    await writeArchives(folder, archives);
    const given = await run(definition, await folders(), { archives: folder });
    expect(await digestsIn(directory)).toEqual(await digestsIn(given.directory));
  });

  it('goes on with what is there after an interruption', async () => {
    const where = await folders();
    const interruption = new AbortController();
    const { definition, asked } = await mirrored({
      onRequest: (count) => {
        if (count === 100) interruption.abort();
      },
    });
    await expect(run(definition, where, { signal: interruption.signal })).rejects.toBeDefined();
    expect(await everythingIn(where.out)).toEqual(undefined);
    expect(asked.length).toBeLessThanOrEqual(100 + 4);
    await run(definition, where);
    // Those that were under way are asked for again.
    expect(asked.length).toBeGreaterThanOrEqual(345);
    expect(asked.length).toBeLessThanOrEqual(345 + 8);
    expect(await leftInCache(where)).toEqual([]);
  });

  it('ends by one error where one is missing, while the first of them is still awaited', async () => {
    const where = await folders();
    const { definition, asked } = await mirrored({ stalled: 'The Eiffel Tower.npy', missing: 'ant.npy' });
    const error: unknown = await run(definition, where).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(DatasetError);
    expect(error).toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringMatching(/ant\.npy.* 404/),
    });
    expect(await everythingIn(where.out)).toEqual(undefined);
    expect(await leftInCache(where)).toEqual([]);
    expect(asked.length).toBeLessThan(40);
  });

  it('is refused before the first download where the disk of the cache has no room for it', async () => {
    const where = await folders();
    const { definition, asked } = await mirrored();
    const [split] = definition.splits;
    const parts = (split?.parts ?? []).map((part) => ({
      ...part,
      images: { ...part.images, bytes: 2 ** 43 },
    }));
    const huge = { ...definition, splits: [{ ...split!, parts }] };
    await expect(run(huge, where)).rejects.toMatchObject({
      code: 'DISK_FULL',
      message: `there is too little room on the disk of ${where.cacheDir}`,
      next: expect.stringMatching(/IDX_SHARDS_CACHE, or another --out/),
    });
    expect(asked).toEqual([]);
    expect(await everythingIn(where.out)).toEqual(undefined);
  });
});
