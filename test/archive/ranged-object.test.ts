import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { cachedPath } from '../../src/archive/cache.js';
import { checkArchive } from '../../src/archive/check-archive.js';
import { download } from '../../src/archive/download.js';
import { rangedArchives } from '../../src/archive/open-ranged.js';
import { gathered, type RangedArchive } from '../../src/archive/ranged-archive.js';
import type { DatasetDefinition } from '../../src/dataset/definition.js';
import { DatasetError } from '../../src/errors.js';
import { prepare } from '../../src/index.js';
import { definitionOf, smallArchives, writeArchives } from '../fixtures/archives.js';
import { FAKE_BUCKET, type FakeS3 } from '../fixtures/fake-s3.js';
import { digestsIn } from '../fixtures/folder.js';
import { openFake, startFake } from '../storage/fake.js';
import { emptyDir, filesIn, forgetProxies, RETRY, send, serve, sha256 } from './loopback.js';

beforeEach(forgetProxies);

const BYTES = Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * 7 + (at >> 8)) & 0xff));
BYTES.set([0, 0, 8, 3]);
const OTHER = Buffer.from(BYTES);
OTHER[250_000]! ^= 1;
const ARCHIVE = { file: 'rows of a.npy', bytes: BYTES.length, sha256: sha256(BYTES) };
const RANGE = { start: 100_003, end: 200_000 };
const FOLDER = `s3://${FAKE_BUCKET}/data`;

/** A definition whose mirrors are these, or the folder of {@link FOLDER}. */
const definition = (...mirrors: string[]): DatasetDefinition => ({
  ...definitionOf(new Map()),
  mirrors: mirrors.length === 0 ? [`${FOLDER}/`] : mirrors,
});

/** A bucket that has an archive of these bytes, under a key that is not encoded as a URL is. */
async function bucketWith(bytes: Uint8Array): Promise<FakeS3> {
  const { fake, storage } = await openFake();
  await storage.putBytes(ARCHIVE.file, bytes);
  return fake;
}

async function opened(of = definition(), more: object = {}): Promise<RangedArchive> {
  const ranged = await rangedArchives(of, { cacheDir: await emptyDir(), retry: RETRY, ...more })(ARCHIVE);
  if (ranged === undefined) throw new Error('the archive should be to be had in ranges');
  return ranged;
}

async function errorOf(work: Promise<unknown>): Promise<DatasetError> {
  const error = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (error instanceof DatasetError) return error;
  throw new Error('it should have failed by a DatasetError', { cause: error });
}

describe('a range of an archive in object storage', () => {
  it('is asked for alone', async () => {
    const fake = await bucketWith(BYTES);
    const ranged = await opened();
    const bytes = await gathered(ranged.read(RANGE));
    expect(sha256(bytes)).toBe(sha256(BYTES.subarray(RANGE.start, RANGE.end)));
    expect(ranged.where).toBe(`${FOLDER}/${ARCHIVE.file}`);
    const gets = fake.requests.filter(({ operation }) => operation === 'GetObject');
    expect(gets.map(({ range }) => range)).toEqual(['bytes=0-65547', 'bytes=100003-199999']);
  });

  it.each(['cut the body', 'short range', 'reset', { answer: 503 }] as const)(
    'is whole where something goes wrong by the way: %j',
    async (fault) => {
      const fake = await bucketWith(BYTES);
      fake.fail('GetObject', fault, 1);
      const ranged = await opened();
      fake.fail('GetObject', fault, 2);
      const bytes = await gathered(ranged.read(RANGE));
      expect(sha256(bytes)).toBe(sha256(BYTES.subarray(RANGE.start, RANGE.end)));
    },
  );

  it('fails where it is gone, or does not come', async () => {
    const fake = await bucketWith(BYTES);
    const ranged = await opened();
    fake.fail('GetObject', { answer: 500 }, 100);
    expect(await errorOf(gathered(ranged.read(RANGE)))).toMatchObject({ code: 'DOWNLOAD_FAILED' });
    const again = await bucketWith(BYTES);
    const other = await opened();
    again.objects.clear();
    expect(await errorOf(gathered(other.read(RANGE)))).toMatchObject({ code: 'DOWNLOAD_FAILED' });
  });

  it('ends with the signal', async () => {
    const fake = await bucketWith(BYTES);
    const controller = new AbortController();
    const ranged = await opened(definition(), { signal: controller.signal });
    fake.at(fake.requests.length + 1, () => controller.abort());
    expect(await errorOf(gathered(ranged.read(RANGE)))).toMatchObject({ code: 'INTERRUPTED' });
  });
});

describe('an archive in object storage', () => {
  it('is looked for at the next mirror where it is not there, or of another size', async () => {
    await bucketWith(BYTES.subarray(1));
    const { origin } = await serve(send(BYTES, { etag: '"one"' }));
    for (const place of [FOLDER, `s3://${FAKE_BUCKET}/nowhere`]) {
      const of = definition(`${place}/`, `${origin}/`);
      const path = await download(
        { ...ARCHIVE, urls: [`${place}/${ARCHIVE.file}`, `${origin}/rows`] },
        { cacheDir: await emptyDir(), retry: RETRY },
      );
      expect(sha256(await readFile(path))).toBe(ARCHIVE.sha256);
      await checkArchive(of, ARCHIVE, { cacheDir: await emptyDir(), retry: RETRY });
    }
    const nowhere = rangedArchives(definition(), { cacheDir: await emptyDir(), retry: RETRY });
    expect(await errorOf(nowhere(ARCHIVE))).toMatchObject({ code: 'ARCHIVE_SIZE', found: '299999 bytes' });
  });

  it('is downloaded into the cache, once, and nothing of what is wrong stays', async () => {
    const fake = await bucketWith(BYTES);
    const cacheDir = await emptyDir();
    const archive = { ...ARCHIVE, urls: [`${FOLDER}/${ARCHIVE.file}`] };
    const progress: number[] = [];
    const onProgress = (received: number): void => void progress.push(received);
    const path = await download(archive, { cacheDir, retry: RETRY, onProgress });
    expect(path).toBe(cachedPath(cacheDir, ARCHIVE));
    expect(sha256(await readFile(path))).toBe(ARCHIVE.sha256);
    expect(progress.at(-1)).toBe(BYTES.length);
    const asked = fake.requests.length;
    await download(archive, { cacheDir, retry: RETRY });
    expect(fake.requests).toHaveLength(asked);

    for (const [bytes, code] of [
      [OTHER, 'ARCHIVE_CHECKSUM'],
      [BYTES.subarray(1), 'ARCHIVE_SIZE'],
      [undefined, 'DOWNLOAD_FAILED'],
    ] as const) {
      const wrong = await (bytes === undefined ? startFake() : bucketWith(bytes));
      const empty = await emptyDir();
      expect(await errorOf(download(archive, { cacheDir: empty, retry: RETRY }))).toMatchObject({ code });
      expect(await filesIn(empty)).toEqual([]);
      await wrong.stop();
    }
  });

  it('is checked without being kept', async () => {
    await bucketWith(BYTES);
    const cacheDir = await emptyDir();
    await checkArchive(definition(), ARCHIVE, { cacheDir, retry: RETRY });
    // What is in the cache of this machine says nothing of the others.
    const cached = cachedPath(cacheDir, ARCHIVE);
    await mkdir(dirname(cached), { recursive: true });
    await writeFile(cached, BYTES);
    for (const [bytes, code] of [
      [OTHER, 'ARCHIVE_CHECKSUM'],
      [BYTES.subarray(1), 'ARCHIVE_SIZE'],
    ] as const) {
      await bucketWith(bytes);
      const check = checkArchive(definition(), ARCHIVE, { cacheDir, retry: RETRY });
      expect(await errorOf(check)).toMatchObject({ code });
    }
  });

  it('makes the data set that it makes from a folder, as a mirror and by --archives', async () => {
    const archives = smallArchives();
    const { storage } = await openFake();
    for (const [file, bytes] of archives) await storage.putBytes(`own/${file}`, bytes);
    const folder = await emptyDir();
    await writeArchives(join(folder, 'archives'), archives);
    const made = async (name: string, more: { mirrors?: string[]; archives: string | undefined }) => {
      const { directory } = await prepare(
        { ...definitionOf(archives), mirrors: more.mirrors ?? [] },
        {
          out: join(folder, name),
          cacheDir: join(folder, `${name}-cache`),
          archives: more.archives,
          formats: ['tfrecord'],
          workers: 1,
        },
      );
      // How much there is to download is told of mirrors alone.
      const { 'dataset_info.json': _, SHA256SUMS: __, ...digests } = await digestsIn(directory);
      return digests;
    };
    const expected = await made('folder', { archives: join(folder, 'archives') });
    expect(await made('mirror', { mirrors: [`${FOLDER}/own/`], archives: undefined })).toEqual(expected);
    expect(await made('url', { archives: FOLDER })).toEqual(expected);
  });
});
