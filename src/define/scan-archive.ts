import { stat } from 'node:fs/promises';
import { HashedFile } from '../archive/hashed-file.js';
import { inflate } from '../archive/inflate.js';
import { absence, asDiskError, DatasetError } from '../errors.js';

/** What is found of a file of which nothing was known before. */
export interface ScannedArchive<T> {
  bytes: number;
  /** SHA-256 of the file as it lies there, in hexadecimal. */
  sha256: string;
  /** What `consume` made of its content. */
  content: T;
}

/**
 * Gives a file's content to `consume` as it is read, inflated where it is gzipped, and measures the file meanwhile. Nothing
 * more than a chunk of it is ever in memory.
 *
 * @throws {DatasetError} `ARCHIVE_MISSING`, `GZIP_INVALID`, `DISK`, what `consume` throws, and the signal's reason
 */
export async function scanArchive<T>(
  path: string,
  consume: (content: AsyncIterable<Uint8Array>) => Promise<T>,
  signal?: AbortSignal,
): Promise<ScannedArchive<T>> {
  const bytes = await sizeOf(path);
  const file = new HashedFile(path, signal);
  try {
    const content = await consume(inflate(file.chunks(), path));
    return { bytes, sha256: await file.sha256(bytes), content };
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    await file.close();
  }
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch((error: unknown) => {
    const why = absence(error);
    throw why === undefined ? asDiskError(error, `reading ${path}`) : missing(path, why, 'no such file');
  });
  if (found.isFile()) return found.size;
  if (found.isDirectory()) throw missing(path, 'is a folder', 'a folder');
  // A pipe, say: it can be read once only, and is needed twice.
  throw missing(path, 'is no regular file', 'something else');
}

function missing(path: string, what: string, found: string): DatasetError {
  return new DatasetError('ARCHIVE_MISSING', `${path} ${what}`, {
    expected: 'an IDX file, gzipped or not',
    found,
    next: 'Check the path.',
  });
}
