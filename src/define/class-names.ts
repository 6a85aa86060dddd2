import { createReadStream } from 'node:fs';
import { absence, asDiskError, DatasetError } from '../errors.js';

/** More than the names of any classes are: a file that is larger, or that never ends, is another one. */
const MOST_BYTES = 2 ** 24;

/**
 * The names of classes in a text file: one a line, the first for label 0, in UTF-8. TFDS would pass over an empty line, which
 * gives every class behind it another number: here it is an error.
 *
 * @throws {DatasetError} `CLASS_NAMES`, `DISK`
 */
export async function readClassNames(path: string): Promise<string[]> {
  const names = decoded(await bytesOf(path), path)
    .split('\n')
    .map((line) => line.trim());
  if (names.at(-1) === '') names.pop();
  if (names.length === 0) throw faulty(path, 'has no class name', 'one name a line', 'an empty file');
  const lines = new Map<string, number>();
  for (const [at, name] of names.entries()) {
    const line = `line ${at + 1}`;
    if (name === '') throw faulty(path, `has no name in ${line}`, 'one name a line', 'an empty line');
    const before = lines.get(name);
    if (before !== undefined)
      throw faulty(
        path,
        'names two classes alike',
        'a name of its own for each class',
        `${JSON.stringify(name)} in lines ${before} and ${at + 1}`,
      );
    lines.set(name, at + 1);
  }
  return names;
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
