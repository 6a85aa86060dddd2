import type { IdxType } from '../dataset/feature.js';
import { DatasetError } from '../errors.js';

/**
 * The head of an IDX file: two zero bytes, a type, the number of dimensions, then each dimension as u32 BE (the format's
 * own description, at the foot of the MNIST database's home page).
 */
export interface IdxHeader {
  type: IdxType;
  /** Sizes of the dimensions; the first counts the rows. */
  dimensions: readonly number[];
}

/** Element types of IDX by their codes. */
const TYPES = {
  8: 'ubyte',
  9: 'byte',
  11: 'short',
  12: 'int',
  13: 'float',
  14: 'double',
} as const satisfies Record<number, IdxType>;

/** Bytes of an element of each type. */
const ELEMENT_BYTES: Readonly<Record<IdxType, number>> = {
  ubyte: 1,
  byte: 1,
  short: 2,
  int: 4,
  float: 4,
  double: 8,
};

/** Bytes of all elements that a head promises. */
export function elementsLength({ type, dimensions }: IdxHeader): number {
  return dimensions.reduce((product, size) => product * size, ELEMENT_BYTES[type]);
}

/** Length of the part that tells how long the whole head is. */
export const IDX_MAGIC_BYTES = 4;

/**
 * Bytes of the whole head, as its first four bytes tell.
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
export function parseIdxHeader(head: Uint8Array, where: string): IdxHeader {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const code = view.getUint8(2);
  const type = Object.entries(TYPES).find(([known]) => Number(known) === code)?.[1];
  if (type === undefined) {
    throw new DatasetError('IDX_TYPE', `${where} has an element type that IDX does not know`, {
      expected: Object.entries(TYPES)
        .map(([known, name]) => `${hex(Uint8Array.of(Number(known)))} (${name})`)
        .join(', '),
      found: hex(Uint8Array.of(code)),
      next: 'Check that the file is what its name says.',
    });
  }
  const rank = view.getUint8(3);
  return {
    type,
    dimensions: Array.from({ length: rank }, (_, dimension) => view.getUint32(4 + 4 * dimension)),
  };
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
