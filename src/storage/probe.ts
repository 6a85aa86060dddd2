import { randomBytes } from 'node:crypto';
import { DatasetError } from '../errors.js';
import { unsafeStorage } from './object-errors.js';
import type { Storage } from './storage.js';

const NEXT =
  "Take a storage that knows If-None-Match on PUT, such as Amazon's S3, or a folder on a disk that all machines share. Google's S3 interface ignores it.";

/**
 * Puts an object twice, with other bytes the second time, which has to be refused; removes it.
 *
 * @throws {DatasetError} `STORAGE_UNSAFE`, and what the storage throws
 */
export async function probe(storage: Storage): Promise<void> {
  const key = `.idx-shards/probe-${randomBytes(8).toString('hex')}`;
  try {
    await storage.putBytes(key, Buffer.from('one'));
    const refused = await isRefused(storage.putBytes(key, Buffer.from('two')));
    if (!refused) throw unsafeStorage(storage.url, 'it writes over objects that are there', NEXT);
  } catch (error) {
    // Whatever cannot be removed now is less of a fault.
    await storage.remove([key]).catch(() => {});
    throw error;
  }
  await storage.remove([key]);
}

async function isRefused(put: Promise<void>): Promise<boolean> {
  try {
    await put;
    return false;
  } catch (error) {
    if (error instanceof DatasetError && error.code === 'OBJECT_DIFFERS') return true;
    throw error;
  }
}
