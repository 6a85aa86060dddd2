import type { ArchiveDefinition } from '../dataset/split-definition.js';
import { fileHead } from '../fs/file-head.js';
import { sha256OnceOfFile } from './checksum.js';
import { isGzip, isXz, isZip } from './file-kind.js';
import { digestOfContent } from './unpack.js';

/**
 * Whether a file is an archive, which its own checksum tells, or holds what the archive holds, which the checksum of the
 * content tells: unpacked, or packed as gzip, xz or in a zip.
 *
 * @param file a regular file, and its size
 * @param unpack whether it may be unpacked for it; else its own bytes decide
 * @throws {DatasetError} `DISK`, and what `unpackFile` throws of a file that cannot be unpacked
 */
export async function isSame(
  file: { path: string; bytes: number },
  archive: ArchiveDefinition,
  { unpack }: { unpack: boolean },
): Promise<boolean> {
  const { path, bytes } = file;
  const { content } = archive;
  if (bytes === archive.bytes && (await sha256OnceOfFile(path)) === archive.sha256) return true;
  if (content === undefined) return false;
  if (bytes === content.bytes && (await sha256OnceOfFile(path)) === content.sha256) return true;
  if (!unpack) return false;
  const head = await fileHead(path, 8);
  if (isZip(head)) return (await memberWith(path, archive)) !== undefined;
  return (isGzip(head) || isXz(head)) && (await holds(path, undefined, content));
}

/**
 * The name of the member of a zip that holds what an archive holds. Members are unpacked that have the size of the content or
 * the archive's name in theirs, packed once more or not, and an only one whatever it is called.
 *
 * @throws {DatasetError} `ZIP_INVALID`, `DISK`
 */
export async function memberWith(path: string, archive: ArchiveDefinition): Promise<string | undefined> {
  const { content } = archive;
  if (content === undefined) return undefined;
  const { zipMembers } = await import('./zip.js');
  const members = await zipMembers(path);
  for (const { name, bytes } of members) {
    const isCandidate = bytes === content.bytes || members.length === 1 || isNamedLike(name, archive);
    // Another member that cannot be unpacked is in nobody's way.
    if (isCandidate && (await holds(path, name, content).catch(() => false))) return name;
  }
  return undefined;
}

/** Whether what a file, or a member of a zip, holds is this content. */
async function holds(
  path: string,
  member: string | undefined,
  content: NonNullable<ArchiveDefinition['content']>,
): Promise<boolean> {
  const found = await digestOfContent(path, member, content.bytes);
  return found?.bytes === content.bytes && found.sha256 === content.sha256;
}

/**
 * Whether a name has that of an archive in it, its ending and all signs aside: `train-images.idx3-ubyte` of 7-Zip and
 * `cvdf-datasets_mnist_train-images-idx3-ubyteAbC123.gz` of TFDS have that of `train-images-idx3-ubyte.gz`.
 */
export function isNamedLike(name: string, { file }: Pick<ArchiveDefinition, 'file'>): boolean {
  return lettersOf(name).includes(lettersOf(file.replace(/\.(gz|xz|zip|bz2)$/i, '')));
}

function lettersOf(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}
