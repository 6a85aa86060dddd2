import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { ArchiveDefinition } from '../dataset/split-definition.js';
import { asDiskError, DatasetError } from '../errors.js';
import { fileChunks } from '../fs/file-chunks.js';

/** SHA-256 of a file, in hexadecimal. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of fileChunks(path)) hash.update(chunk);
  return hash.digest('hex');
}

/** What {@link sha256OnceOfFile} found, by what tells one state of a file from another. */
const found = new Map<string, Promise<string>>();

/**
 * SHA-256 of a file that this process may have asked for before: it is not read again while it is the same file, of the same
 * size, and neither its content nor its place has been touched since.
 */
export async function sha256OnceOfFile(path: string): Promise<string> {
  const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true }).catch((error: unknown) => {
    throw asDiskError(error, `reading ${path}`);
  });
  const state = [dev, ino, size, mtimeNs, ctimeNs].join(' ');
  const sha256 = found.get(state) ?? sha256OfFile(path);
  found.set(state, sha256);
  sha256.catch(() => found.delete(state));
  return sha256;
}

/** @throws {DatasetError} `ARCHIVE_CHECKSUM` where the file at `path` has another checksum than the archive */
export function expectChecksum(path: string, archive: ArchiveDefinition, sha256: string): void {
  if (sha256 === archive.sha256) return;
  throw new DatasetError('ARCHIVE_CHECKSUM', `${path} is not the archive that the definition names`, {
    expected: `sha256 ${archive.sha256}`,
    found: `sha256 ${sha256}`,
    next: 'Delete this file and run the command again, or put the right one in its place.',
  });
}
