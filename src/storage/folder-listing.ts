import type { Dirent } from 'node:fs';
import { readdir, rmdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { absence } from '../errors.js';
import { byCodePoints } from '../fs/code-points.js';
import { UNFINISHED } from './new-file.js';
import type { StoredObject } from './storage.js';

/** Files whose sizes are asked for at once. */
const AT_ONCE = 64;

/**
 * What an NFS client makes of a file that is removed while a process of the same machine has it open: it is gone for everybody else, and goes
 * when that one closes it.
 */
const SILLY_RENAME = /^\.nfs[0-9a-f]{8,}$/i;

/**
 * The files below `folder`, in the order of their keys, which are their paths below `root`. Links to files are followed, those to folders
 * are not, which might go round in circles.
 *
 * @throws the file system's own error
 */
export async function* filesBelow(folder: string, root: string): AsyncGenerator<StoredObject> {
  const entries = await entriesBelow(folder);
  const keys = entries.filter(({ name }) => !isPassing(name)).map((entry) => keyOf(entry, root));
  keys.sort(byCodePoints);
  for (let at = 0; at < keys.length; at += AT_ONCE) {
    const some = keys.slice(at, at + AT_ONCE);
    const sizes = await Promise.all(some.map((key) => fileSize(join(root, key))));
    for (const [i, key] of some.entries()) {
      const bytes = sizes[i];
      if (bytes !== undefined) yield { key, bytes };
    }
  }
}

/**
 * Paths of the files below `folder` that somebody was writing.
 *
 * @throws the file system's own error
 */
export async function unfinishedBelow(folder: string): Promise<string[]> {
  const entries = await entriesBelow(folder);
  return entries
    .filter(({ name }) => name.startsWith(UNFINISHED))
    .map(({ parentPath, name }) => join(parentPath, name));
}

/** Removes the folders below `folder` that hold nothing, and itself where it does not; others may remove or fill them meanwhile. */
export async function removeEmptyFolders(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) if (entry.isDirectory()) await removeEmptyFolders(join(folder, entry.name));
  await rmdir(folder).catch(() => {});
}

/**
 * The size of a file; `undefined` where there is none, or something else.
 *
 * @throws the file system's own error
 */
export async function fileSize(path: string): Promise<number | undefined> {
  try {
    const found = await stat(path);
    return found.isFile() ? found.size : undefined;
  } catch (error) {
    if (absence(error) !== undefined) return undefined;
    throw error;
  }
}

function isPassing(name: string): boolean {
  return name.startsWith(UNFINISHED) || SILLY_RENAME.test(name);
}

function keyOf({ parentPath, name }: Dirent, root: string): string {
  return relative(root, join(parentPath, name)).split(sep).join('/');
}

/** All but folders, of which others remove some meanwhile. */
async function entriesBelow(folder: string): Promise<Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (absence(error) !== undefined) return [];
    throw error;
  });
  const found: Dirent[] = [];
  for (const entry of entries) {
    if (!entry.isDirectory()) found.push(entry);
    else for (const below of await entriesBelow(join(folder, entry.name))) found.push(below);
  }
  return found;
}
