import { stat } from 'node:fs/promises';
import { memberOfKey, onlyArrayOf } from '../define/npz.js';
import type { ArrayFile } from '../define/scan-archive.js';
import { expandHome } from '../fs/home-path.js';
import { filesMatching, isPattern, nothingFound } from './file-pattern.js';

/** An array that a word names. */
export interface NamedArray {
  file: ArrayFile;
  /** What its class is called by, where files are of one class each: the key where it is given for this array alone, else the path. */
  called: string;
}

/**
 * The arrays that a word of the command line names: a file; a pattern of files; `FILE:KEY`, an array of an NPZ, or a member of a
 * zip, by itself or with a pattern before the colon. A file of that very name goes before all else, whatever is in the name. Of
 * an NPZ without a key it is the one array in it.
 *
 * @throws {DatasetError} `ARCHIVE_MISSING` for a pattern that no file matches; `ZIP_INVALID`, `ZIP_MEMBER_MISSING`, `DISK`
 */
export async function arraysNamed(given: string): Promise<NamedArray[]> {
  const word = expandHome(given);
  if (await isThere(word)) return each([word], onlyArrayOf);
  const keyed = splitKey(word);
  if (isPattern(word)) {
    const files = await filesMatching(word);
    if (files.length > 0) return each(files, onlyArrayOf);
  }
  if (keyed === undefined) {
    if (isPattern(word)) throw await nothingFound(word);
    return [{ file: { path: word }, called: word }];
  }
  const { path, key } = keyed;
  if (await isThere(path)) return [{ file: await memberOfKey(path, key), called: key }];
  if (isPattern(path)) {
    const files = await filesMatching(path);
    if (files.length === 0) throw await nothingFound(path);
    return each(files, (file) => memberOfKey(file, key));
  }
  // Neither is there: what is missing is rather the NPZ than a file with a colon in its name.
  const missing = /\.(npz|zip)$/i.test(path) ? path : word;
  return [{ file: { path: missing }, called: missing }];
}

/** A word cut at its last colon, unless that is the colon of a Windows drive. */
export function splitKey(word: string): { path: string; key: string } | undefined {
  const at = word.lastIndexOf(':');
  const [path, key] = [word.slice(0, at), word.slice(at + 1)];
  const isDrive = /^[a-zA-Z]$/.test(path) && /^[\\/]/.test(key);
  return at < 1 || key === '' || isDrive ? undefined : { path, key };
}

/** One after the other, so that no more than one file is open. */
async function each(
  paths: readonly string[],
  look: (path: string) => Promise<ArrayFile>,
): Promise<NamedArray[]> {
  const arrays: NamedArray[] = [];
  for (const path of paths) arrays.push({ file: await look(path), called: path });
  return arrays;
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
