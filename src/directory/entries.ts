import { lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fault } from '../errors.js';
import { kindOf } from '../fs/regular-file.js';
import { isOfCatalog } from './catalog-folder.js';
import type { FileFault } from './faults.js';
import { directoryFault } from './faults.js';

/** What lies in a directory, by name, in the order of names; a link is what it leads to. */
export interface Entries {
  /** Bytes of each file. */
  files: Map<string, number>;
  /** What is no file, in words. */
  others: Map<string, string>;
}

/**
 * Lists a directory. The catalog is no part of a data set, and is left out.
 *
 * @throws {DatasetError} `NO_DATASET` where there is no directory, `DISK`
 */
export async function entriesOf(directory: string): Promise<Entries> {
  const entries: Entries = { files: new Map(), others: new Map() };
  try {
    for (const name of (await readdir(directory)).sort()) {
      if (isOfCatalog(name)) continue;
      const path = join(directory, name);
      const found = await stat(path).catch(async (error: unknown) => {
        if ((await lstat(path)).isSymbolicLink()) return undefined;
        throw error;
      });
      if (found?.isFile() === true) entries.files.set(name, found.size);
      else
        entries.others.set(
          name,
          found === undefined ? 'a symbolic link that leads to no file' : kindOf(found),
        );
    }
    return entries;
  } catch (error) {
    throw directoryFault(error, directory);
  }
}

/** The fault of a file that is not there, or is none. */
export function missing(file: string, { others }: Entries): FileFault {
  const kind = others.get(file);
  const message = `${file} is ${kind === undefined ? 'missing' : 'no regular file'}`;
  return { file, error: fault('FILE_MISSING', message, { expected: file, found: kind ?? 'no such file' }) };
}
