import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Verified, VerifyOptions } from '../../src/verify/verify.js';
import { verifyStored } from '../../src/verify/verify.js';
import { emptyFolder, everythingIn, newFolder } from '../fixtures/folder.js';
import { WatchedStorage } from '../fixtures/watched-storage.js';
import { type SmallDigits, smallDigits, told } from '../verify/small-digits.js';

let folder: string;
let digits: SmallDigits;

beforeAll(async () => {
  folder = await newFolder();
  digits = await smallDigits(folder, { numShards: 2 });
});
afterAll(() => rm(folder, { recursive: true }));

const SHARD = 'digits-train-00001-of-00002.arrow';
const SHARDS = 16;

interface Stored {
  storage: WatchedStorage;
  cacheDir: string;
  verify: (options?: Partial<VerifyOptions>) => Promise<Verified>;
}

async function stored(): Promise<Stored> {
  const own = await emptyFolder();
  const bucket = join(own, '1.0.0');
  cpSync(digits.directory, bucket, { recursive: true });
  const storage = new WatchedStorage(bucket);
  const { archives, definition } = digits;
  const cacheDir = join(own, 'cache');
  const verify = (options: Partial<VerifyOptions> = {}): Promise<Verified> =>
    verifyStored(storage, {
      deep: true,
      archives: options.deep === false ? undefined : archives,
      cacheDir,
      definitions: [definition],
      ...options,
    });
  return { storage, cacheDir, verify };
}

const flipped = (bytes: Uint8Array): Uint8Array => {
  const other = Uint8Array.from(bytes);
  other[other.length >> 1]! ^= 4;
  return other;
};

describe('verify of a data set in a storage', () => {
  it('fetches no shard where it is not to be deep, and says what it left unchecked', async () => {
    const { storage, cacheDir, verify } = await stored();
    const verified = await verify({ deep: false });
    expect(verified).toMatchObject({
      directory: storage.url,
      name: 'digits',
      total: 0,
      files: SHARDS + 4,
      rows: 110,
    });
    expect(verified.unchecked).toEqual([
      {
        what: 'the files by their checksums',
        why: expect.stringMatching(
          /^16 files, [\d.]+ [KM]iB: --deep fetches them; their sizes are as listed$/,
        ),
      },
    ]);
    expect(storage.reads).toEqual([]);
    expect(await everythingIn(cacheDir)).toBeUndefined();
  });

  it('is as deep as on a disk, and fetches every file, also those that are in the cache', async () => {
    const { storage, verify } = await stored();
    const local = await digits.verify();
    expect(await verify()).toEqual({ ...local, directory: storage.url });
    expect(storage.takeReads()).toHaveLength(SHARDS);
    expect(await verify()).toEqual({ ...local, directory: storage.url });
    expect(storage.takeReads()).toHaveLength(SHARDS);
  });

  it('finds a shard that was damaged there after it came into the cache', async () => {
    const { storage, verify } = await stored();
    await verify();
    const path = join(storage.url, SHARD);
    writeFileSync(path, flipped(readFileSync(path)));
    expect(told(await verify())).toEqual([`${SHARD} FILE_CHECKSUM`]);
  });

  it.each<[string, (url: string) => void, string[]]>([
    ['a shard is missing', (url) => rmSync(join(url, SHARD)), [`${SHARD} FILE_MISSING`]],
    ['a file is too much', (url) => writeFileSync(join(url, 'more'), 'more'), ['more FILE_EXTRA']],
    [
      'a shard has another size',
      (url) => writeFileSync(join(url, 'digits-test.tfrecord-00000-of-00002'), 'short'),
      ['digits-test.tfrecord-00000-of-00002, digits-test.tfrecord-00001-of-00002 FILE_BYTES'],
    ],
    [
      'a manifest is another one',
      (url) =>
        writeFileSync(
          join(url, 'features.json'),
          readFileSync(join(url, 'features.json')).toString().concat(' '),
        ),
      ['features.json FILE_CHECKSUM'],
    ],
    [
      'it is not finished',
      (url) => rmSync(join(url, 'dataset_info.json')),
      ['dataset_info.json FILE_MISSING'],
    ],
  ])('finds without fetching that %s', async (_, change, faults) => {
    const { storage, verify } = await stored();
    change(storage.url);
    expect(told(await verify({ deep: false }))).toEqual(faults);
    expect(storage.reads).toEqual([]);
  });

  it('says of a data set that is not finished that somebody may be at work on it', async () => {
    const { storage, verify } = await stored();
    rmSync(join(storage.url, 'dataset_info.json'));
    const [fault] = (await verify({ deep: false })).faults;
    expect(fault?.error.message).toContain('a run is still at work on it');
  });

  it('ends by a signal, and leaves nothing half', async () => {
    const { storage, cacheDir, verify } = await stored();
    const interruption = new AbortController();
    const reason = new Error('enough');
    storage.onPiece = () => interruption.abort(reason);
    await expect(verify({ signal: interruption.signal })).rejects.toBe(reason);
    const left = (await everythingIn(cacheDir)) ?? [];
    expect(left.filter((path) => !path.endsWith('/'))).toEqual([]);
  });
});
