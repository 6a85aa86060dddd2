import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type DatasetDefinition, loadDefinition, type PrepareOptions, prepare } from '../../src/index.js';
import { verifyDataset } from '../../src/verify/verify.js';
import { writeArchives } from '../fixtures/archives.js';
import { quickdrawStandIn, type StandIn, zippedStandIn } from '../fixtures/family.js';
import { digestsIn, emptyFolder, sha256 } from '../fixtures/folder.js';
import { swapRecords } from '../fixtures/tfrecord.js';
import { given } from './given.js';
import { expectAsTfds } from './prepared-by-tfds.js';

/** Prepares with us alone; gives the checksum of every file. */
async function digests(
  definition: DatasetDefinition,
  archives: string,
  options: Partial<PrepareOptions>,
): Promise<Record<string, string>> {
  const out = await emptyFolder();
  const settings = { out, archives, cacheDir: join(out, 'cache'), ...options };
  return digestsIn((await prepare(definition, settings)).directory);
}

const MIB = 2 ** 20;

async function folderOf({ archives }: StandIn): Promise<string> {
  const folder = await emptyFolder();
  await writeArchives(folder, archives);
  return folder;
}

describe("TFDS itself, preparing the family's arrays from smaller archives,", () => {
  for (const { config, labelType, numShards } of [
    { config: 'identity', labelType: 'uint8', numShards: undefined },
    { config: 'canny_edges', labelType: 'int64', numShards: 7 },
  ] as const)
    it(`writes the same files and records of mnist_corrupted/${config}, of labels of ${labelType}`, async (context) => {
      const rows = (split: string): number => (split === 'train' ? 400 : 300);
      const form = { rows, labelType, imageShape: [28, 28, 1] };
      const standIn = zippedStandIn(await loadDefinition(`mnist_corrupted/${config}`), form);
      await expectAsTfds(context, standIn.definition, await folderOf(standIn), { numShards });
    });

  it('writes the same files and records of pneumonia_mnist, whose labels are rows x 1', async (context) => {
    const rows = (split: string): number => ({ train: 500, val: 60, test: 70 })[split] ?? 0;
    const form = { rows, labelShape: [1] };
    const standIn = zippedStandIn(await loadDefinition('pneumonia_mnist'), form);
    await expectAsTfds(context, standIn.definition, await folderOf(standIn));
  });

  it('writes the same files and records of pneumonia_mnist from real rows of it', async (context) => {
    const npz = await readFile(given(context, 'reports/real/pneumonia-subset.npz'));
    const pneumonia = await loadDefinition('pneumonia_mnist');
    const rows = new Map([
      ['train', 2428],
      ['val', 270],
      ['test', 468],
    ]);
    const facts = { bytes: npz.length, sha256: sha256(npz) };
    const splits = pneumonia.splits.map((split) => ({
      ...split,
      rows: rows.get(split.name) ?? 0,
      images: { ...split.images!, ...facts },
      labels: { ...split.labels!, ...facts },
    }));
    const file = basename(splits[0]?.images.file ?? '');
    const archives = await emptyFolder();
    await writeFile(join(archives, file), npz);
    await expectAsTfds(context, { ...pneumonia, splits }, archives);
  });

  it('writes the same files and records of quickdraw_bitmap, of 345 files with 3 to 400 rows each', async (context) => {
    const standIn = quickdrawStandIn(await loadDefinition('quickdraw_bitmap'));
    const { definition } = standIn;
    const rows = definition.splits.flatMap(({ parts = [] }) => parts.map(({ rows }) => rows));
    expect([rows.length, Math.min(...rows), Math.max(...rows)]).toEqual([345, 3, 400]);
    const archives = await folderOf(standIn);
    const { ours, theirs } = await expectAsTfds(context, definition, archives);

    const { 'row_keys.json': keys, ...others } = await digestsIn(ours);
    expect(keys).toBeDefined();
    // With so little memory the rows go through scratch files.
    for (const run of [{ workers: 3 }, { workers: 1, memory: 4 * MIB }, { workers: 3, memory: 8 * MIB }])
      expect(await digests(definition, archives, { formats: ['tfrecord'], ...run })).toEqual({
        'row_keys.json': keys,
        ...others,
      });

    // What TFDS wrote has no row_keys.json: the definition tells the order.
    const verify = async () => {
      const settings = { deep: true, archives, cacheDir: archives, definitions: [definition] };
      const { faults, rows, unchecked } = await verifyDataset(theirs, settings);
      return { codes: [...new Set(faults.map(({ error }) => error.code))], rows, unchecked };
    };
    const rowCount = rows.reduce((sum, rows) => sum + rows, 0);
    const { codes, rows: verified } = await verify();
    expect({ codes, verified }).toEqual({ codes: [], verified: rowCount });
    await swapRecords(join(theirs, 'quickdraw_bitmap-train.tfrecord-00000-of-00001'), 1000, 2000);
    expect((await verify()).codes).toEqual(['SOURCE_MISMATCH']);

    // Shards one behind the other are the one shard that TFDS wrote.
    const sharded = await prepare(definition, {
      ...{ out: await emptyFolder(), archives, cacheDir: await emptyFolder() },
      ...{ formats: ['tfrecord'], numShards: 7 },
    });
    const shards = (await readdir(sharded.directory)).filter((file) => file.includes('.tfrecord-')).sort();
    expect(shards).toHaveLength(7);
    const records = await Promise.all(shards.map((file) => readFile(join(sharded.directory, file))));
    const [whole] = Object.entries(others).filter(([file]) => file.includes('.tfrecord-'));
    expect(sha256(Buffer.concat(records))).toBe(whole?.[1]);
  });
});
