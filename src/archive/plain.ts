import type { ArchiveDefinition } from '../dataset/split-definition.js';

/** Most bytes that stand before the rows of a plain file. */
const MOST_HEAD_BYTES = 65_550;

/** Whether an archive is a plain file of an array, as far as its size tells. */
export function isPlain({ bytes, member }: ArchiveDefinition, rows: number, rowBytes: number): boolean {
  const head = bytes - rows * rowBytes;
  return member === undefined && head > 0 && head <= MOST_HEAD_BYTES;
}
