import { stat } from 'node:fs/promises';
import { sha256OnceOfFile } from '../archive/checksum.js';
import { HashedFile } from '../archive/hashed-file.js';
import { inflate } from '../archive/inflate.js';
import { type Consume, isZipFile, unpackFile } from '../archive/unpack.js';
import { absence, asDiskError, DatasetError } from '../errors.js';
import { expandHome } from '../fs/home-path.js';

/** Where an array lies: in a file, or in a zip, such as an NPZ, as the member of this path. */
export interface ArrayFile {
  path: string;
  member?: string | undefined;
}

/** A file, however it is named, and a path that begins with `~` in the home folder. */
export function arrayFile(file: string | ArrayFile): ArrayFile {
  if (typeof file === 'string') return { path: expandHome(file) };
  return { ...file, path: expandHome(file.path) };
}

/** How messages name a file: a member of a zip by its path in it. */
export function placeText(file: string | ArrayFile): string {
  const { path, member } = arrayFile(file);
  return member === undefined ? path : `${path}: ${member}`;
}

/** What is found of a file of which nothing was known before. */
export interface ScannedArchive<T> {
  bytes: number;
  /** SHA-256 of the file as it lies there, in hexadecimal. */
  sha256: string;
  /** What `consume` made of its content. */
  content: T;
}

/**
 * Gives a file's content to `consume` as it is read, unpacked where it is packed, as gzip, xz or the one file in a zip, and
 * measures the file meanwhile. Nothing more than a chunk of it is ever in memory.
 *
 * @throws {DatasetError} `ARCHIVE_MISSING`, `DISK`, what {@link inflate} and `archive/zip.ts` throw, what `consume` throws, and
 *   the signal's reason
 */
export async function scanArchive<T>(
  { path, member }: ArrayFile,
  consume: Consume<T>,
  signal?: AbortSignal,
): Promise<ScannedArchive<T>> {
  const bytes = await sizeOf(path);
  if (member !== undefined || (await isZipFile(path)))
    return { bytes, ...(await scanZip({ path, member }, consume, signal)) };
  const file = new HashedFile(path, signal);
  try {
    const content = await consume(inflate(file.chunks(), path), path);
    return { bytes, sha256: await file.sha256(bytes), content };
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    await file.close();
  }
}

/** A member is read at another place than the whole, which is read for its checksum alone. */
async function scanZip<T>(
  { path, member }: ArrayFile,
  consume: Consume<T>,
  signal: AbortSignal | undefined,
): Promise<Omit<ScannedArchive<T>, 'bytes'>> {
  const { onlyMember } = await import('../archive/zip.js');
  const name = member ?? (await onlyMember(path));
  const content = await unpackFile(path, name, (bytes, where) => consume(untilAborted(bytes, signal), where));
  return { sha256: await sha256OnceOfFile(path), content };
}

async function* untilAborted(
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    signal?.throwIfAborted();
    yield chunk;
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
    expected: 'an IDX or NPY file, packed or not',
    found,
    next: 'Check the path.',
  });
}
