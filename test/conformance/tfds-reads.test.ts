import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it, type TestContext } from 'vitest';
import { archivesOfSplit } from '../../src/dataset/split-definition.js';
import { type DatasetDefinition, loadDefinition } from '../../src/index.js';
import { emptyFolder } from '../fixtures/folder.js';
import { given } from './given.js';
import { prepare, readShards } from './prepared.js';
import { askReader, readersPython } from './readers.js';

/** How many examples of an expression came, and how many of them were right. */
interface Compared {
  expected: number;
  examples: number;
  equal: number;
}

/** What `read_with_tfds.py` says of a data set. */
interface ReadReport {
  info: unknown;
  supervised: unknown;
  read: Record<string, Compared>;
  loaded?: Record<string, Compared>;
}

function isReadReport(value: unknown): value is ReadReport {
  return typeof value === 'object' && value !== null && 'info' in value && 'read' in value;
}

async function readWithTfds(
  context: TestContext,
  dataDir: string,
  archives: string,
  { name, version }: DatasetDefinition,
): Promise<ReadReport> {
  const words = [dataDir, archives, name, version, 'train=train', 'test=t10k'];
  const report = await askReader(context, 'read_with_tfds.py', words);
  if (!isReadReport(report)) throw new Error(`no report: ${JSON.stringify(report)}`);
  return report;
}

function all(count: number): Compared {
  return { expected: count, examples: count, equal: count };
}

/** What TFDS must make of splits of so many rows, the shards of each as even as these lengths say. */
function everyExpression(train: number, test: number, firstTestShard: number): Record<string, Compared> {
  return {
    train: all(train),
    'train[:10%]': all(train / 10),
    'train[-5%:]': all(train / 20),
    test: all(test),
    'test[:10%]': all(test / 10),
    'test[-5%:]': all(test / 20),
    'test[33%:66%]': all((test * 33) / 100),
    [`test[${test - 77}:]`]: all(77),
    'test[:1shard]': all(firstTestShard),
    'train+test': all(train + test),
  };
}

/** What TFDS must say of the data set, from its definition; sizes of splits as given. */
function expectedInfo(
  definition: DatasetDefinition,
  homepage: string,
  splits: Record<string, { rows: number; bytes: number; shards: number[] }>,
): object {
  const { name, version, description, citation, label } = definition;
  const archives = definition.splits.flatMap((split) => archivesOfSplit(split));
  return {
    fullName: `${name}/${version}`,
    description,
    citation: citation ?? '',
    homepage,
    downloadSize: archives.reduce((sum, { bytes }) => sum + bytes, 0),
    datasetSize: Object.values(splits).reduce((sum, { bytes }) => sum + bytes, 0),
    supervisedKeys: ['image', 'label'],
    features: ['image', 'label'],
    image: ['Image', [28, 28, 1], 'uint8'],
    label: ['ClassLabel', [], 'int64'],
    // Where a definition has no names TFDS names classes by their numbers.
    classNames: label?.classNames ?? Array.from({ length: label?.classes ?? 0 }, (_, i) => `${i}`),
    splits,
  };
}

const SUPERVISED = [[28, 28, 1], 'uint8', [], 'int64'];

describe('TFDS reads MNIST', () => {
  it.for([1, 8])('in %i shards: every example, in order', async (shards, context) => {
    const archives = given(context, 'archives/mnist');
    const definition = await loadDefinition('mnist');
    const out = await emptyFolder();
    await prepare(out, ['--archives', archives, '--num-shards', `${shards}`]);
    const report = await readWithTfds(context, out, archives, definition);
    const each = (rows: number): number[] => Array(shards).fill(rows / shards);
    expect(report.info).toEqual(
      expectedInfo(definition, 'http://yann.lecun.com/exdb/mnist/', {
        train: { rows: 60_000, bytes: 18_872_042, shards: each(60_000) },
        test: { rows: 10_000, bytes: 3_150_056, shards: each(10_000) },
      }),
    );
    expect(report.supervised).toEqual(SUPERVISED);
    expect(report.read).toEqual(everyExpression(60_000, 10_000, 10_000 / shards));
    // Through the code that TFDS itself has for this name.
    expect(report.loaded).toEqual({ train: all(60_000), test: all(10_000) });
  });
});

describe('TFDS reads digits', () => {
  it.for([
    { shards: 1, train: [6000], test: [1000] },
    { shards: 3, train: [2000, 2000, 2000], test: [333, 334, 333] },
  ])('in $shards shards: every example, in order', async ({ shards, train, test }, context) => {
    const definition = await loadDefinition('digits');
    const { out, archives } = await preparedDigits(shards);
    const report = await readWithTfds(context, out, archives, definition);
    expect(report.info).toEqual(
      expectedInfo(definition, 'https://www.tensorflow.org/datasets/catalog/digits', {
        train: { rows: 6000, bytes: await payload(out, 'train', 6000), shards: train },
        test: { rows: 1000, bytes: await payload(out, 'test', 1000), shards: test },
      }),
    );
    expect(report.supervised).toEqual(SUPERVISED);
    expect(report.read).toEqual(everyExpression(6000, 1000, test[0]!));
    expect(report.loaded).toBeUndefined();
  });
});

// That the comparison sees what it is there for.
describe('TFDS, given something else than was prepared,', () => {
  it('refuses a record of which one bit is another', async (context) => {
    // Skips where there is none: below, that would count as the refusal.
    await readersPython(context);
    const { out, archives } = await preparedDigits(1);
    const shard = join(out, 'digits/1.0.0/digits-test.tfrecord-00000-of-00001');
    const bytes = await readFile(shard);
    bytes[bytes.length >> 1]! ^= 1;
    await writeFile(shard, bytes);
    await expect(readWithTfds(context, out, archives, await loadDefinition('digits'))).rejects.toThrow(
      /DataLossError.*corrupted record/,
    );
  });

  it('finds one changed pixel and one changed label', async (context) => {
    const { out, archives } = await preparedDigits(1);
    const changed = join(await emptyFolder(), 'archives');
    await cp(archives, changed, { recursive: true });
    await changeLastByte(join(changed, 't10k-images-idx3-ubyte.gz'));
    await changeLastByte(join(changed, 'train-labels-idx1-ubyte.gz'));
    const { read } = await readWithTfds(context, out, changed, await loadDefinition('digits'));
    expect(read).toMatchObject({
      train: { ...all(6000), equal: 5999 },
      test: { ...all(1000), equal: 999 },
      'train+test': { ...all(7000), equal: 6998 },
    });
  });
});

/** Digits, prepared, and the archives that it was prepared from, which the run leaves in its cache by their checksums. */
async function preparedDigits(shards: number): Promise<{ out: string; archives: string }> {
  const folder = await emptyFolder();
  const [out, cache, archives] = [join(folder, 'out'), join(folder, 'cache'), join(folder, 'archives')];
  await prepare(out, ['--dataset', 'digits', '--num-shards', `${shards}`], cache);
  await mkdir(archives);
  for (const checksum of await readdir(cache)) await cp(join(cache, checksum), archives, { recursive: true });
  expect(await readdir(archives)).toHaveLength(4);
  return { out, archives };
}

/** The bytes of a split's records by themselves, which is what a manifest counts: a record's frame has 16 more. */
async function payload(out: string, split: string, rows: number): Promise<number> {
  const { bytes } = await readShards(join(out, 'digits/1.0.0'), split);
  return bytes.length - 16 * rows;
}

async function changeLastByte(archive: string): Promise<void> {
  const idx = gunzipSync(await readFile(archive));
  idx[idx.length - 1]! ^= 1;
  await writeFile(archive, gzipSync(idx));
}
