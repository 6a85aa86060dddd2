import { lstat, realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { absence, asDiskError, codeOf, DatasetError } from '../errors.js';

/**
 * Refuses a path below a folder where a symbolic link on the way leads out of the folder, so that nothing is made or written
 * elsewhere. The folder itself may be a link, and need not be there. What lies at the path itself is not looked at: see
 * {@link requireNoLink}.
 *
 * @throws {DatasetError} `OUTPUT_OCCUPIED`, `DISK`
 */
export async function requireContained(folder: string, path: string): Promise<void> {
  try {
    const real = await realpathOf(folder);
    if (real === undefined) return;
    const parts = relative(folder, path).split(sep).slice(0, -1);
    let at = folder;
    for (const part of parts) {
      at = join(at, part);
      const link = await lstat(at).catch(() => undefined);
      if (link === undefined) return; // What is not there is made as a folder.
      if (!link.isSymbolicLink()) continue;
      const target = await realpathOf(at);
      if (target?.startsWith(join(real, sep)) !== true) throw leadsOut(at, folder, target);
    }
  } catch (error) {
    throw asDiskError(error, `looking at ${path}`);
  }
}

/**
 * Refuses a path that is a symbolic link itself: what is put there by rename would take the link's place, and not go where it
 * leads.
 *
 * @throws {DatasetError} `OUTPUT_OCCUPIED`, `DISK`
 */
export async function requireNoLink(path: string): Promise<void> {
  const found = await lstat(path).catch((error: unknown) => {
    if (absence(error) === undefined) throw asDiskError(error, `looking at ${path}`);
    return undefined;
  });
  if (found?.isSymbolicLink() !== true) return;
  throw new DatasetError('OUTPUT_OCCUPIED', `${path} is a symbolic link`, {
    expected: 'a directory, or nothing',
    found: (await realpathOf(path).catch(() => undefined)) ?? 'a link that leads to nothing',
    next: 'Remove the link, or move what it leads to here, or choose another --out.',
  });
}

/** `undefined` where nothing is there, or a link that leads to nothing. */
async function realpathOf(path: string): Promise<string | undefined> {
  return realpath(path).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });
}

function leadsOut(link: string, folder: string, target: string | undefined): DatasetError {
  return new DatasetError('OUTPUT_OCCUPIED', `${link} is a symbolic link that leads out of ${folder}`, {
    expected: 'a folder',
    found: target ?? 'a link that leads to nothing',
    next: 'Remove the link, or name the folder that it leads to.',
  });
}
