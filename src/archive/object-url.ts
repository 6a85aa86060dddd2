import { dirname } from 'node:path';
import type { ArchiveDefinition } from '../dataset/split-definition.js';
import { DatasetError } from '../errors.js';
import { requireSpace } from '../fs/disk-space.js';
import { PartialFile } from '../fs/partial-file.js';
import type { StorageOptions } from '../storage/options.js';
import type { Storage } from '../storage/storage.js';
import { expectArchive } from './content.js';
import { TransferError } from './transfer-error.js';

/** Of how URLs are asked for, what a storage takes as well; how long it waits is its own matter. */
export function storageOptions({ signal, retry }: StorageOptions): StorageOptions {
  return { signal, retry };
}

/** An object in object storage, as it is asked for. */
export interface NamedObject {
  storage: Storage;
  key: string;
}

/**
 * The object that a URL names: its key is taken as it stands.
 *
 * @throws {DatasetError} `USAGE`, `PACKAGE_MISSING`
 */
export async function objectOf(url: string, options: StorageOptions): Promise<NamedObject> {
  const cut = url.lastIndexOf('/');
  // Few runs need it, and it takes its time to load.
  const { openStorage } = await import('../storage/open-storage.js');
  return { storage: await openStorage(url.slice(0, cut), options), key: url.slice(cut + 1) };
}

/** Codes of what the storage, or the object, is to blame for: another mirror may be better. */
const OF_STORAGE: readonly string[] = ['STORAGE', 'OBJECT_MISSING', 'OBJECT_DIFFERS'];

/** What a storage threw, as a reason why a URL did not give the archive; all else as it is. The storage itself has tried enough. */
export function asObjectFailure(error: unknown, url: string): unknown {
  if (!(error instanceof DatasetError) || !OF_STORAGE.includes(error.code)) return error;
  const { message: reason, expected, found } = error;
  const code = error.code === 'OBJECT_DIFFERS' ? 'ARCHIVE_CHECKSUM' : 'DOWNLOAD_FAILED';
  const details = { ...(expected && { expected }), ...(found && { found }), cause: error };
  return new TransferError(code, url, reason, details);
}

/**
 * An object that has the size of an archive.
 *
 * @throws {TransferError} `DOWNLOAD_FAILED` where there is none, `ARCHIVE_SIZE`
 */
export async function requireObject(
  url: string,
  archive: ArchiveDefinition,
  options: StorageOptions,
): Promise<NamedObject> {
  const object = await objectOf(url, options);
  const bytes = await object.storage.sizeOf(object.key).catch((error: unknown) => {
    throw asObjectFailure(error, url);
  });
  if (bytes === undefined) throw new TransferError('DOWNLOAD_FAILED', url, 'there is no such object');
  if (bytes === archive.bytes) return object;
  throw new TransferError('ARCHIVE_SIZE', url, `it has ${bytes} bytes instead of ${archive.bytes}`, {
    expected: `${archive.bytes} bytes`,
    found: `${bytes} bytes`,
  });
}

/**
 * Reads an object that is an archive from its first byte to its last, and checks it by the way.
 *
 * @throws {TransferError} `DOWNLOAD_FAILED`, `ARCHIVE_SIZE`, `ARCHIVE_CHECKSUM`; and what `take` throws
 */
export async function readWholeObject(
  url: string,
  archive: ArchiveDefinition,
  options: StorageOptions,
  take?: (chunk: Uint8Array) => Promise<void>,
): Promise<void> {
  const { storage, key } = await requireObject(url, archive, options);
  const source = { url, contentType: undefined, closeDelimited: false };
  try {
    await expectArchive(storage.read(key), archive, source, take);
  } catch (error) {
    throw asObjectFailure(error, url);
  }
}

/** Downloading, as far as an object needs it. */
interface CopyOptions extends StorageOptions {
  onProgress?: ((received: number) => void) | undefined;
}

/**
 * Downloads an object to a file that is there whole or not at all.
 *
 * @throws {TransferError} as {@link readWholeObject}; @throws {DatasetError} `DISK`, `DISK_FULL`
 */
export async function copyObject(
  url: string,
  archive: ArchiveDefinition,
  path: string,
  options: CopyOptions,
): Promise<void> {
  await requireSpace(dirname(path), archive.bytes, 'another folder for downloads with IDX_SHARDS_CACHE');
  const partial = await PartialFile.create(path);
  const { signal, onProgress } = options;
  let received = 0;
  try {
    await readWholeObject(url, archive, storageOptions(options), async (chunk) => {
      signal?.throwIfAborted();
      await partial.write(chunk);
      received += chunk.length;
      onProgress?.(received);
    });
    await partial.publish();
  } catch (error) {
    await partial.discard();
    throw error;
  }
}
