import { type EncodedSplit, sliceOf } from '../encoded-split.js';
import { encodedImageLength } from '../table.js';
import type { ByteArrays } from './byte-arrays.js';

/** The encoded images of a split. */
export function imageBytes(split: EncodedSplit): ByteArrays {
  return {
    lengthOf: (row) => encodedImageLength(split, row),
    write(row, out, at) {
      const { records, imageStarts, imageEnds, firstRow } = sliceOf(split, row);
      const start = imageStarts[row - firstRow]!;
      const end = imageEnds[row - firstRow]!;
      out.set(records.subarray(start, end), at);
      return at + end - start;
    },
  };
}

const DIGITS = 8;
const ENDING = new TextEncoder().encode('.png');
const ZERO = 0x30;

/** The paths of a split's images, which are those of `imagePath` of `table.ts`, in UTF-8, without a string a row. */
export function imagePaths({ name }: EncodedSplit): ByteArrays {
  const folder = new TextEncoder().encode(`${name}/`);
  return {
    lengthOf: (row) => folder.length + digitsOf(row) + ENDING.length,
    write(row, out, at) {
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
