import { stat } from 'node:fs/promises';
import { isZipFile } from '../archive/unpack.js';
import { lookAtZipMember, type ZipMember, zipMembers } from '../archive/zip.js';
import { ArrayReader } from '../arrays/reader.js';
import { absence, asDiskError, DatasetError } from '../errors.js';
import type { ArrayFile } from './scan-archive.js';

/** An NPZ (numpy's `savez`) is a zip of NPY files: the key of an array is the path of its member without this ending. */
const NPY = '.npy';

/** How many keys a message names. */
const NAMED = 24;

/** The key of a member: its path, without `.npy`. */
export function keyOf(member: string): string {
  return member.endsWith(NPY) ? member.slice(0, -NPY.length) : member;
}

/**
 * The array of a key, or the member of that very path.
 *
 * @throws {DatasetError} `ZIP_INVALID`, `ZIP_MEMBER_MISSING`, which tells the keys that are there; `DISK`
 */
export async function memberOfKey(path: string, key: string): Promise<ArrayFile> {
  if (!(await isZip(path)))
    throw new DatasetError('ZIP_INVALID', `${path} is no NPZ: it has no keys`, {
      expected: `an NPZ or a zip with ${key}`,
      found: 'another file',
      next: `Name the file alone, without :${key}.`,
    });
  const names = (await zipMembers(path)).map(({ name }) => name);
  const member = [key, key + NPY].find((name) => names.includes(name));
  if (member !== undefined) return { path, member };
  throw new DatasetError('ZIP_MEMBER_MISSING', `${path} has no array ${key}`, {
    expected: key,
    found: names.length === 0 ? 'no files' : some(names.map(keyOf), ', '),
    next: 'Name one of these.',
  });
}

/**
 * A file, and of an NPZ or a zip the one array in it.
 *
 * @throws {DatasetError} `ZIP_MEMBER_MISSING` where there are several, or none; `ZIP_INVALID`, `DISK`
 */
export async function onlyArrayOf(path: string): Promise<ArrayFile> {
  if (!(await isZip(path))) return { path };
  const members = await zipMembers(path);
  const arrays = members.filter(({ name }) => name.endsWith(NPY));
  const [only, another] = arrays.length === 0 ? members : arrays;
  if (only !== undefined && another === undefined) return { path, member: only.name };
  throw new DatasetError(
    'ZIP_MEMBER_MISSING',
    `${path} has ${only === undefined ? 'no' : 'several'} arrays`,
    {
      expected: 'one array',
      found:
        only === undefined
          ? 'no files'
          : some(
              members.map(({ name }) => keyOf(name)),
              ', ',
            ),
      next:
        only === undefined
          ? 'Check that it is the right file.'
          : `Say which: ${path}:${keyOf(only.name)}, for instance, or let --npz find the splits.`,
    },
  );
}

/** The keys of an NPZ with what their arrays are, for a message: `x_train: uint8 60000 x 28 x 28`. */
export async function arraysText(path: string, members: readonly ZipMember[]): Promise<string> {
  const texts: string[] = [];
  for (const { name } of members.slice(0, NAMED + 1))
    texts.push(`${keyOf(name)}: ${await arrayText(path, name)}`);
  return some(texts, '; ', members.length);
}

async function arrayText(path: string, member: string): Promise<string> {
  try {
    const { header } = await lookAtZipMember(path, member, (chunks) => ArrayReader.open(chunks, member));
    return `${header.dtype} ${header.dimensions.join(' x ') || 'of no dimension'}`;
  } catch (error) {
    if (!(error instanceof DatasetError)) throw error;
    return error.code === 'NPY_TYPE' ? (error.found ?? 'no numbers') : 'no array that can be read';
  }
}

function some(texts: readonly string[], between: string, all = texts.length): string {
  const more = all > NAMED ? `${between}... (${all} in all)` : '';
  return texts.slice(0, NAMED).join(between) + more;
}

/**
 * Whether a file is a zip. What is no file is none, which whoever reads it tells.
 *
 * @throws {DatasetError} `DISK`
 */
export async function isZip(path: string): Promise<boolean> {
  const found = await stat(path).catch((error: unknown) => {
    if (absence(error) === undefined) throw asDiskError(error, `reading ${path}`);
  });
  // A pipe would be waited for without end.
  return found?.isFile() === true && (await isZipFile(path));
}
