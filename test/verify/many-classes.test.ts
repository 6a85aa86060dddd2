import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeCatalog } from '../../src/catalog/write.js';
import { type DatasetDefinition, loadDefinition, open, prepare } from '../../src/index.js';
import { verifyDataset } from '../../src/verify/verify.js';
import { writeArchives } from '../fixtures/archives.js';
import { PROGRAM, run } from '../fixtures/cli.js';
import { quickdrawStandIn } from '../fixtures/family.js';
import { newFolder } from '../fixtures/folder.js';
import { swapRecords } from '../fixtures/tfrecord.js';

let folder: string;
let directory: string;
let definition: DatasetDefinition;

/** QuickDraw with three rows a file, as it is prepared and as TFDS would leave it, without files that are ours alone. */
beforeAll(async () => {
  folder = await newFolder();
  const standIn = quickdrawStandIn(await loadDefinition('quickdraw_bitmap'), () => 3);
  ({ definition } = standIn);
  await writeArchives(join(folder, 'archives'), standIn.archives);
  const settings = { out: folder, archives: join(folder, 'archives'), cacheDir: join(folder, 'cache') };
  ({ directory } = await prepare(definition, { ...settings, formats: ['tfrecord'], workers: 1 }));
});
afterAll(() => rm(folder, { recursive: true }));

async function faultsOf(definitions = [definition]): Promise<string[]> {
  const options = { archives: join(folder, 'archives'), cacheDir: join(folder, 'cache'), definitions };
  const { faults, unchecked } = await verifyDataset(directory, {
    ...options,
    deep: true,
    withoutChecksums: true,
  });
  expect(unchecked).toEqual([]);
  return faults.map(({ error }) => error.code);
}

const shard = (): string => join(directory, 'quickdraw_bitmap-train.tfrecord-00000-of-00001');

/** Does something while two rows have each other's places. */
async function whileSwapped(look: () => Promise<void>): Promise<void> {
  const kept = await readFile(shard());
  await swapRecords(shard(), 100, 900);
  await look().finally(() => writeFile(shard(), kept));
}

describe('a data set of 345 classes whose keys are not the numbers of rows', () => {
  it('is whole and right by row_keys.json, and a swapped row is found', async () => {
    expect(await faultsOf()).toEqual([]);
    await whileSwapped(async () => {
      expect(new Set(await faultsOf())).toEqual(new Set(['SOURCE_MISMATCH']));
    });
  });

  it('is so without that file too, as TFDS leaves it: its definition tells the keys', async () => {
    const own = ['row_keys.json', 'README.md', 'SHA256SUMS'].map((file) => join(directory, file));
    const kept = await Promise.all(own.map((file) => readFile(file)));
    for (const file of own) await rm(file);
    try {
      expect(await faultsOf()).toEqual([]);
      await whileSwapped(async () => {
        expect(new Set(await faultsOf())).toEqual(new Set(['SOURCE_MISMATCH']));
      });
    } finally {
      for (const [at, file] of own.entries()) await writeFile(file, kept[at] ?? '');
    }
  });

  it('is loaded with the names of its classes, and shown', async () => {
    const dataset = await open(directory);
    expect(dataset.info.classNames.get('label')).toEqual(definition.label?.classNames);
    const counts = new Map<number, number>();
    for await (const { label } of dataset.split('train')) counts.set(label, (counts.get(label) ?? 0) + 1);
    expect([...counts.values()]).toEqual(Array.from({ length: 345 }, () => 3));
    const { code, stdout } = await run(process.execPath, [
      PROGRAM,
      'show',
      directory,
      '--split',
      'train[:2]',
    ]);
    expect(code).toBe(0);
    const names = definition.label?.classNames ?? [];
    const captions = [...stdout.matchAll(/([A-Za-z][\w -]*) \((\d+)\)/g)];
    expect(captions).toHaveLength(2);
    for (const [, name, label] of captions) expect(names[Number(label)]).toBe(name);
  });

  it('has every class on its catalog page, in a box that scrolls', async () => {
    const { folder: catalog } = await writeCatalog(directory, { explorer: false });
    const page = await readFile(join(catalog, 'catalog.html'), 'utf8');
    expect(page).toContain('<div class="scroll tall"');
    for (const name of ['aircraft carrier', 'The Eiffel Tower', 'zigzag']) expect(page).toContain(name);
    expect(page).not.toContain('more classes');
    await rm(catalog, { recursive: true });
  });
});
