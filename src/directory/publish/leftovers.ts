import { lstat, open, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { absence, asDiskError } from '../../errors.js';

/** Name of what stood at a target, in the directory into which it is moved aside. */
export const REPLACED = 'replaced';

/** Name of a directory beside a target that is there for one run only. TFDS has no such part in the names of its own. */
export function temporaryName(version: string, part: string): string {
  return `incomplete.idx-shards-${part}_${version}`;
}

/** Whether something that runs left lies beside a target, of a run that may go on still. */
export async function hasLeftovers(target: string): Promise<boolean> {
  const names = await readdir(dirname(target)).catch(() => []);
  return names.some((name) => isTemporary(name, basename(target)));
}

/**
 * Cleans up after runs that were killed: what they had moved aside is put back where nothing stands in its place, and what
 * they were making is removed. What was moved aside goes only where `isPut` says that what was to take its place is there: files
 * of somebody else's may have come instead. Whoever calls this holds the target's lock, so that none of it belongs to a run that goes on.
 *
 * @throws {DatasetError} `DISK`
 */
export async function recover(target: string, isPut: () => Promise<boolean>): Promise<void> {
  const parent = dirname(target);
  try {
    const names = (await readdir(parent)).filter((name) => isTemporary(name, basename(target)));
    for (const name of names) {
      const directory = join(parent, name);
      const replaced = join(directory, REPLACED);
      if (await isThere(replaced)) {
        // An empty directory that somebody made in the meantime is no reason to lose what stood there.
        await rmdir(target).catch(() => {});
        if (!(await isThere(target))) {
          await rename(replaced, target);
          await syncDirectory(parent);
        } else if (!(await isPut())) continue;
      }
      await rm(directory, { recursive: true, force: true });
    }
  } catch (error) {
    throw asDiskError(error, `cleaning up beside ${target}`);
  }
}

/** Makes the names in a directory as durable as the files are. */
export async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return; // Windows opens no directories.
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isTemporary(name: string, version: string): boolean {
  const [part = ''] = /[0-9a-f]{6}(?=_)/.exec(name) ?? [];
  return name === temporaryName(version, part);
}

/** A link that leads to nothing is there too. */
async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (absence(error) !== undefined) return false;
    throw error;
  }
}
