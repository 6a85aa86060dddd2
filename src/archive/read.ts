import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ArchiveDefinition } from '../dataset/split-definition.js';
import { asDiskError, codeOf, DatasetError } from '../errors.js';
import { sha256OfFile } from '../fs/file-checksum.js';
import { sha256OnceOfFile } from './checksum.js';
import { HashedFile } from './hashed-file.js';
import { memberWith } from './identity.js';
import { withInflated } from './inflate.js';
import {
  type Consume,
  type Digest,
  digestOfContent,
  isZipFile,
  PassingDigest,
  TooManyBytes,
  unpackFile,
} from './unpack.js';

/**
 * Gives an archive's inflated bytes to `consume` as they come, while the archive itself is checked against its definition.
 * It may be gzip, xz or plain, or a zip in which a member is one of these: the one that the definition names, or the only one.
 * Where the definition names the content, a file that is not the archive is read too, and its content is checked instead.
 *
 * What `consume` returns counts only when every byte that it was given came from the archive that the definition names, or
 * is its content; when that is not so, the checksum is the error, whatever else went wrong on the way.
 *
 * @param path the archive on disk
 * @throws {DatasetError} `ARCHIVE_MISSING`, `ARCHIVE_SIZE`, `ARCHIVE_CHECKSUM`, `DISK`, what {@link unpackFile} throws, and
 *   what `consume` throws
 */
export async function readArchive<T>(
  path: string,
  archive: ArchiveDefinition,
  consume: Consume<T>,
): Promise<T> {
  const found = await requireFile(path, archive);
  const { content, member } = archive;
  if (found.size !== archive.bytes) {
    if (content === undefined || !found.isFile()) throw await otherSizeError(path, found.size, archive);
    return readContent(path, { ...archive, content }, consume);
  }
  if (member !== undefined) return readMember(path, archive, member, consume);
  if (found.isFile() && (await isZipFile(path))) {
    const { onlyMember } = await import('./zip.js');
    return readMember(path, archive, await onlyMember(path), consume);
  }
  return readFile(path, archive, consume);
}

/** The checksum is that of the bytes that are read. */
async function readFile<T>(path: string, archive: ArchiveDefinition, consume: Consume<T>): Promise<T> {
  const file = new HashedFile(path);
  let result: T;
  try {
    result = await withInflated(file.chunks(), path, consume);
  } catch (error) {
    await requireChecksum(path, archive, await sha256OfFile(path));
    throw error;
  } finally {
    await file.close();
  }
  await requireChecksum(path, archive, await file.sha256(archive.bytes));
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
  const requireSame = async (): Promise<void> => {
    await requireChecksum(path, archive, await checksum);
    await requireChecksum(path, archive, await sha256OnceOfFile(path)); // It is still the same file.
  };
  let result: T;
  try {
    result = await readZipMember(path, member, (chunks) => withInflated(chunks, where, consume));
  } catch (error) {
    await requireSame();
    throw asDiskError(error, `reading ${path}`);
  }
  await requireSame();
  return result;
}

/** An archive of which the content is known. */
type KnownContent = ArchiveDefinition & { content: Digest };

/** Reads a file that is not the archive, and holds what it holds: the checksum is that of the bytes that `consume` is given. */
async function readContent<T>(path: string, archive: KnownContent, consume: Consume<T>): Promise<T> {
  const { content } = archive;
  const member = (await isZipFile(path)) ? await memberIn(path, archive) : undefined;
  const where = member === undefined ? path : `${path}: ${member}`;
  const passing = new PassingDigest(content.bytes);
  let result: T;
  try {
    result = await unpackFile(path, member, (bytes) => consume(passing.pass(bytes), where));
  } catch (error) {
    await requireContent(path, member, archive);
    throw error instanceof TooManyBytes ? asDiskError(error, `reading ${path}`) : error;
  }
  if (!passing.ended) await requireContent(path, member, archive);
  else await expectContent(path, passing.digest().sha256, archive);
  return result;
}

async function memberIn(path: string, archive: ArchiveDefinition): Promise<string> {
  const member = await memberWith(path, archive);
  if (member === undefined) throw await otherSizeError(path, (await stat(path)).size, archive);
  return member;
}

/** Reads the content again where not all of it was taken. */
async function requireContent(
  path: string,
  member: string | undefined,
  archive: KnownContent,
): Promise<void> {
  const found = await digestOfContent(path, member, archive.content.bytes).catch((error: unknown) => {
    if (error instanceof DatasetError && error.code !== 'DISK') return undefined;
    throw error;
  });
  if (found === undefined) throw await otherSizeError(path, (await stat(path)).size, archive);
  await expectContent(path, found.sha256, archive);
}

async function expectContent(path: string, sha256: string, { content }: KnownContent): Promise<void> {
  if (sha256 === content.sha256) return;
  const { notTheArchive, otherChecksum } = await import('./not-the-archive.js');
  throw await notTheArchive('ARCHIVE_CHECKSUM', path, otherChecksum(sha256, content.sha256));
}

/**
 * Sees that a file that was read is the archive, or the same packed otherwise, which may have the same size.
 *
 * @param sha256 of the file as it was read
 */
async function requireChecksum(path: string, archive: ArchiveDefinition, sha256: string): Promise<void> {
  if (sha256 === archive.sha256) return;
  const { content, member } = archive;
  if (content !== undefined && member === undefined) {
    const only = (await isZipFile(path)) ? await memberWith(path, archive) : undefined;
    const found = await digestOfContent(path, only, content.bytes).catch(() => undefined);
    // That it is the file that was read, its checksum tells.
    if (found?.sha256 === content.sha256 && (await sha256OfFile(path)) === sha256) return;
  }
  const { notTheArchive, otherChecksum } = await import('./not-the-archive.js');
  throw await notTheArchive('ARCHIVE_CHECKSUM', path, otherChecksum(sha256, archive.sha256));
}

async function requireFile(path: string, archive: ArchiveDefinition): Promise<Stats> {
  return stat(path).catch((error: unknown) => {
    throw codeOf(error) === 'ENOENT' ? missingArchive(path, archive) : asDiskError(error, `reading ${path}`);
  });
}

async function otherSizeError(
  path: string,
  bytes: number,
  archive: ArchiveDefinition,
): Promise<DatasetError> {
  const { notTheArchive, otherSize } = await import('./not-the-archive.js');
  return notTheArchive('ARCHIVE_SIZE', path, otherSize(bytes, archive));
}

/** The error for an archive that should lie at `path`. */
function missingArchive(path: string, archive: ArchiveDefinition): DatasetError {
  return new DatasetError('ARCHIVE_MISSING', `the archive ${path} does not exist`, {
    expected: `${archive.file}, ${archive.bytes} bytes`,
    found: 'no such file',
    next: 'Put the archive there, or leave --archives out to download it.',
  });
}
