import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, type TestContext } from 'vitest';
import { datasetDirectory } from '../../src/directory/publish/target.js';
import { type DatasetDefinition, datasetId, type PrepareOptions, prepare } from '../../src/index.js';
import { emptyFolder, everythingIn } from '../fixtures/folder.js';
import { askReader, readerPath, runPython } from './readers.js';

/** Files of ours that TFDS does not write, and does not look at. */
const OURS_ALONE = /\/(SHA256SUMS|README\.md|row_keys\.json)$/;

/** A data set as both have prepared it. */
export interface PreparedTwice {
  ours: string;
  theirs: string;
}

/**
 * Has TFDS's own builder prepare a data set of the family from smaller archives, and us, and compares every file and every record.
 *
 * @param archives a folder
 * @param numShards shards a split; without it by TFDS's own rule
 */
export async function expectAsTfds(
  context: TestContext,
  definition: DatasetDefinition,
  archives: string,
  { numShards, ...options }: Partial<PrepareOptions> = {},
): Promise<PreparedTwice> {
  const [ourOut, theirOut] = [await emptyFolder(), await emptyFolder()];
  const rows = Object.fromEntries(definition.splits.map((split) => [split.name, split.rows]));
  const words = [datasetId(definition), archives, theirOut, JSON.stringify(rows), numShards ?? []].flat();
  const { code, stderr } = await runPython(
    context,
    readerPath('prepare_family_with_tfds.py'),
    words.map(String),
  );
  expect(code, stderr.slice(-4000)).toBe(0);
  const { directory } = await prepare(definition, {
    out: ourOut,
    archives,
    cacheDir: join(ourOut, 'cache'),
    formats: ['tfrecord'],
    workers: 1,
    numShards,
    ...options,
  });

  const theirs = (await everythingIn(theirOut)) ?? [];
  const ours = (await everythingIn(ourOut)) ?? [];
  expect(ours.filter((file) => !OURS_ALONE.test(file))).toEqual(theirs);
  const text = (folder: string, file: string): Promise<string> => readFile(join(folder, file), 'utf8');
  for (const file of theirs.filter((file) => /\.(json|txt)$/.test(file)))
    expect(await text(ourOut, file)).toBe(await text(theirOut, file));
  const shards = (await readdir(directory)).filter((file) => file.includes('.tfrecord-'));
  const there = datasetDirectory(theirOut, definition);
  const counts = await askReader(context, 'compare_records.py', [directory, there, ...shards]);
  const total = { ours: 0, theirs: 0, sameFeatures: 0, sameBytes: 0 };
  for (const count of Object.values(counts as Record<string, typeof total>))
    for (const field of Object.keys(total) as (keyof typeof total)[]) total[field] += count[field];
  const all = Object.values(rows).reduce((sum, rows) => sum + rows, 0);
  expect(total).toEqual({ ours: all, theirs: all, sameFeatures: all, sameBytes: all });
  expect(shards).toHaveLength(definition.splits.length * (numShards ?? 1));
  return { ours: directory, theirs: there };
}
