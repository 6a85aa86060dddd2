import { type EncodedRows, sliceAt } from '../encoded-split.js';
import { encodedImageLength, rowNumberAt } from '../table.js';
import type { ByteArrays } from './byte-arrays.js';

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
      out.set(folder, at);
      const numberEnd = at + folder.length + digitsOf(row);
      let rest = row;
      for (let digit = numberEnd - 1; digit >= at + folder.length; digit--) {
        out[digit] = ZERO + (rest % 10);
        rest = Math.floor(rest / 10);
      }
      out.set(ENDING, numberEnd);
      return numberEnd + ENDING.length;
    },
  };
}

function digitsOf(row: number): number {
  let digits = DIGITS;
  for (let limit = 10 ** DIGITS; row >= limit; limit *= 10) digits++;
  return digits;
}
