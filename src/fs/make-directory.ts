import { mkdir, rmdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { absence, codeOf } from '../errors.js';

/**
 * Makes a directory, and those above it, where they are not there yet; gives the uppermost that it made. Node's own way,
 * `mkdir` with `recursive`, tries again for ever where a file system takes no new directories and says ENOENT, as /proc does.
 *
 * @throws the file system's own error
 */
export async function makeDirectory(path: string): Promise<string | undefined> {
  try {
    await mkdir(path);
    return path;
  } catch (error) {
    if (await isDirectory(path)) return undefined;
    const above = dirname(path);
    if (!isMissing(error) || above === path) throw error;
    const topmost = await makeDirectory(above);
    await mkdir(path).catch(async (error: unknown) => {
      // Another process may have been faster.
      if (!(await isDirectory(path))) throw error;
    });
    return topmost ?? path;
  }
}

/**
 * Removes `directory` and those above it up to `topmost`, which {@link makeDirectory} gave; ends at the first one that
 * something else lies in by now. Never throws: an empty directory that stays does no harm.
 */
export async function removeEmpty(directory: string, topmost: string): Promise<void> {
  try {
    for (let path = resolve(directory); ; path = dirname(path)) {
      await rmdir(path);
      if (path === resolve(topmost)) return;
    }
  } catch {
    // The error that made this run remove it is the one to tell.
  }
}

async function isDirectory(path: string): Promise<boolean> {
  const found = await stat(path).catch((error: unknown) => {
    // Of a disk that fails, its error says more than that of a directory which was there already.
    if (absence(error) !== undefined) return undefined;
    throw error;
  });
  return found?.isDirectory() === true;
}

function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT';
}
