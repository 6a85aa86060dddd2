/** The filters of PNG (PNG, 9), and libpng's choice among them (pngwutil.c, png_write_find_filter). */

const NONE: u8 = 0;
const SUB: u8 = 1;
const UP: u8 = 2;
const AVERAGE: u8 = 3;
const PAETH: u8 = 4;

/** Geometry of the rows, and where the residuals of the four filters lie while one is chosen. */
let rowBytes: usize = 0;
let pixelBytes: usize = 0;
let residuals: usize = 0;
let stride: usize = 0;
/** Whether filters that look to the left, and those that look up, take part. */
let wide = false;
let high = false;

/** Sets the shape; `scratch` has room for {@link scratchLength} bytes. */
export function configure(height: u32, width: u32, channels: u32, scratch: usize): void {
  rowBytes = width * channels;
  pixelBytes = channels;
  residuals = scratch;
  stride = scratchLength(width * channels) >> 2;
  // libpng leaves out what a single row or a single column makes useless.
  wide = width > 1;
  high = height > 1;
}

/** Room for four rows of residuals. */
export function scratchLength(rowBytes: usize): usize {
  return 4 * ((rowBytes + 15) & ~15);
}

/**
 * Filters the rows at `pixels` to `to`, each behind the byte of its filter. `zeros` is a row of zero bytes,
 * the row above the first.
 */
export function filter(pixels: usize, height: u32, zeros: usize, to: usize): void {
  let above = zeros;
  let row = pixels;
  let at = to;
  for (let y: u32 = 0; y < height; y++) {
    const type = isBlank(row) ? NONE : choose(row, above);
    store<u8>(at, type);
    copyRow(type === NONE ? row : residuals + (type - 1) * stride, at + 1);
    at += rowBytes + 1;
    above = row;
    row += rowBytes;
  }
}

/** Whether all bytes of a row are zero, so that no filter has a smaller sum than none. */
function isBlank(row: usize): bool {
  let any = i8x16.splat(0);
  for (let i: usize = 0; i < rowBytes; i += 16)
    any = v128.or(any, v128.and(v128.load(row + i), lanesBelow(rowBytes - i)));
  return !v128.any_true(any);
}

/** Copies a row in steps of 16, which may overwrite up to 15 bytes behind it. */
function copyRow(from: usize, to: usize): void {
  for (let i: usize = 0; i < rowBytes; i += 16) v128.store(to + i, v128.load(from + i));
}

/**
 * Writes the residuals of all filters and returns the first of those whose sum of absolute values, each a
 * signed byte, is least. libpng stops a sum that cannot win; the winner is the same.
 */
function choose(row: usize, above: usize): u8 {
  let none = i32x4.splat(0);
  let sub = i32x4.splat(0);
  let up = i32x4.splat(0);
  let average = i32x4.splat(0);
  let paeth = i32x4.splat(0);
  // What is left of the row is zero.
  let inside = lanesFrom(pixelBytes);
  for (let i: usize = 0; i < rowBytes; i += 16) {
    const kept = lanesBelow(rowBytes - i);
    const x = v128.and(v128.load(row + i), kept);
    const a = v128.and(v128.load(row + i - pixelBytes), inside);
    const b = v128.and(v128.load(above + i), kept);
    const c = v128.and(v128.load(above + i - pixelBytes), inside);
    inside = i8x16.splat(-1);
    none = i32x4.add(none, magnitude(x));
    sub = i32x4.add(sub, keep(v128.and(i8x16.sub(x, a), kept), i));
    up = i32x4.add(up, keep(i8x16.sub(x, b), i + stride));
    average = i32x4.add(average, keep(v128.and(i8x16.sub(x, mean(a, b)), kept), i + 2 * stride));
    paeth = i32x4.add(paeth, keep(v128.and(i8x16.sub(x, predictor(a, b, c)), kept), i + 3 * stride));
  }
  let type = NONE;
  let best = total(none);
  if (wide && total(sub) < best) {
    best = total(sub);
    type = SUB;
  }
  if (high && total(up) < best) {
    best = total(up);
    type = UP;
  }
  if (wide && high) {
    if (total(average) < best) {
      best = total(average);
      type = AVERAGE;
    }
    if (total(paeth) < best) type = PAETH;
  }
  return type;
}

function keep(residual: v128, at: usize): v128 {
  v128.store(residuals + at, residual);
  return magnitude(residual);
}

/** Four partial sums of |signed byte|; i8x16.abs leaves -128, which is 128 unsigned. */
function magnitude(residual: v128): v128 {
  return i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(i8x16.abs(residual)));
}

function total(sums: v128): u32 {
  const pairs = i32x4.add(sums, v128.shuffle<i32>(sums, sums, 2, 3, 0, 1));
  return i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 1);
}

/** floor((a + b) / 2); avgr rounds up. */
function mean(a: v128, b: v128): v128 {
  return i8x16.sub(i8x16.avgr_u(a, b), v128.and(v128.xor(a, b), i8x16.splat(1)));
}

/** |a - b| of unsigned bytes. */
function difference(a: v128, b: v128): v128 {
  return v128.or(i8x16.sub_sat_u(a, b), i8x16.sub_sat_u(b, a));
}

/**
 * The Paeth predictor (PNG, 9.4): of a, b and c, in this order, the first that is nearest to p = a + b - c.
 */
function predictor(a: v128, b: v128, c: v128): v128 {
  // |p - a| = |b - c| and |p - b| = |a - c|; |p - c| is their sum when a and b lie on the same side of c,
  // else their difference.
  const toA = difference(b, c);
  const toB = difference(a, c);
  const sameSide = i8x16.eq(i8x16.ge_u(a, c), i8x16.ge_u(b, c));
  const toC = v128.bitselect(i8x16.add_sat_u(toA, toB), difference(toA, toB), sameSide);
  const useA = i8x16.le_u(toA, i8x16.min_u(toB, toC));
  const useB = i8x16.le_u(toB, toC);
  return v128.bitselect(a, v128.bitselect(b, c, useB), useA);
}

/** All ones in the lanes below `count`. */
function lanesBelow(count: usize): v128 {
  return i8x16.lt_u(
    i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
    i8x16.splat(<i8>min<usize>(count, 16)),
  );
}

/** All ones in the lanes from `count` on. */
function lanesFrom(count: usize): v128 {
  return i8x16.ge_u(i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), i8x16.splat(<i8>count));
}
