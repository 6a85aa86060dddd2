/** The largest prime below 2^16 (RFC 1950, 8.2). */
const BASE: u32 = 65521;
/** Bytes after which the sums have to be reduced, so that they stay below 2^32; a multiple of 16. */
const RUN: usize = 5552;

/** Adler-32 of the bytes from `start` to before `end` (RFC 1950). */
export function adler32(start: usize, end: usize): u32 {
  let a: u32 = 1;
  let b: u32 = 0;
  let at = start;
  while (at < end) {
    const stop = min(end, at + RUN);
    const vectors = at + ((stop - at) & ~15);
    // b is the sum of a behind each byte: of what a was, 16 times a vector, and each byte as often as it is
    // added within its vector.
    let sum = i32x4.splat(0);
    let sumsBefore = i32x4.splat(0);
    let weighted = i32x4.splat(0);
    b += a * <u32>(vectors - at);
    for (; at < vectors; at += 16) {
      const bytes = v128.load(at);
      sumsBefore = i32x4.add(sumsBefore, sum);
      sum = i32x4.add(sum, i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(bytes)));
      const low = i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(bytes), i16x8(16, 15, 14, 13, 12, 11, 10, 9));
      const high = i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(bytes), i16x8(8, 7, 6, 5, 4, 3, 2, 1));
      weighted = i32x4.add(weighted, i32x4.add(low, high));
    }
    a += total(sum);
    b += total(i32x4.add(weighted, i32x4.shl(sumsBefore, 4)));
    for (; at < stop; at++) {
      a += load<u8>(at);
      b += a;
    }
    a %= BASE;
    b %= BASE;
  }
  return (b << 16) | a;
}

function total(sums: v128): u32 {
  const pairs = i32x4.add(sums, v128.shuffle<i32>(sums, sums, 2, 3, 0, 1));
  return i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 1);
}
