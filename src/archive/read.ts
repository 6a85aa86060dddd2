import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { ArchiveDefinition } from '../dataset/definition.js';
import { asDiskError, DatasetError } from '../errors.js';

const READ_BYTES = 256 * 1024;
const INFLATED_BYTES = 512 * 1024;

/**
 * Gives an archive's inflated bytes to `consume` as they come, while the archive itself is checked against its definition.
 * What `consume` returns counts only when every byte that it was given came from the archive that the definition names;
 * when that is not so, the checksum is the error, whatever else went wrong on the way.
 *
 * @param path the archive on disk
 * @throws {DatasetError} `ARCHIVE_MISSING`, `ARCHIVE_SIZE`, `ARCHIVE_CHECKSUM`, `GZIP_INVALID`, `DISK`, and what `consume` throws
 */
export async function readArchive<T>(
  path: string,
  archive: ArchiveDefinition,
  consume: (inflated: AsyncIterable<Uint8Array>) => Promise<T>,
): Promise<T> {
  await checkSize(path, archive);
  const hash = createHash('sha256');
  let hashed = 0;
  const inflated = inflate(path, (compressed) => {
    hash.update(compressed);
    hashed += compressed.length;
  });
  let result: T;
  try {
    result = await consume(chunksOf(inflated, path));
  } catch (error) {
    compareChecksum(path, archive, await sha256OfFile(path));
    throw error;
  } finally {
    inflated.destroy();
  }
  // Inflating stops where the gzip stream does: what may stand behind it belongs to the archive all the same.
  compareChecksum(path, archive, hashed === archive.bytes ? hash.digest('hex') : await sha256OfFile(path));
  return result;
}

async function checkSize(path: string, archive: ArchiveDefinition): Promise<void> {
  const { size } = await stat(path).catch((error: unknown) => {
    throw error instanceof Error && 'code' in error && error.code === 'ENOENT'
      ? missingArchive(path, archive)
      : asDiskError(error, `reading ${path}`);
  });
  if (size === archive.bytes) return;
  throw new DatasetError('ARCHIVE_SIZE', `${path} is not the archive that the definition names`, {
    expected: `${archive.bytes} bytes`,
    found: `${size} bytes`,
    next: 'Delete this file and run the command again, or put the right one in its place.',
  });
}

/** The error for an archive that should lie at `path`. */
function missingArchive(path: string, archive: ArchiveDefinition): DatasetError {
  return new DatasetError('ARCHIVE_MISSING', `the archive ${path} does not exist`, {
    expected: `${archive.file}, ${archive.bytes} bytes`,
    found: 'no such file',
    next: 'Put the archive there, or leave --archives out to download it.',
  });
}

function inflate(path: string, onCompressed: (chunk: Uint8Array) => void): Transform {
  const tap = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      onCompressed(chunk);
      done(null, chunk);
    },
  });
  const gunzip = createGunzip({ chunkSize: INFLATED_BYTES });
  // The error reaches the reader of gunzip as well: this callback has nothing left to do.
  return pipeline(createReadStream(path, { highWaterMark: READ_BYTES }), tap, gunzip, () => {});
}

/** What is inflated; an error tells of which archive it is, since `consume` may read another at the same time. */
async function* chunksOf(inflated: AsyncIterable<Uint8Array>, path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* inflated;
  } catch (error) {
    throw isZlibError(error) ? notGzip(path, error) : asDiskError(error, `reading ${path}`);
  }
}

function isZlibError(error: unknown): error is Error {
  return (
    error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('Z_')
  );
}

function notGzip(path: string, cause: Error): DatasetError {
  return new DatasetError('GZIP_INVALID', `${path} is not a whole gzip archive`, {
    expected: 'gzip (RFC 1952)',
    found: cause.message,
    next: 'Get the archive again.',
    cause,
  });
}

async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: READ_BYTES })) hash.update(chunk);
  } catch (error) {
    throw asDiskError(error, `reading ${path}`);
  }
  return hash.digest('hex');
}

function compareChecksum(path: string, archive: ArchiveDefinition, sha256: string): void {
  if (sha256 === archive.sha256) return;
  throw new DatasetError('ARCHIVE_CHECKSUM', `${path} is not the archive that the definition names`, {
    expected: `sha256 ${archive.sha256}`,
    found: `sha256 ${sha256}`,
    next: 'Delete this file and run the command again, or put the right one in its place.',
  });
}
