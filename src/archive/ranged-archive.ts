import type { RangedBytes } from '../arrays/reader.js';
import { ARRAY_HEAD_BYTES } from '../arrays/reader.js';
import { DatasetError } from '../errors.js';
import { isArray } from './file-kind.js';

/**
 * An archive of which ranges of bytes are read by themselves, wherever it lies. Its checksum is that of all its bytes, which whoever does
 * so does not see: what is seen is that its size is right, and that it stays the same from the first range to the last.
 */
export interface RangedArchive extends RangedBytes {
  /** Its path or its URL, for messages. */
  readonly where: string;
}

/** Bytes from `start` (inclusive) to `end` (exclusive). */
export interface Range {
  start: number;
  end: number;
}

/** The range that an archive's head is in. */
export function headRange({ bytes }: { bytes: number }): Range {
  return { start: 0, end: Math.min(bytes, ARRAY_HEAD_BYTES) };
}

/** Whether an archive is an array's file as it is, by how it begins. */
export function isArrayFile({ head }: RangedArchive): boolean {
  return isArray(head);
}

/** All bytes of a range in one piece. */
export async function gathered(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const copies: Uint8Array[] = [];
  // The memory of a chunk may be the next one's.
  for await (const chunk of chunks) copies.push(Uint8Array.from(chunk));
  return Buffer.concat(copies);
}

/** The error for an archive that is another one than it was when its head was read. */
export function changedArchive(where: string, expected: string, found: string): DatasetError {
  return new DatasetError('ARCHIVE_CHECKSUM', `${where} was changed while it was read`, {
    expected,
    found,
    next: 'Run the command again when nobody writes to it any more.',
  });
}
