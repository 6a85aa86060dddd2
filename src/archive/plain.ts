import { ARRAY_HEAD_BYTES } from '../arrays/reader.js';
import type { ArchiveDefinition } from '../dataset/split-definition.js';

/** The least that a head has: IDX of one dimension. */
const LEAST_HEAD_BYTES = 8;

/** Endings of files that hold others, packed. */
const PACKED = /\.(gz|tgz|xz|txz|bz2|zip|npz|zst|lz4|lzma|7z|z)$/i;

/**
 * Whether an archive is an array's file as it is, IDX or NPY, so that any of its rows can be read without those before it. That is told by
 * its name and its size; whoever opens it sees whether it is so.
 *
 * @param rows how many it has
 * @param rowBytes bytes of a row
 * @param orMore whether it may have more rows than these
 */
export function isPlain(archive: ArchiveDefinition, rows: number, rowBytes: number, orMore = false): boolean {
  const rest = archive.bytes - rows * rowBytes;
  return isUnpacked(archive) && rest >= LEAST_HEAD_BYTES && (orMore || rest <= ARRAY_HEAD_BYTES);
}

/**
 * {@link isPlain} of labels: of what type they are, and which column of how many, their file alone tells.
 *
 * @param rows how many it has at least
 */
export function arePlainLabels(archive: ArchiveDefinition, rows: number): boolean {
  return isPlain(archive, rows, 1, true);
}

function isUnpacked({ file, bytes, content, member }: ArchiveDefinition): boolean {
  return member === undefined && !PACKED.test(file) && (content?.bytes ?? bytes) === bytes;
}
