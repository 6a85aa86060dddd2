import { DatasetError } from '../errors.js';
import type { ArrayHeader } from './header.js';
import { IDX_TYPES } from './idx-types.js';

/** Length of the part of an IDX file's head that tells how long the whole head is. */
export const IDX_MAGIC_BYTES = 4;

/**
 * Bytes of the whole head of an IDX file, as its first four bytes tell: two zero bytes, a type, the number of dimensions; then
 * comes each dimension as u32 BE.
 *
 * @param where the file, for the message
 * @throws {DatasetError} `IDX_MAGIC` when they do not begin an IDX file
 */
export function idxHeaderLength(magic: Uint8Array, where: string): number {
  const [zero, zeroToo, , rank] = magic;
  if (zero !== 0 || zeroToo !== 0 || rank === undefined || rank === 0) {
    throw new DatasetError('IDX_MAGIC', `${where} is not an IDX file`, {
      expected: '00 00, a type, a number of dimensions above 0',
      found: hex(magic),
      next: 'Check that the file is what its name says: IDX, perhaps gzipped.',
    });
  }
  return IDX_MAGIC_BYTES + 4 * rank;
}

/**
 * Reads a whole head, of the length that {@link idxHeaderLength} gave.
 *
 * @throws {DatasetError} `IDX_TYPE` for a type code that the format does not have
 */
export function parseIdxHeader(head: Uint8Array, where: string): ArrayHeader {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const code = view.getUint8(2);
  const type = IDX_TYPES.get(code);
  if (type === undefined) {
    throw new DatasetError('IDX_TYPE', `${where} has an element type that IDX does not know`, {
      expected: Array.from(IDX_TYPES, ([known, { name }]) => `${hex(Uint8Array.of(known))} (${name})`).join(
        ', ',
      ),
      found: hex(Uint8Array.of(code)),
      next: 'Check that the file is what its name says.',
    });
  }
  const rank = view.getUint8(3);
  const dimensions = Array.from({ length: rank }, (_, dimension) => view.getUint32(4 + 4 * dimension));
  return { format: 'IDX', dtype: type.dtype, littleEndian: false, dimensions };
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
