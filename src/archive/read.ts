import { stat } from 'node:fs/promises';
import type { ArchiveDefinition } from '../dataset/split-definition.js';
import { asDiskError, codeOf, DatasetError } from '../errors.js';
import { expectChecksum, sha256OfFile, sha256OnceOfFile } from './checksum.js';
import { HashedFile } from './hashed-file.js';
import { inflate } from './inflate.js';

/**
 * Takes the bytes of an IDX file as they come.
 *
 * @param inflated the file's bytes, uncompressed; a chunk is there until the next is asked for
 * @param where the file, for messages: its path, with that of the member where it lies in a zip
 */
export type Consume<T> = (inflated: AsyncIterable<Uint8Array>, where: string) => Promise<T>;

/**
 * Gives an archive's inflated bytes to `consume` as they come, while the archive itself is checked against its definition.
 * It may be gzip or plain IDX, or a zip in which a member is one of these.
 *
 * What `consume` returns counts only when every byte that it was given came from the archive that the definition names;
 * when that is not so, the checksum is the error, whatever else went wrong on the way.
 *
 * @param path the archive on disk
 * @throws {DatasetError} `ARCHIVE_MISSING`, `ARCHIVE_SIZE`, `ARCHIVE_CHECKSUM`, `GZIP_INVALID`, `ZIP_INVALID`,
 *   `ZIP_MEMBER_MISSING`, `DISK`, and what `consume` throws
 */
export async function readArchive<T>(
  path: string,
  archive: ArchiveDefinition,
  consume: Consume<T>,
): Promise<T> {
  await requireSize(path, archive);
  return archive.member === undefined
    ? readFile(path, archive, consume)
    : readMember(path, archive, archive.member, consume);
}

/** The checksum is that of the bytes that are read. */
async function readFile<T>(path: string, archive: ArchiveDefinition, consume: Consume<T>): Promise<T> {
  const file = new HashedFile(path);
  let result: T;
  try {
    result = await consume(inflate(file.chunks(), path), path);
  } catch (error) {
    expectChecksum(path, archive, await sha256OfFile(path));
    throw error;
  } finally {
    await file.close();
  }
  expectChecksum(path, archive, await file.sha256(archive.bytes));
  return result;
}

/**
 * A member is a part of the bytes that the checksum is of, so that they are read a second time for it: once for all
 * members, and at the same time as the first of them.
 */
async function readMember<T>(
  path: string,
  archive: ArchiveDefinition,
  member: string,
  consume: Consume<T>,
): Promise<T> {
  const { readZipMember } = await import('./zip.js');
  const where = `${path}: ${member}`;
  const checksum = sha256OnceOfFile(path);
  checksum.catch(() => {}); // It is awaited below.
  const requireChecksum = async (): Promise<void> => {
    expectChecksum(path, archive, await checksum);
    expectChecksum(path, archive, await sha256OnceOfFile(path)); // It is still the same file.
  };
  let result: T;
  try {
    result = await readZipMember(path, member, (chunks) => consume(inflate(chunks, where), where));
  } catch (error) {
    await requireChecksum();
    throw asDiskError(error, `reading ${path}`);
  }
  await requireChecksum();
  return result;
}

async function requireSize(path: string, archive: ArchiveDefinition): Promise<void> {
  const { size } = await stat(path).catch((error: unknown) => {
    throw codeOf(error) === 'ENOENT' ? missingArchive(path, archive) : asDiskError(error, `reading ${path}`);
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
