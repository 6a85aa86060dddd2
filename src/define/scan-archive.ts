import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { asDiskError, DatasetError } from '../errors.js';

const READ_BYTES = 256 * 1024;
const INFLATED_BYTES = 512 * 1024;

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
  const file = createReadStream(path, { highWaterMark: READ_BYTES, signal });
  const hash = createHash('sha256');
  let hashed = 0;
  const measured = (async function* () {
    for await (const chunk of file) {
      hash.update(chunk);
      hashed += chunk.length;
      yield chunk;
    }
  })();
  try {
    const content = await consume(inflated(measured));
    // Inflating stops where the gzip stream does: what may stand behind it belongs to the file all the same.
    const sha256 = hashed === bytes ? hash.digest('hex') : await sha256OfFile(path);
    return { bytes, sha256, content };
  } catch (error) {
    signal?.throwIfAborted();
    throw isZlibError(error) ? notGzip(path, error) : asDiskError(error, `reading ${path}`);
  } finally {
    file.destroy();
  }
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      throw missing(path, 'does not exist', 'no such file');
    throw asDiskError(error, `reading ${path}`);
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

/** The content of a file that may be gzipped, which its first two bytes tell (RFC 1952); those of IDX are zero. */
async function* inflated(chunks: AsyncGenerator<Buffer>): AsyncGenerator<Uint8Array> {
  let head = Buffer.alloc(0);
  while (head.length < 2) {
    const { done, value } = await chunks.next();
    if (done === true) break;
    head = Buffer.concat([head, value]);
  }
  const whole = (async function* () {
    yield head;
    yield* chunks;
  })();
  if (head[0] !== 0x1f || head[1] !== 0x8b) {
    yield* whole;
    return;
  }
  const gunzip = createGunzip({ chunkSize: INFLATED_BYTES });
  // Its error reaches the reader of gunzip as well.
  pipeline(Readable.from(whole, { objectMode: false }), gunzip).catch(() => {});
  yield* gunzip;
}

function isZlibError(error: unknown): error is Error {
  return (
    error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('Z_')
  );
}

function notGzip(path: string, cause: Error): DatasetError {
  return new DatasetError('GZIP_INVALID', `${path} begins as gzip does and is not a whole gzip archive`, {
    expected: 'gzip (RFC 1952)',
    found: cause.message,
    next: 'Make or get the file again.',
    cause,
  });
}

async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: READ_BYTES })) hash.update(chunk);
  return hash.digest('hex');
}
