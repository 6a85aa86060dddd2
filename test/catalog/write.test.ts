import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeCatalog } from '../../src/catalog/write.js';
import { verifyDataset } from '../../src/index.js';
import { digestsIn, emptyFolder } from '../fixtures/folder.js';
import { preparedDigits } from './prepared.js';

const FILES = ['catalog.html', 'catalog.md', 'croissant.json', 'figure.png', 'figure.svg', 'statistics.json'];
const WITHOUT = { explorer: false };

describe('writeCatalog', () => {
  it('writes the folder, again with the same bytes, and leaves nothing else', async () => {
    const directory = await preparedDigits(await emptyFolder());
    const before = await readdir(directory);
    const written = await writeCatalog(directory);
    expect(written).toMatchObject({
      dataset: 'digits',
      version: '1.0.0',
      folder: join(directory, 'catalog'),
      rows: 80,
    });
    const digests = await digestsIn(written.folder);
    expect(Object.keys(digests)).toEqual(expect.arrayContaining([...FILES, 'explorer.html']));
    expect(Object.keys(digests)).toEqual(written.files.toSorted());
    await writeFile(join(written.folder, 'stale.txt'), 'of an earlier version');
    await writeCatalog(directory);
    expect(await digestsIn(written.folder)).toEqual(digests);
    expect(await readdir(directory)).toEqual([...before, 'catalog'].sort());
  });

  it.each(['tfrecord', 'array_record', 'arrow', 'parquet'] as const)(
    'is the same, but for its files, from %s alone',
    async (format) => {
      const directory = await preparedDigits(await emptyFolder(), {}, { formats: [format] });
      const { folder } = await writeCatalog(directory, WITHOUT);
      const text = await readFile(join(folder, 'statistics.json'), 'utf8');
      expect(JSON.parse(text)).toMatchObject({
        splits: [
          { split: 'train', rows: 60 },
          { split: 'test', rows: 20 },
        ],
      });
      const other = await writeCatalog(await preparedDigits(await emptyFolder()), WITHOUT);
      const [here, there] = [await digestsIn(folder), await digestsIn(other.folder)];
      for (const file of ['statistics.json', 'figure.png', 'figure.svg', 'catalog.md'])
        expect(here[file], file).toBe(there[file]);
    },
  );

  it('reads a data set whose images stand as samples', async () => {
    const options = { formats: ['arrow'], image: 'tensor' } as const;
    const directory = await preparedDigits(await emptyFolder(), {}, options);
    const other = await writeCatalog(await preparedDigits(await emptyFolder()), WITHOUT);
    const { folder } = await writeCatalog(directory, WITHOUT);
    expect((await digestsIn(folder))['figure.png']).toBe((await digestsIn(other.folder))['figure.png']);
  });

  it('leaves the explorer out where it is not wanted, and does not speak of it', async () => {
    const directory = await preparedDigits(await emptyFolder());
    const { folder, files } = await writeCatalog(directory, WITHOUT);
    expect(files.toSorted()).toEqual(FILES);
    expect(await readFile(join(folder, 'catalog.html'), 'utf8')).not.toContain('explorer.html');
    await writeCatalog(directory);
    expect(await readFile(join(folder, 'catalog.html'), 'utf8')).toContain('<a href="explorer.html">');
  });

  it('is in nobody’s way: verify finds the data set whole', async () => {
    const directory = await preparedDigits(await emptyFolder());
    await writeCatalog(directory, WITHOUT);
    await mkdir(join(directory, 'incomplete.idx-shards-0a1b2c_catalog'));
    const verified = await verifyDataset(directory, { cacheDir: directory });
    expect(verified.faults).toEqual([]);
    expect(verified.files).toBe(8);
  });

  it('refuses half a data set and says what is missing', async () => {
    const directory = await preparedDigits(await emptyFolder());
    const half = join(await emptyFolder(), 'half');
    const cases = [
      ['dataset_info.json', 'FILE_MISSING'],
      ['features.json', 'FILE_MISSING'],
      ['digits-test.tfrecord-00000-of-00001', 'FILE_MISSING'],
    ] as const;
    for (const [file, code] of cases) {
      await cp(directory, half, { recursive: true });
      await rm(join(half, file));
      await expect(writeCatalog(half, WITHOUT), file).rejects.toMatchObject({
        code,
        message: expect.stringContaining(file),
      });
      expect(await readdir(half)).not.toContain('catalog');
      await rm(half, { recursive: true });
    }
    await expect(writeCatalog(await emptyFolder())).rejects.toMatchObject({ code: 'NO_DATASET' });
  });

  it('leaves the old catalog where it is interrupted, while rows are read and when all are read', async () => {
    const directory = await preparedDigits(await emptyFolder());
    const { folder } = await writeCatalog(directory);
    const digests = await digestsIn(folder);
    for (const row of [10, 80]) {
      const controller = new AbortController();
      const onRows = (done: number) => {
        if (done === row) controller.abort(new Error('enough'));
      };
      const { signal } = controller;
      await expect(writeCatalog(directory, { signal, onRows })).rejects.toMatchObject({ message: 'enough' });
      expect(await digestsIn(folder)).toEqual(digests);
      expect((await readdir(directory)).filter((name) => name.startsWith('incomplete'))).toEqual([]);
    }
  });

  it('reads each row once, for the pages and the explorer', async () => {
    const directory = await preparedDigits(await emptyFolder());
    const told: [number, number][] = [];
    await writeCatalog(directory, { onRows: (done, all) => told.push([done, all]) });
    expect(told).toEqual(Array.from({ length: 80 }, (_, row) => [row + 1, 80]));
  });

  it('leaves the old catalog where a shard is damaged', async () => {
    const directory = await preparedDigits(await emptyFolder());
    const { folder } = await writeCatalog(directory, WITHOUT);
    const digests = await digestsIn(folder);
    const shard = join(directory, 'digits-test.tfrecord-00000-of-00001');
    const bytes = await readFile(shard);
    bytes[bytes.length - 10]! ^= 1;
    await writeFile(shard, bytes);
    await expect(writeCatalog(directory, WITHOUT)).rejects.toMatchObject({
      code: 'RECORD_CORRUPT',
      message: expect.stringContaining('record 19'),
    });
    expect(await digestsIn(folder)).toEqual(digests);
    expect((await readdir(directory)).filter((name) => name.startsWith('incomplete'))).toEqual([]);
  });
});
