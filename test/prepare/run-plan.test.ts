import { mkdir, readdir, rename, symlink, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cachedPath } from '../../src/archive/cache.js';
import type { DatasetDefinition } from '../../src/dataset/definition.js';
import { loadDefinition } from '../../src/dataset/registry.js';
import { datasetInfoJson } from '../../src/directory/manifest/dataset-info.js';
import { featuresJson, labelsText } from '../../src/directory/manifest/features.js';
import type { PrepareOptions } from '../../src/prepare/options.js';
import { planRun, type RunPlan } from '../../src/prepare/run-plan.js';
import { tinyDefinition } from '../dataset/tiny.js';
import { scratchDir } from '../scratch-dir.js';

/** The plan of a run in an empty folder. */
async function planOf(definition: DatasetDefinition, change: Partial<PrepareOptions> = {}): Promise<RunPlan> {
  const out = await scratchDir();
  return planRun(definition, { out, cacheDir: join(out, 'cache'), formats: ['tfrecord'], ...change });
}

async function shardsOf(definition: DatasetDefinition, change: Partial<PrepareOptions>): Promise<string[]> {
  return (await planOf(definition, change)).splits.map(({ shards }) => shards);
}

/** The tiny definition with images of another size and another number of rows. */
function sized(height: number, width: number, rows: number): DatasetDefinition {
  const { image, splits } = tinyDefinition();
  const [split] = splits;
  if (split === undefined) throw new Error('the tiny definition has a split');
  return tinyDefinition({ image: { ...image!, shape: [height, width, 1] }, splits: [{ ...split, rows }] });
}

const TINY = 'tiny 1.2.3 as TFDS 4.6 or newer writes it';

/** What TFDS writes of a data set whose first split has so many rows, and the others one. */
function wholeFiles(rows: number): Record<string, string> {
  const definition = tinyDefinition();
  const splits = definition.splits.map(({ name, rows: own }, at) => ({
    name,
    numBytes: 1,
    shardLengths: [at === 0 ? own + rows - 1 : own],
  }));
  const shards = splits.map(({ name, shardLengths: [length = 0] }) => [
    `tiny-${name}.tfrecord-00000-of-00001`,
    'x'.repeat(1 + 16 * length),
  ]);
  return {
    ...Object.fromEntries(shards),
    'features.json': featuresJson(definition),
    'label.labels.txt': labelsText(definition.label?.classNames ?? []),
    'dataset_info.json': datasetInfoJson(definition, splits, ['tfrecord']),
  };
}

describe('planRun', () => {
  it('tells what would be done', async () => {
    const out = await scratchDir();
    const plan = await planOf(tinyDefinition(), { out });
    const from = (file: string): string =>
      `from https://a.invalid/tiny/${file}, or https://b.invalid/${file}`;
    expect(plan).toEqual({
      name: 'tiny',
      version: '1.2.3',
      directory: join(out, 'tiny', '1.2.3'),
      target: 'new',
      archives: ['train-labels.gz', 'train-images.gz', 'test-labels.gz', 'test-images.gz'].map((file) => ({
        file,
        bytes: 100,
        from: from(file),
      })),
      origins: [{ from: 'from https://a.invalid/tiny/, or https://b.invalid/', archives: 4, bytes: 400 }],
      splits: [
        { name: 'train', rows: 3, shards: '1 shard' },
        { name: 'test', rows: 1, shards: '1 shard' },
      ],
      formats: ['tfrecord'],
      forTfds: true,
      // Four rows of an image of one color; the archives are as large as images that are not compressed.
      space: {
        needed: 360,
        free: expect.any(Number),
        downloads: { archives: 4, bytes: 400, directory: expect.any(String), free: expect.any(Number) },
        isOneDisk: true,
      },
      // Of images of this shape no time was measured.
      seconds: undefined,
      workers: expect.any(Number),
    });
    expect(plan.space.free).toBeGreaterThan(0);
  });

  it('tells the formats: those asked for, or the usual ones', async () => {
    const formats = async (change: Partial<PrepareOptions>): Promise<RunPlan['formats']> =>
      (await planOf(tinyDefinition(), change)).formats;
    expect(await formats({ formats: ['array_record', 'parquet'] })).toEqual(['array_record', 'parquet']);
    expect(await formats({ formats: undefined })).toEqual(['tfrecord', 'arrow', 'parquet']);
  });

  it('takes archives from a folder', async () => {
    const folder = await scratchDir();
    const path = join(folder, 'train-labels.gz');
    await writeFile(path, Buffer.alloc(100));
    const { archives } = await planOf(tinyDefinition(), { archives: folder });
    expect(archives.map(({ from }) => from)).toEqual([
      `from ${path}`,
      ...['train-images.gz', 'test-labels.gz', 'test-images.gz'].map(
        (file) => `not to be had: the archive ${join(folder, file)} does not exist`,
      ),
    ]);
  });

  it('takes archives from the cache where they have the right size', async () => {
    const cacheDir = await scratchDir();
    const [archive] = tinyDefinition().splits.map(({ labels }) => labels);
    if (archive === undefined) throw new Error('the tiny definition has a split');
    const path = cachedPath(cacheDir, archive);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, Buffer.alloc(archive.bytes));
    const plan = await planOf(tinyDefinition(), { cacheDir });
    expect(plan.archives[0]?.from).toBe(`from the cache, ${path}`);
    expect(plan.origins).toEqual([
      { from: `from the cache, ${cacheDir}`, archives: 1, bytes: 100 },
      { from: expect.stringMatching(/^from https:/), archives: 3, bytes: 300 },
    ]);
    expect(plan.space.downloads).toMatchObject({ archives: 3, bytes: 300 });
    await truncate(path, archive.bytes - 1);
    expect((await planOf(tinyDefinition(), { cacheDir })).archives[0]?.from).toMatch(/^from https:/);
    // Of a download that broke off, the rest is wanted.
    await rename(path, `${path}.part`);
    expect((await planOf(tinyDefinition(), { cacheDir })).space.downloads).toMatchObject({
      archives: 4,
      bytes: 301,
    });
  });

  it('draws what is drawn', async () => {
    const { archives } = await planOf(await loadDefinition('digits'));
    expect(archives.map(({ from }) => from)).toEqual([
      'drawn here',
      'drawn here',
      'drawn here',
      'drawn here',
    ]);
  });

  it('tells the number of shards as far as it is known', async () => {
    const mnist = await loadDefinition('mnist');
    expect(await shardsOf(mnist, {})).toEqual(['1 shard', '1 shard']);
    expect(await shardsOf(mnist, { numShards: 8 })).toEqual(['8 shards', '8 shards']);
    expect(await shardsOf(mnist, { numShards: 1 })).toEqual(['1 shard', '1 shard']);
    expect(await shardsOf(mnist, { maxShardSize: 5000 })).toEqual([
      'as few shards as keep each within 5000 bytes',
      'as few shards as keep each within 5000 bytes',
    ]);
    // An image of 1,000 x 1,000 that does not compress is a megabyte and a little.
    expect(await shardsOf(sized(1000, 1000, 100), {})).toEqual(['1 shard']);
    expect(await shardsOf(sized(1000, 1000, 200), {})).toEqual([
      '1 to 2 shards, by the size of the encoded rows',
    ]);
  });

  it('refuses more shards than rows', async () => {
    await expect(planOf(tinyDefinition(), { numShards: 2 })).rejects.toMatchObject({
      code: 'SHARD_COUNT',
      message: 'the split test cannot be cut into 2 shards',
    });
  });

  it.each([
    ['an empty directory', {}, 'new', 'new'],
    [
      'another file',
      { 'thesis.doc': '' },
      'in the way: files that belong to no data set: thesis.doc',
      'to be replaced: files that belong to no data set: thesis.doc',
    ],
    [
      'a part',
      { 'features.json': featuresJson(tinyDefinition()) },
      'in the way: parts of a data set, of which dataset_info.json is missing',
      'to be replaced: parts of a data set, of which dataset_info.json is missing',
    ],
    ['a whole data set', wholeFiles(1), 'complete, to be left alone', `to be replaced: ${TINY}`],
    ['another one', wholeFiles(2), `in the way: ${TINY}`, `to be replaced: ${TINY}`],
  ])('tells what becomes of %s', async (_, files, kept, overwritten) => {
    const out = await scratchDir();
    const directory = join(out, 'tiny', '1.2.3');
    await mkdir(directory, { recursive: true });
    for (const [file, text] of Object.entries(files)) await writeFile(join(directory, file), text);
    expect((await planOf(tinyDefinition(), { out })).target).toBe(kept);
    expect((await planOf(tinyDefinition(), { out, overwrite: true })).target).toBe(overwritten);
  });

  it('tells of a link in the way, with and without overwrite', async () => {
    const out = await scratchDir();
    const directory = join(out, 'tiny', '1.2.3');
    await mkdir(join(out, 'tiny', 'elsewhere'), { recursive: true });
    await symlink(join(out, 'tiny', 'elsewhere'), directory);
    for (const overwrite of [false, true])
      expect((await planOf(tinyDefinition(), { out, overwrite })).target).toBe(
        `in the way: ${directory} is a symbolic link`,
      );
  });

  it('does nothing', async () => {
    const out = await scratchDir();
    await planOf(tinyDefinition(), { out, cacheDir: join(out, 'cache') });
    expect(await readdir(out)).toEqual([]);
  });
});
