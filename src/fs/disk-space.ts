import { stat, statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { asDiskError, codeOf, DatasetError } from '../errors.js';

/**
 * How many bytes a file system has left for this user, at a path or, where that is not there yet, at the nearest one above it;
 * `undefined` where it has no room of its own to tell of, as /proc.
 *
 * @throws {DatasetError} `DISK`
 */
export async function freeSpace(path: string): Promise<number | undefined> {
  return atNearest(path, async (at) => {
    const { blocks, bavail, bsize } = await statfs(at);
    return blocks === 0 ? undefined : bavail * bsize;
  });
}

/**
 * Whether two paths lie on one disk, or will when they are made.
 *
 * @throws {DatasetError} `DISK`
 */
export async function isSameDisk(path: string, other: string): Promise<boolean> {
  const disk = async (at: string): Promise<number> => (await stat(at)).dev;
  return (await atNearest(path, disk)) === (await atNearest(other, disk));
}

/** What `look` gives at a path or, where that is not there yet, at the nearest one above it. */
async function atNearest<T>(path: string, look: (at: string) => Promise<T>): Promise<T> {
  for (let at = resolve(path); ; at = dirname(at)) {
    try {
      return await look(at);
    } catch (error) {
      const missing = codeOf(error) === 'ENOENT';
      if (!missing || dirname(at) === at) throw asDiskError(error, `looking for free space at ${at}`);
    }
  }
}

/**
 * Refuses to begin what a disk has no room for.
 *
 * @param bytes what is to be written at the path
 * @param instead what else could be chosen than the path
 * @throws {DatasetError} `DISK_FULL`, `DISK`
 */
export async function requireSpace(path: string, bytes: number, instead: string): Promise<void> {
  const free = await freeSpace(path);
  if (free === undefined || free >= bytes) return;
  throw new DatasetError('DISK_FULL', `there is too little room on the disk of ${path}`, {
    expected: `${Math.ceil(bytes / 2 ** 20)} MiB at least`,
    found: `${Math.floor(free / 2 ** 20)} MiB`,
    next: `Free some space, or choose ${instead}.`,
  });
}
