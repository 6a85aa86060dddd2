/** What both directions know of the symbols of deflate (RFC 1951, 3.2.5 and 3.2.7). */

/** The end of block code of the literal/length alphabet. */
export const END_OF_BLOCK: u32 = 256;

/** The extra bits of the length that `code` stands for, counted from the first; the last, for 258, is apart. */
export function lengthExtra(code: u32): u32 {
  return code < 8 ? 0 : (code >>> 2) - 1;
}

/** The extra bits of a distance symbol. */
export function distanceExtra(code: u32): u32 {
  return code < 4 ? 0 : (code >>> 1) - 1;
}

/** Writes the order of the code lengths of code lengths, u8 each: 16 17 18 0 8 7 9 6 10 5 11 4 12 3 13 2 14 1 15. */
export function writeLengthOrder(to: usize): void {
  store<u32>(to, 0x00121110);
  for (let i: u32 = 0; i < 8; i++) {
    store<u8>(to + 2 * i, <u8>(8 + i), 4);
    if (i < 7) store<u8>(to + 2 * i, <u8>(7 - i), 5);
  }
}
