import type { DType } from '../../dataset/feature.js';
import { type ByteBuffer, putUint32 } from './byte-buffer.js';
import { type NumberOf, Type } from './enums.js';
import {
  type Bounds,
  type Compare,
  compareDoubles,
  compareFloats,
  compareHalves,
  compareInt32,
  compareInt64,
  compareNumbers,
  halfOfRank,
  numberBounds,
  rankOfHalf,
} from './statistics.js';

/** How Parquet has the values of an element type. */
interface StoredType {
  type: NumberOf<typeof Type>;
  /** Bytes of a value in a reader's memory, and PLAIN but for bools. */
  bytes: number;
  compare: Compare;
  /** Appends the samples of a row, for which there is room. */
  append(body: ByteBuffer, samples: Uint8Array): void;
  /** Bounds of values as they were appended, at least one of which is there. */
  boundsOf(values: DataView): Bounds | undefined;
}

/** Bytes of Parquet's smallest integer. */
export const INT32_BYTES = 4;
const INT64_BYTES = 8;
/** Bytes of a value of FIXED_LEN_BYTE_ARRAY, which halves alone are here. */
export const HALF_BYTES = 2;

/** Samples that are values as they stand. */
const appendAll: StoredType['append'] = (body, samples) => body.append(samples);

/** Integers that are never negative, as Parquet has them: their order is that of unsigned numbers. */
const UINT32: StoredType = {
  type: Type.INT32,
  bytes: INT32_BYTES,
  compare: compareNumbers,
  append: appendAll,
  boundsOf: (values) => int32Bounds(values, false),
};

const INT32: StoredType = {
  ...UINT32,
  compare: compareInt32,
  boundsOf: (values) => int32Bounds(values, true),
};

/** Of each number its logical type lays down the order (parquet-format, LogicalTypes.md; parquet.thrift, `TypeDefinedOrder`). */
const STORED_TYPES: Record<DType, StoredType> = {
  bool: { type: Type.BOOLEAN, bytes: 1, compare: compareNumbers, append: appendAll, boundsOf: boolBounds },
  uint8: {
    ...UINT32,
    append: (body, samples) => {
      for (const sample of samples) appendInt32(body, sample);
    },
  },
  int8: {
    ...INT32,
    append: (body, samples) => {
      for (const sample of samples) appendInt32(body, (sample << 24) >> 24);
    },
  },
  uint16: {
    ...UINT32,
    append: (body, samples) => {
      for (let at = 0; at < samples.length; at += 2)
        appendInt32(body, samples[at]! | (samples[at + 1]! << 8));
    },
  },
  int16: {
    ...INT32,
    append: (body, samples) => {
      for (let at = 0; at < samples.length; at += 2)
        appendInt32(body, ((samples[at]! << 16) | (samples[at + 1]! << 24)) >> 16);
    },
  },
  uint32: UINT32,
  int32: INT32,
  uint64: {
    type: Type.INT64,
    bytes: INT64_BYTES,
    compare: compareNumbers,
    append: appendAll,
    boundsOf: (values) => int64Bounds(values, false),
  },
  int64: {
    type: Type.INT64,
    bytes: INT64_BYTES,
    compare: compareInt64,
    append: appendAll,
    boundsOf: (values) => int64Bounds(values, true),
  },
  float16: {
    type: Type.FIXED_LEN_BYTE_ARRAY,
    bytes: HALF_BYTES,
    compare: compareHalves,
    append: appendAll,
    boundsOf: halfBounds,
  },
  float32: {
    type: Type.FLOAT,
    bytes: 4,
    compare: compareFloats,
    append: appendAll,
    boundsOf: (values) => floatBounds(values, 4),
  },
  float64: {
    type: Type.DOUBLE,
    bytes: 8,
    compare: compareDoubles,
    append: appendAll,
    boundsOf: (values) => floatBounds(values, 8),
  },
};

/** How the values of an element type are stored and ordered. */
export function storedType(dtype: DType): StoredType {
  return STORED_TYPES[dtype];
}

function appendInt32(body: ByteBuffer, value: number): void {
  putUint32(body.bytes, body.length, value);
  body.length += INT32_BYTES;
}

/** Bounds that are values as they stand. */
const exactly = (min: Uint8Array, max: Uint8Array): Bounds => ({
  min: { bytes: min, exact: true },
  max: { bytes: max, exact: true },
});

function boolBounds(values: DataView): Bounds {
  const bools = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return exactly(Uint8Array.of(bools.includes(0) ? 0 : 1), Uint8Array.of(bools.includes(1) ? 1 : 0));
}

function int32Bounds(values: DataView, signed: boolean): Bounds {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let at = 0; at < values.byteLength; at += INT32_BYTES) {
    const value = signed ? values.getInt32(at, true) : values.getUint32(at, true);
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return numberBounds(min, max, INT32_BYTES);
}

/** A number of 64 bits comes before another by its upper 32, then by its lower ones, which have no sign. */
function int64Bounds(values: DataView, signed: boolean): Bounds {
  const upperAt = (at: number) => (signed ? values.getInt32(at + 4, true) : values.getUint32(at + 4, true));
  const first = { at: 0, upper: upperAt(0), lower: values.getUint32(0, true) };
  let [min, max] = [first, first];
  for (let at = INT64_BYTES; at < values.byteLength; at += INT64_BYTES) {
    const upper = upperAt(at);
    const lower = values.getUint32(at, true);
    if (upper < min.upper || (upper === min.upper && lower < min.lower)) min = { at, upper, lower };
    if (upper > max.upper || (upper === max.upper && lower > max.lower)) max = { at, upper, lower };
  }
  const bytesAt = (at: number) => new Uint8Array(values.buffer, values.byteOffset + at, INT64_BYTES).slice();
  return exactly(bytesAt(min.at), bytesAt(max.at));
}

/**
 * Bounds of floating-point values by the rules of parquet.thrift (`TypeDefinedOrder`): a least value of zero is written as
 * -0 and a greatest as +0, as either may be there. Of values with a NaN among them there are none: readers differ in where
 * NaN stands, and one that takes it for the greatest would miss it.
 */
function floatBounds(values: DataView, size: 4 | 8): Bounds | undefined {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let at = 0; at < values.byteLength; at += size) {
    const value = size === 4 ? values.getFloat32(at, true) : values.getFloat64(at, true);
    if (Number.isNaN(value)) return undefined;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const bytesOf = (value: number) => {
    const bytes = new DataView(new ArrayBuffer(size));
    if (size === 4) bytes.setFloat32(0, value, true);
    else bytes.setFloat64(0, value, true);
    return new Uint8Array(bytes.buffer);
  };
  return exactly(bytesOf(min === 0 ? -0 : min), bytesOf(max === 0 ? 0 : max));
}

/** The same of halves, by their ranks: that of both zeros is 0. */
function halfBounds(values: DataView): Bounds | undefined {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let at = 0; at < values.byteLength; at += HALF_BYTES) {
    const rank = rankOfHalf(values.getUint16(at, true));
    if (Number.isNaN(rank)) return undefined;
    if (rank < min) min = rank;
    if (rank > max) max = rank;
  }
  const bytesOf = (half: number) => Uint8Array.of(half, half >> 8);
  return exactly(bytesOf(min === 0 ? 0x8000 : halfOfRank(min)), bytesOf(halfOfRank(max)));
}
