import { createHash } from 'node:crypto';
import { basename, dirname } from 'node:path';
import { isCached } from '../archive/cache.js';
import { sha256OnceOfFile } from '../archive/checksum.js';
import { fetchOnce } from '../archive/fetch-once.js';
import { fault } from '../errors.js';
import { requireSpace } from '../fs/disk-space.js';
import { PartialFile } from '../fs/partial-file.js';
import type { Storage } from '../storage/storage.js';

/** An object that is wanted as a file. */
export interface WantedFile {
  key: string;
  /** Its size, as it was listed. */
  bytes: number;
  /** Its checksum; none where nothing tells it. */
  sha256: string | undefined;
  /** Where the file is to lie. */
  path: string;
}

/** How it is fetched. */
export interface FetchSettings {
  /** The folder that all is kept in. */
  cacheDir: string;
  signal?: AbortSignal | undefined;
  /** Fetch it also where the file is there. */
  anew?: boolean | undefined;
}

/** What to choose where a disk has too little room. */
export const OTHER_CACHE = 'another folder for what is fetched with IDX_SHARDS_CACHE';

/** What to do where an object is not what it was said to be. */
const NEXT =
  'If the data set was replaced just now, run the command again. Otherwise the object is damaged: remove the data set there, and prepare it again.';

/**
 * Whether a file is there as it is wanted. A file that is whole is read once for that by a process.
 *
 * @throws {DatasetError} `DISK`
 */
export async function isFetched({ path, bytes, sha256 }: Omit<WantedFile, 'key'>): Promise<boolean> {
  if (!(await isCached(path, bytes))) return false;
  return sha256 === undefined || (await sha256OnceOfFile(path)) === sha256;
}

/**
 * Has an object lie as a file, whole and with its checksum, or not at all. Of several processes one fetches it, and the others wait.
 *
 * @throws {DatasetError} `FILE_CHECKSUM`, `FILE_BYTES` where the object is another one, `OBJECT_MISSING`, `STORAGE`, `DISK`,
 *   `DISK_FULL`, `OUTPUT_OCCUPIED`; the signal's reason
 */
export async function fetchFile(
  storage: Storage,
  wanted: WantedFile,
  settings: FetchSettings,
): Promise<void> {
  const { cacheDir, signal, anew } = settings;
  const isThere = async (): Promise<boolean> => anew !== true && (await isFetched(wanted));
  await fetchOnce(wanted.path, wanted.bytes, { cacheDir, signal, isThere }, () =>
    transfer(storage, wanted, signal),
  );
}

async function transfer(
  storage: Storage,
  wanted: WantedFile,
  signal: AbortSignal | undefined,
): Promise<void> {
  await requireSpace(dirname(wanted.path), wanted.bytes, OTHER_CACHE);
  const partial = await PartialFile.create(wanted.path);
  try {
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of storage.read(wanted.key)) {
      signal?.throwIfAborted();
      bytes += chunk.length;
      hash.update(chunk);
      // What is longer than it was listed has no end that is known.
      if (bytes > wanted.bytes) break;
      await partial.write(chunk);
    }
    signal?.throwIfAborted();
    expectBytes(wanted, bytes, hash.digest('hex'));
    await partial.publish();
  } catch (error) {
    await partial.discard();
    throw error;
  }
}

function expectBytes(wanted: WantedFile, bytes: number, sha256: string): void {
  const file = basename(wanted.path);
  if (bytes !== wanted.bytes)
    throw fault('FILE_BYTES', `${file} has another size than it was listed with`, {
      expected: `${wanted.bytes} bytes`,
      found: bytes > wanted.bytes ? 'more' : `${bytes} bytes`,
      next: NEXT,
    });
  if (wanted.sha256 !== undefined) expectChecksum(file, wanted.sha256, sha256);
}

/**
 * Sees that a file has the checksum that `SHA256SUMS` has of it.
 *
 * @throws {DatasetError} `FILE_CHECKSUM`
 */
export function expectChecksum(file: string, expected: string, found: string): void {
  if (expected === found) return;
  throw fault('FILE_CHECKSUM', `${file} has another checksum than the one stored`, {
    expected,
    found,
    next: NEXT,
  });
}
