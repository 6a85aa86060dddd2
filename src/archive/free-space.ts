import { DatasetError } from '../errors.js';
import { freeSpace } from '../publish/disk-space.js';

/**
 * Refuses to begin what the disk has no room for. A file system that does not tell its room is given the benefit of the doubt.
 *
 * @param folder a folder on the disk, which is there
 * @param bytes what is to be written there
 * @throws {DatasetError} `DISK_FULL`
 */
export async function requireSpace(folder: string, bytes: number, what: string): Promise<void> {
  const free = await freeSpace(folder).catch(() => undefined);
  if (free === undefined || free >= bytes) return;
  throw new DatasetError('DISK_FULL', `the disk has no room for ${what} in ${folder}`, {
    expected: `${bytes} bytes`,
    found: `${free} bytes`,
    next: 'Free some space, or name another folder for downloads with IDX_SHARDS_CACHE.',
  });
}
