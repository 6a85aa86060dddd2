import type { ByteBuffer } from './byte-buffer.js';

/**
 * The RLE/bit-packing hybrid (parquet-format, Encodings.md, "Run Length Encoding / Bit-Packing Hybrid"), which both levels
 * and indices into dictionaries have.
 */

/** The highest definition level of a column that has no group above it. */
export const SCALAR_LEVEL = 1;
/** That of elements in a list, where list, entry and element all are there. */
export const LIST_LEVEL = 3;

/** One value, up to 8 bits wide, `count` times over. */
export function writeRleRun(out: ByteBuffer, value: number, count: number): void {
  out.varint(count * 2);
  out.byte(value);
}

/** What stands before `count` bit-packed values: groups of 8, the last of which is filled up. */
export function writeBitPackedHeader(out: ByteBuffer, count: number): void {
  out.varint(Math.ceil(count / 8) * 2 + 1);
}

/** Appends bytes that are bit-packed values already, filled up to whole groups of 8 values that take `width` bits each. */
export function padBitPacked(out: ByteBuffer, count: number, width: number): void {
  const missing = Math.ceil(count / 8) * width - Math.ceil((count * width) / 8);
  out.reserve(missing);
  out.bytes.fill(0, out.length, out.length + missing);
  out.length += missing;
}

/**
 * Definition levels of a data page where nothing is null: all of them are the highest. In pages of version 1, levels have
 * their length in 4 bytes before them.
 */
export function writeDefinitionLevels(out: ByteBuffer, highest: number, count: number): void {
  writeSized(out, () => writeRleRun(out, highest, count));
}

/** Repetition levels of lists that have `length` elements each: 0 begins one, 1 goes on with it. */
export function writeRepetitionLevels(out: ByteBuffer, lists: number, length: number): void {
  writeSized(out, () => {
    if (length === 1) {
      writeRleRun(out, 0, lists);
      return;
    }
    for (let list = 0; list < lists; list++) {
      writeRleRun(out, 0, 1);
      writeRleRun(out, 1, length - 1);
    }
  });
}

function writeSized(out: ByteBuffer, write: () => void): void {
  const at = out.length;
  out.uint32(0);
  write();
  const length = out.length - at - 4;
  out.length = at;
  out.uint32(length);
  out.length += length;
}
