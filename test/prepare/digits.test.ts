import { spawnSync } from 'node:child_process';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readExamples } from '../../src/index.js';
import { writeArchives } from '../fixtures/archives.js';
import { prepareCli, run } from '../fixtures/cli.js';
import {
  digitsArchives,
  digitsRows,
  GOLDEN,
  GOLDEN_ARRAY_RECORD,
  pick,
  tfdsOrder,
  withChecksums,
} from '../fixtures/digits.js';
import { digestsIn, emptyFolder, everythingIn, newFolder, sha256 } from '../fixtures/folder.js';
import { decodeGrayPng } from '../fixtures/png.js';
import { crc32c, exampleOf, recordsOf } from '../fixtures/tfrecord.js';
import { readmeAnswer, readmeQuery } from '../readme.js';
import { sample } from '../sample.js';

/** Archives of `digits`, and what the command made of them: for reading alone. */
let archives: string;
let published: string;

beforeAll(async () => {
  const folder = await newFolder();
  archives = join(folder, 'archives');
  published = join(folder, 'out', 'digits', '1.0.0');
  await writeArchives(archives, digitsArchives);
  const words = ['--dataset', 'digits', '--quiet', '--archives', archives, '--out', join(folder, 'out')];
  await prepareCli(words, join(folder, 'cache'));
  return () => rm(folder, { recursive: true });
});

/** Prepares `digits` from its archives into an empty folder; gives the data set's directory. */
async function prepareDigits(...words: string[]): Promise<string> {
  const folder = await emptyFolder();
  const result = await prepareCli(
    ['--dataset', 'digits', '--quiet', '--archives', archives, '--out', join(folder, 'out'), ...words],
    join(folder, 'cache'),
  );
  expect(result).toEqual({ code: 0, stdout: `${join(folder, 'out', 'digits', '1.0.0')}\n`, stderr: '' });
  return join(folder, 'out', 'digits', '1.0.0');
}

interface Shard {
  file: string;
  bytes: Buffer;
}

/** The shards of a split, in order. */
async function shardsIn(directory: string, split: string): Promise<Shard[]> {
  const files = (await readdir(directory)).filter((file) => file.startsWith(`digits-${split}.`)).sort();
  return Promise.all(files.map(async (file) => ({ file, bytes: await readFile(join(directory, file)) })));
}

describe('digits', () => {
  it('is published byte for byte: drawn, then from the cache', async () => {
    const folder = await emptyFolder();
    const cache = join(folder, 'cache');
    const words = (out: string) => ['--dataset', 'digits', '--quiet', '--out', join(folder, out)];
    expect((await prepareCli(words('drawn'), cache)).code).toBe(0);
    expect(await digestsIn(join(folder, 'drawn/digits/1.0.0'))).toEqual(GOLDEN);
    expect(await everythingIn(join(folder, 'drawn'))).toEqual(
      ['digits/', 'digits/1.0.0/', ...Object.keys(GOLDEN).map((file) => `digits/1.0.0/${file}`)].sort(),
    );
    const cached = await everythingIn(cache);
    expect(cached?.filter((path) => path.endsWith('.gz'))).toHaveLength(4);
    expect(cached).toHaveLength(8);

    expect((await prepareCli(words('cached'), cache)).code).toBe(0);
    expect(await digestsIn(join(folder, 'cached/digits/1.0.0'))).toEqual(GOLDEN);
    expect(await everythingIn(cache)).toEqual(cached);
  });

  it('is the same from --archives', async () => {
    expect(await digestsIn(published)).toEqual(GOLDEN);
  });

  it.each(sample(['1', '2', '5'], 1))(
    'has the same bytes from %s workers, in every format',
    async (workers) => {
      const formats = 'tfrecord,arrow,parquet,array_record';
      const digests = await digestsIn(await prepareDigits('--workers', workers, '--formats', formats));
      const manifest = {
        'README.md': '440baea4b8e18d5e8687b906025b7b11efd505c1ebc16547e021f0267daa97f1',
        'dataset_info.json': 'bcbd53f6ad5b6ad1bac0ced5db4b3d6059dfc35d05204ec61fedede5dec3886a',
      };
      expect(digests).toEqual(
        withChecksums({ ...pick(GOLDEN, /^[^RS]/), ...GOLDEN_ARRAY_RECORD, ...manifest }),
      );
    },
  );

  it.each([
    { split: 'train', prefix: 'train', rows: 6000 },
    { split: 'test', prefix: 't10k', rows: 1000 },
  ] as const)(
    'holds the drawn pixels and labels of $split in the order of TFDS',
    async ({ split, prefix, rows }) => {
      const { images, labels } = digitsRows(prefix);
      const records = (await shardsIn(published, split)).flatMap(({ bytes }) => recordsOf(bytes));
      expect(records).toHaveLength(rows);
      const wrong = tfdsOrder(split, rows).filter((row, place) => {
        const { image, label } = exampleOf(records[place]!);
        const { width, height, pixels } = decodeGrayPng(image);
        const drawn = images.subarray(row * 784, (row + 1) * 784);
        return width !== 28 || height !== 28 || !pixels.equals(drawn) || label !== BigInt(labels[row]!);
      });
      expect(wrong).toEqual([]);
      const info: unknown = JSON.parse(await readFile(join(published, 'dataset_info.json'), 'utf8'));
      expect(info).toMatchObject({
        splits: expect.arrayContaining([
          {
            filepathTemplate: '{DATASET}-{SPLIT}.{FILEFORMAT}-{SHARD_X_OF_Y}',
            name: split,
            numBytes: String(records.reduce((sum, { length }) => sum + length, 0)),
            shardLengths: [String(rows)],
          },
        ]),
      });
    },
  );

  it('is checked by a CRC-32C that has the known value', () => {
    // RFC 3720, appendix B.4: the bytes 0 to 31.
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
  });

  it('is read back by readExamples', async () => {
    const found: number[] = [];
    for await (const { label } of readExamples(join(published, 'digits-test.tfrecord-00000-of-00001')))
      found.push(label);
    const { labels } = digitsRows('t10k');
    expect(found).toEqual(tfdsOrder('test', 1000).map((row) => labels[row]));
  });

  it('names every other file in SHA256SUMS, with its checksum', async () => {
    const { SHA256SUMS, ...others } = await digestsIn(published);
    const text = await readFile(join(published, 'SHA256SUMS'), 'utf8');
    expect(sha256(text)).toBe(SHA256SUMS);
    expect(text).toBe(
      Object.entries(others)
        .map(([file, digest]) => `${digest}  ${file}\n`)
        .join(''),
    );
  });

  // Windows and macOS have no sha256sum; the test above checks the same by the file's text.
  it.skipIf(spawnSync('sha256sum', ['--version']).status !== 0)('satisfies sha256sum -c', async () => {
    const result = await run('sha256sum', ['--strict', '-c', 'SHA256SUMS'], { cwd: published });
    expect(result.code).toBe(0);
    expect(result.stdout.match(/: OK\n/g)).toHaveLength(9);
  });
});

describe('the query in the README', () => {
  it('is answered by DuckDB of the Parquet shards as the TFRecord shards have it', async () => {
    const records = (await shardsIn(published, 'train')).flatMap(({ bytes }) => recordsOf(bytes));
    const answer = readmeAnswer(records.map(exampleOf));
    expect(answer).toHaveLength(10);
    expect(await readmeQuery(published, 'digits')).toEqual(answer);
  });
});

describe('shards of digits', () => {
  it.each(
    sample(
      [
        { count: 3, train: [2000, 2000, 2000], test: [333, 334, 333] },
        { count: 8, train: times(8, [750]), test: times(8, [125]) },
        // 1000 / 16 = 62.5, and Python rounds halves to even: 62, 125, 188, 250, 312, 375, 438, 500, ...
        { count: 16, train: times(16, [375]), test: times(4, [62, 63, 63, 62]) },
      ],
      1,
    ),
  )('--num-shards $count cuts the same records elsewhere', async ({ count, train, test }) => {
    const directory = await prepareDigits('--formats', 'tfrecord', '--num-shards', String(count));
    for (const [split, lengths] of Object.entries({ train, test })) {
      const shards = await shardsIn(directory, split);
      expect(shards.map(({ file }) => file)).toEqual(
        lengths.map((_, i) => `digits-${split}.tfrecord-${padded(i)}-of-${padded(count)}`),
      );
      expect(shards.map(({ bytes }) => recordsOf(bytes).length)).toEqual(lengths);
      expect(digestOfAll(shards)).toBe(GOLDEN[`digits-${split}.tfrecord-00000-of-00001`]);
    }
  });

  it('--max-shard-size keeps every shard within the size, with as few as can be', async () => {
    const directory = await prepareDigits('--formats', 'tfrecord', '--max-shard-size', '512KiB');
    const train = await shardsIn(directory, 'train');
    // 2,011,013 bytes do not fit three shards of 524,288, and four of 1,500 rows each are near 502,753 bytes.
    expect(train).toHaveLength(4);
    for (const { bytes } of train) expect(bytes.length).toBeLessThanOrEqual(512 * 1024);
    expect(digestOfAll(train)).toBe(GOLDEN['digits-train.tfrecord-00000-of-00001']);
    expect(await shardsIn(directory, 'test')).toHaveLength(1);
  });
});

function times<T>(count: number, part: readonly T[]): T[] {
  return Array.from({ length: count }, () => part).flat();
}

function padded(count: number): string {
  return String(count).padStart(5, '0');
}

/** SHA-256 of a split's shards one behind the other: a TFRecord file is its records and nothing else. */
function digestOfAll(shards: readonly Shard[]): string {
  return sha256(Buffer.concat(shards.map(({ bytes }) => bytes)));
}
