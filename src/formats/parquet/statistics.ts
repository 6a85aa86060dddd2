import { viewOf } from '../../fs/byte-source.js';
import { putUint32 } from './byte-buffer.js';
import type { CompactWriter } from './thrift-writer.js';

/** The smallest or largest of some values, or something beyond it; numbers as PLAIN has them, binary values as they are. */
export interface Bound {
  bytes: Uint8Array;
  /** Whether it is a value that is there. */
  exact: boolean;
}

/** Bounds of the values in a page or a column chunk. */
export interface Bounds {
  min: Bound;
  max: Bound;
}

/** The order of a column's values, in the form that {@link Bound} has them. */
export type Compare = (a: Uint8Array, b: Uint8Array) => number;

/** Orders unsigned little-endian numbers of the same width, and signed ones where none is negative. */
export const compareNumbers: Compare = (a, b) => {
  for (let at = a.length - 1; at >= 0; at--) if (a[at] !== b[at]) return a[at]! - b[at]!;
  return 0;
};

/** Orders signed little-endian numbers of 32 bits. */
export const compareInt32: Compare = (a, b) => viewOf(a).getInt32(0, true) - viewOf(b).getInt32(0, true);

/** Orders signed little-endian numbers of 64 bits. */
export const compareInt64: Compare = (a, b) => {
  const upper = viewOf(a).getInt32(4, true) - viewOf(b).getInt32(4, true);
  return upper === 0 ? viewOf(a).getUint32(0, true) - viewOf(b).getUint32(0, true) : upper;
};

/** The place of a half (IEEE 754, binary16) among all, by its bits; of zeros of both signs 0, of NaN none. */
export function rankOfHalf(half: number): number {
  const size = half & 0x7fff;
  if (size > 0x7c00) return Number.NaN;
  return half === size ? size : 0 - size;
}

/** The half of a rank; of 0 the positive zero. */
export function halfOfRank(rank: number): number {
  return rank < 0 ? 0x8000 | -rank : rank;
}

/** Orders little-endian halves, none of which is NaN; zeros of both signs are the same. */
export const compareHalves: Compare = (a, b) =>
  rankOfHalf(viewOf(a).getUint16(0, true)) - rankOfHalf(viewOf(b).getUint16(0, true));

/** Orders floating-point numbers of 32 bits, none of which is NaN; zeros of both signs are the same. */
export const compareFloats: Compare = (a, b) =>
  order(viewOf(a).getFloat32(0, true), viewOf(b).getFloat32(0, true));

/** Orders floating-point numbers of 64 bits, none of which is NaN; zeros of both signs are the same. */
export const compareDoubles: Compare = (a, b) =>
  order(viewOf(a).getFloat64(0, true), viewOf(b).getFloat64(0, true));

/** Infinities have no difference. */
const order = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);

/** Orders bytes as unsigned, from the first on (parquet.thrift, `TypeDefinedOrder`: of BYTE_ARRAY and of strings). */
export const compareBytes: Compare = (a, b) => {
  const shared = Math.min(a.length, b.length);
  for (let at = 0; at < shared; at++) if (a[at] !== b[at]) return a[at]! - b[at]!;
  return a.length - b.length;
};

/**
 * Bounds of all values of two sets of bounds. Cutting keeps the order, so bounds that were cut for each page are those that
 * cutting the column chunk's would give. Of two that are the same, one exact, the values lie within the exact one.
 */
export function union(a: Bounds, b: Bounds, compare: Compare): Bounds {
  const low = compare(b.min.bytes, a.min.bytes);
  const high = compare(b.max.bytes, a.max.bytes);
  return {
    min: low < 0 || (low === 0 && b.min.exact) ? b.min : a.min,
    max: high > 0 || (high === 0 && b.max.exact) ? b.max : a.max,
  };
}

/** A lower bound of at most `limit` bytes: a value comes after its beginnings. The bytes are copied. */
export function lowerBound(value: Uint8Array, limit: number): Bound {
  return { bytes: value.slice(0, limit), exact: value.length <= limit };
}

/**
 * An upper bound of at most `limit` bytes: a beginning whose last byte is one higher, where it can be. Of bytes that are all
 * 0xff no shorter bound is there, and the value stays whole. The bytes are copied.
 */
export function upperBound(value: Uint8Array, limit: number): Bound {
  if (value.length <= limit) return { bytes: value.slice(), exact: true };
  let end = limit;
  while (end > 0 && value[end - 1] === 0xff) end--;
  if (end === 0) return { bytes: value.slice(), exact: true };
  const bytes = value.slice(0, end);
  bytes[end - 1]!++;
  return { bytes, exact: false };
}

/** Exact bounds that are numbers of `size` bytes, of 32 bits, which are negative in 4 bytes only. */
export function numberBounds(min: number, max: number, size: number): Bounds {
  const bound = (value: number) => {
    const bytes = new Uint8Array(size);
    putUint32(bytes, 0, value);
    return { bytes, exact: true };
  };
  return { min: bound(min), max: bound(max) };
}

/**
 * Writes the fields of `Statistics`. Those called `min` and `max`, 1 and 2, are of an order that was never laid down, and
 * stay away.
 */
export function writeStatistics(thrift: CompactWriter, bounds: Bounds | undefined): void {
  thrift.i64(3, 0); // null_count
  if (bounds === undefined) return;
  const { min, max } = bounds;
  thrift.binary(5, max.bytes);
  thrift.binary(6, min.bytes);
  thrift.boolean(7, max.exact);
  thrift.boolean(8, min.exact);
}
