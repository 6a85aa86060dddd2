import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import { readExamples } from '../../src/index.js';
import { digestsIn, emptyFolder, sha256 } from '../fixtures/folder.js';
import { given } from './given.js';
import { prepare, readShards } from './prepared.js';
import { run } from './process.js';

const SHARD_1 = '00000-of-00001';

/** What the real TFDS writes of a data set, by name; Fashion-MNIST has names of classes, MNIST has none. */
const WHAT_TFDS_WRITES = {
  mnist: ['dataset_info.json', 'features.json', ...tfrecords('mnist')],
  fashion_mnist: ['dataset_info.json', ...tfrecords('fashion_mnist'), 'features.json', 'label.labels.txt'],
};
type Name = keyof typeof WHAT_TFDS_WRITES;
const NAMES = ['mnist', 'fashion_mnist'] as const;

function tfrecords(name: string): string[] {
  return ['test', 'train'].map((split) => `${name}-${split}.tfrecord-${SHARD_1}`);
}

function columns(name: string): string[] {
  return ['test', 'train'].flatMap((split) =>
    ['arrow', 'parquet'].map((format) => `${name}-${split}-${SHARD_1}.${format}`),
  );
}

function fromArchives(
  context: TestContext,
  name: Name,
  out: string,
  words: readonly string[],
): Promise<string> {
  return prepare(out, ['--dataset', name, '--archives', given(context, 'archives', name), ...words]);
}

/** The digests that the real TFDS's files have, by file name. */
async function expectedDigests(context: TestContext, name: Name): Promise<Map<string, string>> {
  const text = await readFile(given(context, 'expected', name, '3.0.1/SHA256SUMS'), 'utf8');
  const lines = text.trim().split('\n');
  return new Map(
    lines.map((line): [string, string] => {
      const [digest = '', file = ''] = line.split(/\s+/);
      return [file, digest];
    }),
  );
}

// TFDS writes the features of an example in an order that changes from process to process: the files that are compared with are
// those of a run that had the image first, as all have here.
describe.each(NAMES)('%s from its archives', (name) => {
  it.for([1, 2, 5])(
    'is byte for byte what TFDS writes, with %i workers, columns beside it',
    async (workers, context) => {
      const sums = given(context, 'expected', name, '3.0.1/SHA256SUMS');
      const out = await emptyFolder();
      const cwd = await fromArchives(context, name, out, ['--workers', `${workers}`]);
      expect(cwd).toBe(join(out, name, '3.0.1'));
      const files = ['README.md', ...WHAT_TFDS_WRITES[name], ...columns(name)].sort();
      expect((await readdir(cwd)).sort()).toEqual(['SHA256SUMS', ...files].sort());
      const verdict = (checked: string[]) => ({
        code: 0,
        stdout: checked.map((file) => `${file}: OK\n`).join(''),
        stderr: '',
      });
      expect(await run('sha256sum', ['-c', sums], { cwd })).toEqual(verdict(WHAT_TFDS_WRITES[name]));
      expect(await run('sha256sum', ['-c', 'SHA256SUMS'], { cwd })).toEqual(verdict(files));
    },
  );

  it('with --formats tfrecord is what TFDS writes, with checksums and a card', async (context) => {
    const sums = given(context, 'expected', name, '3.0.1/SHA256SUMS');
    const cwd = await fromArchives(context, name, await emptyFolder(), ['--formats', 'tfrecord']);
    const files = ['README.md', 'SHA256SUMS', ...WHAT_TFDS_WRITES[name]];
    expect((await readdir(cwd)).sort()).toEqual(files.sort());
    expect((await run('sha256sum', ['-c', sums], { cwd })).code).toBe(0);
  });
});

describe('MNIST from its archives', () => {
  it.for(['6MiB', '16MiB'])(
    'is the same within %s of memory, where rows go to scratch files on their way',
    async (memory, context) => {
      const digests = async (...words: string[]): Promise<Record<string, string>> =>
        digestsIn(await fromArchives(context, 'mnist', await emptyFolder(), [...words, '--image', 'tensor']));
      expect(await digests('--memory', memory)).toEqual(await digests('--memory', '1GiB'));
    },
  );

  it('in eight shards is the same records, and the same manifest but for their lengths', async (context) => {
    const digests = await expectedDigests(context, 'mnist');
    const directory = await fromArchives(context, 'mnist', await emptyFolder(), ['--num-shards', '8']);
    for (const { split, rows } of [
      { split: 'train', rows: 7500 },
      { split: 'test', rows: 1250 },
    ]) {
      const { files, bytes } = await readShards(directory, split);
      expect(files).toEqual(Array.from({ length: 8 }, (_, i) => `mnist-${split}.tfrecord-0000${i}-of-00008`));
      // A TFRecord file has neither head nor foot, so its shards put together are the one shard.
      expect(sha256(bytes)).toBe(digests.get(`mnist-${split}.tfrecord-${SHARD_1}`));
      for (const file of files) {
        let count = 0;
        for await (const { image, label } of readExamples(join(directory, file))) {
          if (image.length > 0 && label >= 0 && label <= 9) count++;
        }
        expect(`${file}: ${count}`).toBe(`${file}: ${rows}`);
      }
    }

    const expected = await readFile(given(context, 'expected/mnist/3.0.1/dataset_info.json'), 'utf8');
    const lengths = (rows: number): string => Array(8).fill(`        "${rows}"`).join(',\n');
    expect(await readFile(join(directory, 'dataset_info.json'), 'utf8')).toBe(
      expected.replace('        "60000"', lengths(7500)).replace('        "10000"', lengths(1250)),
    );
    expect(await readFile(join(directory, 'features.json'), 'utf8')).toBe(
      await readFile(given(context, 'expected/mnist/3.0.1/features.json'), 'utf8'),
    );
  });
});
