import { createReadStream } from 'node:fs';
import { absence, asDiskError, DatasetError } from '../errors.js';
import { namesOf } from './class-name-forms.js';

/** More than the names of any classes are: a file that is larger, or that never ends, is another one. */
const MOST_BYTES = 2 ** 24;

/** The names of classes as a file has them. */
export interface ClassNames {
  /** The first is that of label 0. */
  names: string[];
  /** What else than one name a line the file has, to follow the word "has". */
  form?: string | undefined;
}

/**
 * The names of classes in a text file in UTF-8: one a line, the first for label 0, or in one of the forms that {@link namesOf} knows. TFDS
 * would pass over an empty line, which gives every class behind it another number: here it is an error.
 *
 * @throws {DatasetError} `CLASS_NAMES`, `DISK`
 */
export async function readClassNames(path: string): Promise<ClassNames> {
  const read = namesOf(decoded(await bytesOf(path), path), path);
  expectDifferent(read, path);
  return read;
}

function expectDifferent({ names, form }: ClassNames, path: string): void {
  const what = form === undefined ? 'lines' : 'labels';
  const first = form === undefined ? 1 : 0;
  const places = new Map<string, number>();
  for (const [at, name] of names.entries()) {
    const place = at + first;
    if (name === '')
      throw form === undefined
        ? faulty(path, `has no name in line ${place}`, 'one name a line', 'an empty line')
        : faulty(path, `has no name for label ${place}`, 'a name for each label', 'an empty one');
    const before = places.get(name);
    if (before !== undefined)
      throw faulty(
        path,
        'names two classes alike',
        'a name of its own for each class',
        `${JSON.stringify(name)} in ${what} ${before} and ${place}`,
      );
    places.set(name, place);
  }
}

async function bytesOf(path: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const part of createReadStream(path)) {
      parts.push(part);
      bytes += part.length;
      if (bytes > MOST_BYTES)
        throw faulty(path, 'is too large', `${MOST_BYTES} bytes of class names at most`, 'more');
    }
  } catch (error) {
    const why = absence(error);
    if (why !== undefined) throw faulty(path, why, 'a text file, one class name a line');
    throw asDiskError(error, `reading the class names ${path}`);
  }
  return Buffer.concat(parts);
}

function decoded(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw faulty(path, 'is not text', 'text in UTF-8, one class name a line', 'other bytes');
  }
}

function faulty(path: string, what: string, expected: string, found?: string): DatasetError {
  return new DatasetError('CLASS_NAMES', `${path} ${what}`, {
    expected,
    found,
    next: 'Check the file given by --class-names.',
  });
}
