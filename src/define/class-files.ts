import { basename } from 'node:path';
import { DatasetError } from '../errors.js';
import { byCodePoints } from '../fs/code-points.js';
import { type ArrayFile, placeText } from './scan-archive.js';

/** A file whose rows are all of one class. */
export interface ClassFile {
  images: ArrayFile;
  class: string;
}

/** What the names of files of arrays end with, which is no part of the class's. */
const ENDINGS = /(\.(npy|npz|zip|gz|xz|idx\d?)|[-.]idx\d-(ubyte|byte|short|int|float|double))+$/i;

/**
 * The class that a path, or the key of an array of an NPZ, names: its last part, without endings. What a URL encodes is
 * decoded, as files are called that were downloaded by their addresses: `The%20Eiffel%20Tower.npy` is of the class The Eiffel Tower.
 */
export function classOf(called: string): string {
  const name = basename(called).replace(ENDINGS, '');
  try {
    return decodeURIComponent(name);
  } catch {
    return name; // A plain % in a name.
  }
}

/**
 * Files of one class each, with their classes.
 *
 * @throws {DatasetError} `CLASS_NAMES` where two files have one class, or a name is no class's
 */
export function classFiles(
  files: readonly { file: ArrayFile; called: string }[],
  classNames: readonly string[] | undefined,
): ClassFile[] {
  const places = new Map<string, string>();
  return files.map(({ file: images, called }) => {
    const name = classOf(called);
    const place = placeText(images);
    const other = places.get(name);
    if (other !== undefined)
      throw new DatasetError('CLASS_NAMES', `${other} and ${place} are both of the class ${name}`, {
        expected: 'one file for each class',
        found: 'two',
        next: 'Leave one of them out, or give it the name of its own class.',
      });
    places.set(name, place);
    if (classNames !== undefined && !classNames.includes(name))
      throw new DatasetError('CLASS_NAMES', `${place} is named by no class`, {
        expected: `one of the ${classNames.length} class names`,
        found: name,
        next: 'Rename the file, leave it out, or mend the file given by --class-names.',
      });
    return { images, class: name };
  });
}

/** The classes of some splits, in the order of their code points. */
export function classesOfFiles(splits: readonly (readonly ClassFile[])[]): string[] {
  return [...new Set(splits.flat().map((file) => file.class))].sort(byCodePoints);
}

/**
 * Expects a file for each class in one of the splits at least.
 *
 * @throws {DatasetError} `ARCHIVE_MISSING`
 */
export function expectAllClasses(
  splits: readonly (readonly ClassFile[])[],
  classNames: readonly string[],
): void {
  const there = new Set(classesOfFiles(splits));
  const missing = classNames.filter((name) => !there.has(name));
  if (missing.length === 0) return;
  throw new DatasetError('ARCHIVE_MISSING', `there is no file for the class ${missing[0]}`, {
    expected: `a file for each of ${classNames.length} classes`,
    found: `none for ${missing.length}: ${missing.slice(0, 5).join(', ')}${missing.length > 5 ? ', ...' : ''}`,
    next: 'Get what is missing, or take the names out of the file given by --class-names.',
  });
}
