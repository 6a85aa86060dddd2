import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import { readExamples } from '../../dist/src/index.js';
import { digestsIn, emptyFolder, sha256 } from '../fixtures/folder.js';
import { given } from './given.js';
import { prepare, readShards } from './prepared.js';
import { run } from './process.js';

const SHARD_1 = '00000-of-00001';
const WHAT_TFDS_WRITES = [
  'dataset_info.json',
  'features.json',
  `mnist-test.tfrecord-${SHARD_1}`,
  `mnist-train.tfrecord-${SHARD_1}`,
];

const COLUMNS = ['test', 'train'].flatMap((split) => [
  `mnist-${split}-${SHARD_1}.arrow`,
  `mnist-${split}-${SHARD_1}.parquet`,
]);

function mnistFromArchives(context: TestContext, out: string, words: readonly string[]): Promise<string> {
  return prepare(out, ['--archives', given(context, 'archives/mnist'), ...words]);
}

/** The digests that the real TFDS's files have, by file name. */
async function expectedDigests(context: TestContext): Promise<Map<string, string>> {
  const text = await readFile(given(context, 'expected/mnist/3.0.1/SHA256SUMS'), 'utf8');
  const lines = text.trim().split('\n');
  return new Map(
    lines.map((line): [string, string] => {
      const [digest = '', file = ''] = line.split(/\s+/);
      return [file, digest];
    }),
  );
}

describe('MNIST from its archives', () => {
  it.for([1, 2, 5])(
    'is byte for byte what TFDS writes, with %i workers, columns beside it',
    async (workers, context) => {
      const sums = given(context, 'expected/mnist/3.0.1/SHA256SUMS');
      const out = await emptyFolder();
      const cwd = await mnistFromArchives(context, out, ['--workers', `${workers}`]);
      expect(cwd).toBe(join(out, 'mnist/3.0.1'));
      const files = [...WHAT_TFDS_WRITES, ...COLUMNS].sort();
      expect((await readdir(cwd)).sort()).toEqual(['SHA256SUMS', ...files]);
      const verdict = (checked: string[]) => ({
        code: 0,
        stdout: checked.map((file) => `${file}: OK\n`).join(''),
        stderr: '',
      });
      expect(await run('sha256sum', ['-c', sums], { cwd })).toEqual(verdict(WHAT_TFDS_WRITES));
      expect(await run('sha256sum', ['-c', 'SHA256SUMS'], { cwd })).toEqual(verdict(files));
    },
  );

  it('with --formats tfrecord is what TFDS writes and nothing else', async (context) => {
    const sums = given(context, 'expected/mnist/3.0.1/SHA256SUMS');
    const cwd = await mnistFromArchives(context, await emptyFolder(), ['--formats', 'tfrecord']);
    expect((await readdir(cwd)).sort()).toEqual(['SHA256SUMS', ...WHAT_TFDS_WRITES]);
    expect((await run('sha256sum', ['-c', sums], { cwd })).code).toBe(0);
  });

  it.for(['6MiB', '16MiB'])(
    'is the same within %s of memory, where rows go to scratch files on their way',
    async (memory, context) => {
      const digests = async (...words: string[]): Promise<Record<string, string>> =>
        digestsIn(await mnistFromArchives(context, await emptyFolder(), [...words, '--image', 'tensor']));
      expect(await digests('--memory', memory)).toEqual(await digests('--memory', '1GiB'));
    },
  );

  it('in eight shards is the same records, and the same manifest but for their lengths', async (context) => {
    const digests = await expectedDigests(context);
    const directory = await mnistFromArchives(context, await emptyFolder(), ['--num-shards', '8']);
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
