import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wantedDataset } from '../../src/directory/locate.js';
import { findStored, openWanted } from '../../src/fetch/open.js';
import { emptyFolder, newFolder } from '../fixtures/folder.js';
import { WatchedStorage } from '../fixtures/watched-storage.js';
import { smallDigits } from '../verify/small-digits.js';

let folder: string;
let directory: string;

beforeAll(async () => {
  folder = await newFolder();
  ({ directory } = await smallDigits(folder, { formats: ['tfrecord'] }));
});
afterAll(() => rm(folder, { recursive: true }));

/** A storage with a copy of the data set in each of these folders. */
async function storageWith(...folders: string[]): Promise<WatchedStorage> {
  const out = join(await emptyFolder(), 'bucket');
  for (const one of folders) await cp(directory, join(out, one), { recursive: true });
  return new WatchedStorage(out);
}

function unfinish(storage: WatchedStorage, ...folders: string[]): void {
  for (const one of folders) rmSync(join(storage.url, one, 'dataset_info.json'));
}

/** Where a name leads, or the storage itself. */
async function leadsTo(storage: WatchedStorage, name?: string) {
  const wanted = wantedDataset(name ?? '', name === undefined ? undefined : 'any');
  const { path } = await openWanted(storage, wanted, { cacheDir: join(folder, 'none') });
  return path.slice(storage.url.length + 1);
}

describe('a name below a prefix', () => {
  it('is the newest version, one that was asked for, or the version itself', async () => {
    const storage = await storageWith('d/1.2.0', 'd/1.10.0', 'd/1.9.0', 'd/notes', 'other/1.11.0');
    expect(await leadsTo(storage, 'd')).toBe('d/1.10.0');
    expect(await leadsTo(storage, 'd:1.2.*')).toBe('d/1.2.0');
    await expect(leadsTo(storage, 'd:2.*.*')).rejects.toMatchObject({
      code: 'NO_DATASET',
      message: `there is no data set in ${storage.url}/d of the version 2.*.*`,
      found: '1.2.0, 1.9.0, 1.10.0',
    });
    const below = new WatchedStorage(`${storage.url}/d`);
    expect(await leadsTo(below)).toBe('1.10.0');
    expect(await leadsTo(new WatchedStorage(`${storage.url}/d/1.9.0`))).toBe('');
  });

  it('is a config, by its name or by what TFDS keeps beside the configs', async () => {
    const storage = await storageWith('many/digits/3.0.0', 'many/letters/3.0.0');
    expect(await leadsTo(storage, 'many/digits')).toBe('many/digits/3.0.0');
    await expect(leadsTo(storage, 'many')).rejects.toMatchObject({
      code: 'NO_DATASET',
      found: 'digits, letters',
    });
    const file = join(storage.url, 'many/.config/metadata.json');
    mkdirSync(dirname(file));
    writeFileSync(file, '{"default_config_name": "letters"}');
    expect(await leadsTo(storage, 'many')).toBe('many/letters/3.0.0');
  });

  it('is not one that is unfinished, which is said where there is no other', async () => {
    const storage = await storageWith('d/1.0.0', 'd/2.0.0');
    unfinish(storage, 'd/2.0.0');
    expect(await leadsTo(storage, 'd')).toBe('d/1.0.0');
    const error = {
      code: 'NO_DATASET',
      message: `${storage.url}/d/2.0.0 is not finished`,
      next: expect.stringContaining('A run may still be at work on it'),
    };
    await expect(leadsTo(storage, 'd:2.0.0')).rejects.toMatchObject(error);
    const itself = new WatchedStorage(`${storage.url}/d/2.0.0`);
    await expect(leadsTo(itself)).rejects.toMatchObject(error);
    unfinish(storage, 'd/1.0.0');
    await expect(leadsTo(storage, 'd')).rejects.toMatchObject({
      ...error,
      message: expect.stringContaining('is not finished'),
    });
  });

  it('is told where there is nothing', async () => {
    const storage = await storageWith('d/1.0.0');
    await expect(leadsTo(storage, 'e')).rejects.toMatchObject({
      code: 'NO_DATASET',
      message: `there is no data set in ${storage.url}/e`,
      found: 'nothing',
    });
    await expect(leadsTo(storage, 'd/../d')).rejects.toMatchObject({ code: 'USAGE' });
  });
});

describe('the data sets below a prefix', () => {
  it('are all, also unfinished ones, but no work of jobs, nor what was left behind', async () => {
    const storage = await storageWith(
      'd/1.0.0',
      'many/digits/3.0.0',
      'late/1.0.0',
      '.idx-shards/0123/1.0.0',
      'incomplete.idx-shards-012345_d/1.0.0',
      'a/b/c/1.0.0',
    );
    unfinish(storage, 'late/1.0.0');
    const found = (await findStored(storage)).map((url) => url.slice(storage.url.length + 1));
    expect(found).toEqual(['d/1.0.0', 'late/1.0.0', 'many/digits/3.0.0']);
    expect(await findStored(new WatchedStorage(`${storage.url}/d/1.0.0`))).toEqual([
      `${storage.url}/d/1.0.0`,
    ]);
    await expect(findStored(new WatchedStorage(`${storage.url}/.idx-shards/9`))).rejects.toMatchObject({
      code: 'NO_DATASET',
    });
  });

  it('are none where no file of a data set lies', async () => {
    const storage = await storageWith('d/1.0.0');
    renameSync(join(storage.url, 'd'), join(storage.url, '.d'));
    await expect(findStored(storage)).rejects.toMatchObject({ code: 'NO_DATASET' });
  });
});
