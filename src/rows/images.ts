import { type EncodedRows, sliceAt } from './encoded-rows.js';
import { encodedImageLength, rowNumberAt } from './table.js';

/** Binary values, by the rows' positions. */
export interface ByteArrays {
  lengthOf(position: number): number;
  /** Writes a row's value at `at`, where there is room for it, and returns the offset behind it. */
  write(position: number, out: Uint8Array, at: number): number;
}

/** The encoded images of rows. */
export function imageBytes(rows: EncodedRows): ByteArrays {
  return {
    lengthOf: (position) => encodedImageLength(rows, position),
    write(position, out, at) {
      const { records, imageStarts, imageEnds, firstPosition } = sliceAt(rows, position);
      const start = imageStarts[position - firstPosition]!;
      const end = imageEnds[position - firstPosition]!;
      out.set(records.subarray(start, end), at);
      return at + end - start;
    },
  };
}

const DIGITS = 8;
const ENDING = new TextEncoder().encode('.png');
const ZERO = 0x30;

/** The paths of rows' images, which are those of `imagePath` of `table.ts`, in UTF-8, without a string a row. */
export function imagePaths(rows: EncodedRows): ByteArrays {
  return pathsOf(rows.name, (position) => rowNumberAt(rows, position));
}

/** Paths of a split's images, where `rowAt` gives the number of the row at a position. */
export function pathsOf(splitName: string, rowAt: (position: number) => number): ByteArrays {
  const folder = new TextEncoder().encode(`${splitName}/`);
  return {
    lengthOf: (position) => folder.length + digitsOf(rowAt(position)) + ENDING.length,
    write(position, out, at) {
      const row = rowAt(position);
      // A loop is faster than `set` for so few bytes.
      for (let i = 0; i < folder.length; i++) out[at + i] = folder[i]!;
      const numberStart = at + folder.length;
      const numberEnd = numberStart + digitsOf(row);
      let rest = row;
      for (let digit = numberEnd - 1; digit >= numberStart; digit--) {
        const tenth = (rest / 10) >>> 0;
        out[digit] = ZERO + rest - 10 * tenth;
        rest = tenth;
      }
      for (let i = 0; i < ENDING.length; i++) out[numberEnd + i] = ENDING[i]!;
      return numberEnd + ENDING.length;
    },
  };
}

function digitsOf(row: number): number {
  let digits = DIGITS;
  for (let limit = 10 ** DIGITS; row >= limit; limit *= 10) digits++;
  return digits;
}
