import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { load, open, verifyDataset } from '../../src/index.js';
import { FAKE_BUCKET, FakeS3 } from '../fixtures/fake-s3.js';
import { emptyFolder, newFolder, sha256 } from '../fixtures/folder.js';
import { putFolder } from '../fixtures/put-folder.js';
import { useS3Settings } from '../fixtures/s3-settings.js';
import { type SmallDigits, smallDigits, told } from '../verify/small-digits.js';

let folder: string;
let digits: SmallDigits;
let fake: FakeS3;

beforeAll(async () => {
  folder = await newFolder();
  digits = await smallDigits(folder, { numShards: 2 });
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  fake = await FakeS3.start();
  useS3Settings(fake.settings());
  await putFolder(DATA_DIR, join(folder, 'out'));
  fake.requests.length = 0;
});
afterEach(() => fake.stop());

const DATA_DIR = `s3://${FAKE_BUCKET}/some data`;
const DIRECTORY = `${DATA_DIR}/digits/1.0.0`;

async function rows(examples: AsyncIterable<{ place: number; label: number; image: { data: Uint8Array } }>) {
  const found = [];
  for await (const { place, label, image } of examples)
    found.push({ place, label, image: sha256(image.data) });
  return found;
}

describe('load of object storage', () => {
  it('gives the same examples by the directory, by its name, and as pairs', async () => {
    const cacheDir = await emptyFolder();
    const expected = await rows(await load(digits.directory, { split: 'train' }));
    expect(await rows(await load(DIRECTORY, { split: 'train', cacheDir }))).toEqual(expected);
    expect(await rows(await load(`${DIRECTORY}/`, { split: 'train', cacheDir }))).toEqual(expected);
    expect(await rows(await load(`${DATA_DIR}/digits`, { split: 'train', cacheDir }))).toEqual(expected);
    expect(await rows(await load('digits', { dataDir: DATA_DIR, split: 'train', cacheDir }))).toEqual(
      expected,
    );
    const pairs = await load('digits:1.*.*', {
      dataDir: DATA_DIR,
      split: 'train',
      cacheDir,
      asSupervised: true,
    });
    const labels: number[] = [];
    for await (const [, label] of pairs) labels.push(label);
    expect(labels).toEqual(expected.map(({ label }) => label));
    // Two shards, once.
    expect(
      fake.requests.filter(({ operation, key }) => operation === 'GetObject' && /tfrecord/.test(key)),
    ).toHaveLength(2);
    expect((await open(DIRECTORY, { cacheDir })).info.directory).toBe(DIRECTORY);
  });

  it('asks the second time for a listing and the manifests alone', async () => {
    const cacheDir = await emptyFolder();
    await rows(await load(DIRECTORY, { split: 'test', cacheDir }));
    fake.requests.length = 0;
    await rows(await load(DIRECTORY, { split: 'test', cacheDir }));
    expect(fake.requests.map(({ operation, key }) => `${operation} ${key.split('/').at(-1)}`).sort()).toEqual(
      [
        'GetObject README.md',
        'GetObject SHA256SUMS',
        'GetObject dataset_info.json',
        'GetObject features.json',
        'ListObjectsV2 ',
      ],
    );
  });

  it('keeps what it fetches where downloads are kept', async () => {
    const cacheDir = await emptyFolder();
    useS3Settings({ IDX_SHARDS_CACHE: cacheDir });
    await rows(await load(DIRECTORY, { split: 'test' }));
    fake.requests.length = 0;
    await rows(await load(DIRECTORY, { split: 'test', cacheDir }));
    expect(fake.requests.filter(({ key }) => /tfrecord/.test(key))).toEqual([]);
  });

  it('goes on where an answer breaks off or is refused in passing', async () => {
    const cacheDir = await emptyFolder();
    fake.fail('GetObject', 'cut the body', 2, 'tfrecord-00000-of-00002');
    fake.fail('any', { answer: 503 }, 1);
    fake.fail('GetObject', 'reset', 1, 'SHA256SUMS');
    const expected = await rows(await load(digits.directory, { split: 'train' }));
    expect(await rows(await load(DIRECTORY, { split: 'train', cacheDir }))).toEqual(expected);
  });

  it('gives no wrong row where the storage damages one on its way', async () => {
    const cacheDir = await emptyFolder();
    fake.fail('GetObject', 'damage the body', 1, 'tfrecord-00000-of-00002');
    await expect(rows(await load(DIRECTORY, { split: 'train', cacheDir }))).rejects.toMatchObject({
      code: 'FILE_CHECKSUM',
      message: 'digits-train.tfrecord-00000-of-00002 has another checksum than the one stored',
    });
    expect(await rows(await load(DIRECTORY, { split: 'train', cacheDir }))).toHaveLength(90);
  });

  it('says what is wrong', async () => {
    const cacheDir = await emptyFolder();
    const read = (where: string, dataDir?: string) => load(where, { split: 'train', cacheDir, dataDir });
    await expect(read('s3://no-such-bucket/data')).rejects.toMatchObject({
      code: 'STORAGE',
      message: expect.stringContaining('there is no bucket no-such-bucket'),
    });
    await expect(read(`${DATA_DIR}/mnist`)).rejects.toMatchObject({
      code: 'NO_DATASET',
      message: `there is no data set in ${DATA_DIR}/mnist`,
    });
    await expect(read('mnist', DATA_DIR)).rejects.toMatchObject({ code: 'NO_DATASET' });
    await expect(read('gs://bucket/data')).rejects.toMatchObject({ code: 'USAGE' });
    await expect(read('s3://')).rejects.toMatchObject({ code: 'USAGE' });
    fake.fail('ListObjectsV2', { answer: 403, code: 'AccessDenied' }, 1);
    await expect(read(DIRECTORY)).rejects.toMatchObject({
      code: 'STORAGE',
      message: expect.stringContaining(`the storage denies access to bucket ${FAKE_BUCKET}`),
    });
    fake.objects.delete('some data/digits/1.0.0/dataset_info.json');
    await expect(read(DIRECTORY)).rejects.toMatchObject({
      code: 'NO_DATASET',
      message: `${DIRECTORY} is not finished`,
    });
  });
});

describe('verifyDataset of object storage', () => {
  it('checks what lies there', async () => {
    const options = {
      cacheDir: await emptyFolder(),
      archives: digits.archives,
      definitions: [digits.definition],
    };
    expect(await verifyDataset(DIRECTORY, { ...options, deep: true })).toEqual({
      ...(await digits.verify()),
      directory: DIRECTORY,
    });
    fake.fail('GetObject', 'damage the body', 1, '.parquet');
    expect(told(await verifyDataset(DIRECTORY, { ...options, deep: true }))).toEqual([
      expect.stringMatching(/\.parquet FILE_CHECKSUM$/),
    ]);
  });
});
