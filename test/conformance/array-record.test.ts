import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import { emptyFolder, sha256 } from '../fixtures/folder.js';
import { recordsOf } from '../fixtures/tfrecord.js';
import { given } from './given.js';
import { prepare } from './prepared.js';
import { askReader } from './readers.js';

/** A data set with array_record shards, and what it was prepared from. */
interface Prepared {
  name: string;
  version: string;
  /** `data_dir`, and the data set's own directory in it. */
  out: string;
  directory: string;
  archives: string;
}

async function digits(words: readonly string[]): Promise<Prepared> {
  const folder = await emptyFolder();
  const [out, cache, archives] = [join(folder, 'out'), join(folder, 'cache'), join(folder, 'archives')];
  const directory = await prepare(out, ['--dataset', 'digits', ...words], cache);
  await mkdir(archives);
  for (const checksum of await readdir(cache)) await cp(join(cache, checksum), archives, { recursive: true });
  return { name: 'digits', version: '1.0.0', out, directory, archives };
}

async function mnist(context: TestContext, words: readonly string[]): Promise<Prepared> {
  const archives = given(context, 'archives/mnist');
  const out = await emptyFolder();
  const directory = await prepare(out, ['--archives', archives, ...words]);
  return { name: 'mnist', version: '3.0.1', out, directory, archives };
}

/** SHA-256 over records, each behind its length, as read_array_record.py has it. */
function checksumOf(records: readonly Buffer[]): string {
  const hash = createHash('sha256');
  for (const record of records) {
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(record.length));
    hash.update(length).update(record);
  }
  return hash.digest('hex');
}

/**
 * Expects array_record's own reader to find in every shard the records of the TFRecord shard beside it, and its own writer
 * to make the same bytes of them. Gives the number of records.
 */
async function expectOwnBytes(context: TestContext, { directory }: Prepared): Promise<number> {
  const shards = (await readdir(directory)).filter((file) => file.includes('.array_record-'));
  let count = 0;
  for (const shard of shards) {
    const path = join(directory, shard);
    const beside = await readFile(join(directory, shard.replace('.array_record-', '.tfrecord-')));
    const records = recordsOf(beside);
    expect(await askReader(context, 'read_array_record.py', [path])).toEqual({
      count: records.length,
      sha256: checksumOf(records),
      options: 'group_size:1,transpose:false,pad_to_block_boundary:false,uncompressed,max_parallelism:1',
      rewritten: sha256(await readFile(path)),
    });
    count += records.length;
  }
  return count;
}

async function expectDataSource(
  context: TestContext,
  { out, archives, name, version }: Prepared,
  rows: { train: number; test: number },
  { format, alternatives }: { format: string; alternatives: string[] },
): Promise<void> {
  const words = [out, archives, name, version, 'train=train', 'test=t10k'];
  const all = (count: number) => ({ expected: count, examples: count, equal: count, together: 500 });
  expect(await askReader(context, 'read_with_data_source.py', words)).toEqual({
    format,
    alternatives,
    read: { train: all(rows.train), test: all(rows.test) },
  });
}

const BESIDE = {
  words: ['--formats', 'tfrecord,array_record'],
  format: 'tfrecord',
  alternatives: ['array_record'],
};
const ALONE = { words: ['--formats', 'array_record'], format: 'array_record', alternatives: [] };

describe('array_record of digits', () => {
  it.for([1, 3])(
    'in %i shards is the bytes of its own writer, and the records of TFRecord',
    async (shards, context) => {
      const prepared = await digits([...BESIDE.words, '--num-shards', `${shards}`]);
      expect(await expectOwnBytes(context, prepared)).toBe(7000);
    },
  );

  it.for([
    { title: 'alone', shards: 1, ...ALONE },
    { title: 'alone, in 3 shards', shards: 3, ...ALONE },
    { title: 'beside tfrecord', shards: 1, ...BESIDE },
    { title: 'beside tfrecord, in 3 shards', shards: 3, ...BESIDE },
  ])('$title, is read at random by TFDS', async ({ shards, words, ...formats }, context) => {
    const prepared = await digits([...words, '--num-shards', `${shards}`]);
    await expectDataSource(context, prepared, { train: 6000, test: 1000 }, formats);
  });
});

describe('array_record of MNIST', () => {
  it('is the bytes of its own writer and the records of TFRecord, read at random by TFDS', async (context) => {
    const { words, ...formats } = BESIDE;
    const prepared = await mnist(context, words);
    expect(await expectOwnBytes(context, prepared)).toBe(70_000);
    await expectDataSource(context, prepared, { train: 60_000, test: 10_000 }, formats);
  });

  it('alone, is read at random by TFDS', async (context) => {
    const { words, ...formats } = ALONE;
    await expectDataSource(context, await mnist(context, words), { train: 60_000, test: 10_000 }, formats);
  });
});
