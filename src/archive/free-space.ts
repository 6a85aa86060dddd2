import { statfs } from 'node:fs/promises';
import { DatasetError } from '../errors.js';

/**
 * Refuses to begin what the disk has no room for. A file system that does not tell its room is given the benefit of the doubt.
 *
 * @param folder a folder on the disk, which is there
 * @param bytes what is to be written there
 * @throws {DatasetError} `DISK_FULL`
 */
export async function requireSpace(folder: string, bytes: number, what: string): Promise<void> {
  const found = await statfs(folder).catch(() => undefined);
  if (found === undefined || found.blocks === 0) return;
  const free = found.bavail * found.bsize;
  if (free >= bytes) return;
  throw new DatasetError('DISK_FULL', `the disk has no room for ${what} in ${folder}`, {
    expected: `${bytes} bytes`,
    found: `${free} bytes`,
    next: 'Free some space, or name another folder for downloads with IDX_SHARDS_CACHE.',
  });
}
