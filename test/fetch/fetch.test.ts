import { cpSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wantedDataset } from '../../src/directory/locate.js';
import type { FetchEvent } from '../../src/fetch/fetched-access.js';
import { openWanted, type StoredOptions } from '../../src/fetch/open.js';
import { Dataset, type FormatName, open, prepare, type SplitSpec } from '../../src/index.js';
import { datasetInfoOf } from '../../src/load/info.js';
import { emptyFolder, everythingIn, newFolder, sha256 } from '../fixtures/folder.js';
import { WatchedStorage } from '../fixtures/watched-storage.js';
import { ALL_FORMATS, type SmallDigits, smallDigits } from '../verify/small-digits.js';

let folder: string;
let digits: SmallDigits;

beforeAll(async () => {
  folder = await newFolder();
  digits = await smallDigits(folder, { numShards: 4 });
});
afterAll(() => rm(folder, { recursive: true }));

/** The prepared data set in a storage of its own, and a cache that is empty. */
async function stored(): Promise<{ storage: WatchedStorage; cacheDir: string; out: string }> {
  const own = await emptyFolder();
  const out = join(own, 'bucket');
  cpSync(join(folder, 'out'), out, { recursive: true });
  return { storage: new WatchedStorage(out), cacheDir: join(own, 'cache'), out };
}

async function openIn(storage: WatchedStorage, options: StoredOptions, name = 'digits'): Promise<Dataset> {
  const there = await openWanted(storage, wantedDataset(name, ''), options);
  return new Dataset(datasetInfoOf(there), there.access);
}

interface Row {
  place: number;
  label: number;
  image: string;
}

async function rowsOf(dataset: Dataset, spec: SplitSpec, format?: FormatName): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const { place, label, image } of dataset.split(spec, { format }))
    rows.push({ place, label, image: sha256(image.data) });
  return rows;
}

/** The folders of data sets in a cache, and what lies in each. */
async function cached(cacheDir: string): Promise<Map<string, string[]>> {
  const names = (await everythingIn(join(cacheDir, 'datasets'))) ?? [];
  const keys = names.filter((name) => /^[^/]+\/$/.test(name));
  return new Map(
    keys.map((key) => [
      key.slice(0, -1),
      names.filter((name) => name !== key && name.startsWith(key)).map((name) => name.slice(key.length)),
    ]),
  );
}

const MANIFESTS = ['README.md', 'SHA256SUMS', 'dataset_info.json', 'features.json'];
const FIRST = 'digits-train.tfrecord-00000-of-00004';

describe('a data set in a storage', () => {
  it('has the same rows as on a disk, in each format', async () => {
    const { storage, cacheDir } = await stored();
    const local = await open(digits.directory);
    const dataset = await openIn(storage, { cacheDir });
    expect(dataset.info).toEqual({ ...local.info, directory: `${storage.url}/digits/1.0.0` });
    for (const format of ALL_FORMATS)
      for (const spec of ['train', 'test', 'train[10%:60%]+test[-5:]+train[:3]'])
        expect(await rowsOf(dataset, spec, format)).toEqual(await rowsOf(local, spec, format));
    // Each of its shards came once.
    expect(storage.takeReads()).toEqual(
      readdirSync(digits.directory).filter((file) => !MANIFESTS.includes(file)),
    );
  });

  it('fetches the shards that hold the rows, in the format that is read on a disk, and when they are read', async () => {
    const { storage, cacheDir } = await stored();
    const dataset = await openIn(storage, { cacheDir });
    const split = dataset.split('train[:10%]');
    expect(split.format).toBe((await open(digits.directory)).split('train[:10%]').format);
    expect(storage.takeReads()).toEqual([]);
    for await (const _ of split);
    expect(storage.takeReads()).toEqual([FIRST]);
    await rowsOf(dataset, 'test[60%:]', 'arrow');
    expect(storage.takeReads()).toEqual([2, 3].map((shard) => `digits-test-0000${shard}-of-00004.arrow`));
    for await (const _ of dataset.split('train', { format: 'parquet' }).take(1));
    expect(storage.takeReads()).toEqual(['digits-train-00000-of-00004.parquet']);
  });

  it('reads no more than the manifests the second time', async () => {
    const { storage, cacheDir } = await stored();
    const told: FetchEvent[] = [];
    const onFetch = (event: FetchEvent): number => told.push(event);
    const first = await rowsOf(await openIn(storage, { cacheDir, onFetch }), 'train');
    expect(told).toMatchObject([{ files: 4, from: `${storage.url}/digits/1.0.0` }]);
    storage.takeReads();
    const again = new WatchedStorage(storage.url);
    expect(await rowsOf(await openIn(again, { cacheDir, onFetch }), 'train')).toEqual(first);
    expect(again.reads).toEqual([]);
    expect(again.lists).toBe(1);
    expect(again.got.sort()).toEqual(MANIFESTS.map((file) => `digits/1.0.0/${file}`));
    expect(told).toHaveLength(1);
  });

  it.each<[string, (path: string) => void]>([
    ['a bit is another one', (path) => writeFileSync(path, flipped(readFileSync(path)))],
    ['the end is missing', (path) => truncateSync(path, 10)],
    ['nothing is left', (path) => truncateSync(path, 0)],
    [
      'there is more',
      (path) => writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.from('more')])),
    ],
  ])('fetches again a file of the cache of which %s', async (_, damage) => {
    const { storage, cacheDir } = await stored();
    const rows = await rowsOf(await openIn(storage, { cacheDir }), 'train');
    storage.takeReads();
    const [key = ''] = (await cached(cacheDir)).keys();
    damage(join(cacheDir, 'datasets', key, FIRST));
    expect(await rowsOf(await openIn(storage, { cacheDir }), 'train')).toEqual(rows);
    expect(storage.takeReads()).toEqual([FIRST]);
  });

  it('lets several read at once, of whom one fetches', async () => {
    const { storage, cacheDir } = await stored();
    const readers = Array.from({ length: 4 }, () => openIn(storage, { cacheDir }));
    const rows = await Promise.all((await Promise.all(readers)).map((dataset) => rowsOf(dataset, 'test')));
    expect(new Set(rows.map((one) => JSON.stringify(one))).size).toBe(1);
    const shards = [0, 1, 2, 3].map((shard) => `digits-test.tfrecord-0000${shard}-of-00004`);
    expect(storage.takeReads()).toEqual(shards);
    expect([...(await cached(cacheDir)).values()]).toEqual([shards]);
  });

  it('fetches beyond what a run before left half', async () => {
    const { storage, cacheDir } = await stored();
    await rowsOf(await openIn(storage, { cacheDir }), 'train');
    const [[key, files] = ['', []]] = await cached(cacheDir);
    const path = join(cacheDir, 'datasets', key, FIRST);
    renameSync(path, `${path}.part`);
    await rowsOf(await openIn(storage, { cacheDir }), 'train');
    expect((await cached(cacheDir)).get(key)).toEqual(files);
  });
});

function flipped(bytes: Uint8Array): Uint8Array {
  const other = Uint8Array.from(bytes);
  other[other.length >> 1]! ^= 4;
  return other;
}

describe('what is not as it should be in a storage', () => {
  it.each<[string, string, (bytes: Uint8Array) => Uint8Array]>([
    ['a bit is another one', 'FILE_CHECKSUM', flipped],
    ['the end is missing', 'FILE_BYTES', (bytes) => bytes.subarray(0, -1)],
    ['there is more', 'FILE_BYTES', (bytes) => Buffer.concat([bytes, Buffer.from('more')])],
  ])('is an error of its own where of a shard %s, and leaves nothing', async (_, code, change) => {
    const { storage, cacheDir } = await stored();
    const dataset = await openIn(storage, { cacheDir });
    storage.change = (key, bytes) => (key.endsWith(FIRST) ? change(bytes) : bytes);
    await expect(rowsOf(dataset, 'train[:5]')).rejects.toMatchObject({ code });
    expect(await everythingIn(cacheDir)).toBeUndefined();
    storage.change = (_key, bytes) => bytes;
    expect(await rowsOf(dataset, 'train[:5]')).toHaveLength(5);
  });

  it('is told where a shard went', async () => {
    const { storage, cacheDir, out } = await stored();
    const dataset = await openIn(storage, { cacheDir });
    rmSync(join(out, 'digits/1.0.0', FIRST));
    await expect(rowsOf(dataset, 'train')).rejects.toMatchObject({ code: 'OBJECT_MISSING' });
    await expect(rowsOf(await openIn(storage, { cacheDir }), 'train', 'tfrecord')).rejects.toMatchObject({
      code: 'FILE_MISSING',
    });
  });

  it('is no other row where the data set is replaced while it is read', async () => {
    const { storage, cacheDir, out } = await stored();
    const old = await openIn(storage, { cacheDir });
    const before = await rowsOf(old, 'train[:30]');
    const other = await emptyFolder();
    const splits = digits.definition.splits.map((split) => ({ ...split, rows: split.rows + 7 }));
    await prepare(
      { ...digits.definition, splits },
      {
        formats: ALL_FORMATS,
        workers: 1,
        numShards: 4,
        archives: digits.archives,
        cacheDir: other,
        out: join(other, 'out'),
      },
    );
    rmSync(out, { recursive: true });
    cpSync(join(other, 'out'), out, { recursive: true });
    await expect(rowsOf(old, 'train')).rejects.toMatchObject({
      code: expect.stringMatching(/^FILE_(BYTES|CHECKSUM)$/),
    });
    expect(await rowsOf(old, 'train[:5]')).toEqual(before.slice(0, 5));
    expect(await rowsOf(await openIn(storage, { cacheDir }), 'train')).toHaveLength(97);
    expect((await cached(cacheDir)).size).toBe(2);
  });

  it.each(['dataset_info.json', 'features.json', 'README.md'])(
    'is an error where %s is another one',
    async (file) => {
      const { storage, cacheDir } = await stored();
      storage.change = (key, bytes) =>
        key.endsWith(file) ? Buffer.concat([bytes, Buffer.from('\n')]) : bytes;
      await expect(openIn(storage, { cacheDir })).rejects.toMatchObject({
        code: 'FILE_CHECKSUM',
        message: `${file} has another checksum than the one stored`,
      });
    },
  );

  it('is refused where a shard has no checksum and others do', async () => {
    const { storage, cacheDir } = await stored();
    const sums = 'SHA256SUMS';
    storage.change = (key, bytes) =>
      key.endsWith(sums)
        ? Buffer.from(
            Buffer.from(bytes)
              .toString()
              .replace(/^.*tfrecord.*\n/gm, ''),
          )
        : bytes;
    const dataset = await openIn(storage, { cacheDir });
    await expect(rowsOf(dataset, 'train', 'tfrecord')).rejects.toMatchObject({ code: 'FILE_EXTRA' });
    expect(await rowsOf(dataset, 'train', 'arrow')).toHaveLength(90);
  });
});

describe('reading that ends early', () => {
  it('fetches no further, and leaves nothing half', async () => {
    const { storage, cacheDir } = await stored();
    const dataset = await openIn(storage, { cacheDir });
    for await (const _ of dataset.split('train')) break;
    const left = [...(await cached(cacheDir)).values()].flat();
    expect(left).toContain(FIRST);
    expect(left.filter((file) => !/^digits-train\.tfrecord-0000\d-of-00004$/.test(file))).toEqual([]);
  });

  it('ends with the reason of a signal', async () => {
    const { storage, cacheDir } = await stored();
    const interruption = new AbortController();
    const dataset = await openIn(storage, { cacheDir, signal: interruption.signal });
    const reason = new Error('enough');
    storage.onPiece = (key) => {
      if (key.endsWith(FIRST)) interruption.abort(reason);
    };
    await expect(rowsOf(dataset, 'train[:5]')).rejects.toBe(reason);
    expect(await everythingIn(cacheDir)).toBeUndefined();
  });
});

describe('a data set without SHA256SUMS in a storage', () => {
  it('is read, and told from another by its manifests and its sizes', async () => {
    const { storage, cacheDir, out } = await stored();
    const directory = join(out, 'digits/1.0.0');
    rmSync(join(directory, 'SHA256SUMS'));
    const rows = await rowsOf(await openIn(storage, { cacheDir }), 'train');
    expect(rows).toEqual(await rowsOf(await open(digits.directory), 'train'));
    storage.takeReads();
    expect(await rowsOf(await openIn(storage, { cacheDir }), 'train')).toEqual(rows);
    expect(storage.takeReads()).toEqual([]);
    rmSync(join(directory, 'digits-test-00000-of-00004.parquet'));
    expect(await rowsOf(await openIn(storage, { cacheDir }), 'train')).toEqual(rows);
    expect(storage.takeReads()).toHaveLength(4);
  });
});
