import type { DType } from '../../dataset/feature.js';
import type { EncodedRows } from '../../rows/encoded-rows.js';
import { samplesAt, samplesPerRow, type TableLayout } from '../../rows/table.js';
import { type ByteBuffer, putUint32 } from './byte-buffer.js';
import { type ChunkEncoder, type EncodedPage, PAGE_BYTES } from './chunk-writer.js';
import { type NumberOf, Type } from './enums.js';
import {
  LIST_LEVEL,
  padBitPacked,
  SCALAR_LEVEL,
  writeBitPackedHeader,
  writeDefinitionLevels,
  writeRepetitionLevels,
} from './hybrid-writer.js';
import {
  type Bounds,
  type Compare,
  compareDoubles,
  compareFloats,
  compareInt32,
  compareNumbers,
  numberBounds,
} from './statistics.js';

/** How Parquet has the values of an element type. */
interface StoredType {
  type: NumberOf<typeof Type>;
  /** Bytes of a value, PLAIN. */
  bytes: number;
  compare: Compare;
  /** Appends the samples of a row, for which there is room. */
  append(body: ByteBuffer, samples: Uint8Array): void;
  /** Bounds of values, PLAIN, at least one of which is there. */
  boundsOf(values: DataView): Bounds | undefined;
}

const INT32_BYTES = 4;
const DOUBLE_BYTES = 8;

/** Samples that are values as they stand. */
const appendAll: StoredType['append'] = (body, samples) => body.append(samples);

const INT32: Omit<StoredType, 'append'> = {
  type: Type.INT32,
  bytes: INT32_BYTES,
  compare: compareInt32,
  boundsOf: int32Bounds,
};

const STORED_TYPES: Record<DType, StoredType> = {
  uint8: {
    ...INT32,
    compare: compareNumbers,
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
  int16: {
    ...INT32,
    append: (body, samples) => {
      for (let at = 0; at < samples.length; at += 2)
        appendInt32(body, ((samples[at]! << 16) | (samples[at + 1]! << 24)) >> 16);
    },
  },
  int32: { ...INT32, append: appendAll },
  float32: {
    type: Type.FLOAT,
    bytes: INT32_BYTES,
    compare: compareFloats,
    append: appendAll,
    boundsOf: (values) => floatBounds(values, INT32_BYTES),
  },
  float64: {
    type: Type.DOUBLE,
    bytes: DOUBLE_BYTES,
    compare: compareDoubles,
    append: appendAll,
    boundsOf: (values) => floatBounds(values, DOUBLE_BYTES),
  },
};

/** How the values of an element type are stored and ordered. */
export function storedType(dtype: DType): Pick<StoredType, 'type' | 'compare'> {
  return STORED_TYPES[dtype];
}

/** Bytes that a value of an element type takes in a reader's memory. */
export function valueBytes(dtype: DType): number {
  return STORED_TYPES[dtype].bytes;
}

/** Encodes tensors as lists of their values, and scalars as values, PLAIN. */
export function plainTensors(encoded: EncodedRows, layout: TableLayout): ChunkEncoder {
  const size = samplesPerRow(layout);
  const isList = layout.shape.length > 0;
  const { bytes, append, boundsOf } = STORED_TYPES[layout.dtype];
  return {
    encodePage(body: ByteBuffer, start: number, end: number): EncodedPage {
      const rows = Math.min(end - start, Math.max(1, Math.floor(PAGE_BYTES / (size * bytes))));
      const values = rows * size;
      if (isList) writeRepetitionLevels(body, rows, size);
      writeDefinitionLevels(body, isList ? LIST_LEVEL : SCALAR_LEVEL, values);
      body.reserve(values * bytes);
      const valuesStart = body.length;
      for (let place = start; place < start + rows; place++)
        append(body, samplesAt(encoded, encoded.order[place]!, layout));
      const written = new DataView(body.bytes.buffer, valuesStart, values * bytes);
      return { end: start + rows, values, bounds: boundsOf(written) };
    },
  };
}

function appendInt32(body: ByteBuffer, value: number): void {
  putUint32(body.bytes, body.length, value);
  body.length += INT32_BYTES;
}

function int32Bounds(values: DataView): Bounds {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let at = 0; at < values.byteLength; at += INT32_BYTES) {
    const value = values.getInt32(at, true);
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return numberBounds(min, max, INT32_BYTES);
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
  const bound = (value: number) => {
    const bytes = new DataView(new ArrayBuffer(size));
    if (size === 4) bytes.setFloat32(0, value, true);
    else bytes.setFloat64(0, value, true);
    return { bytes: new Uint8Array(bytes.buffer), exact: true };
  };
  return { min: bound(min === 0 ? -0 : min), max: bound(max === 0 ? 0 : max) };
}

/** Every sample stands in the dictionary at its own place, so that a sample is its own index of 8 bits. */
const DICTIONARY_VALUES = 256;
const INDEX_BITS = 8;

/**
 * Encodes tensors of unsigned bytes as lists of INT32: where Parquet's smallest integer takes 4 bytes, an index takes one, and the samples
 * go into a page as they are.
 */
export function dictionaryTensors(encoded: EncodedRows, layout: TableLayout): ChunkEncoder {
  const size = samplesPerRow(layout);
  const page = new Uint8Array(DICTIONARY_VALUES * INT32_BYTES);
  for (let value = 0; value < DICTIONARY_VALUES; value++) putUint32(page, value * INT32_BYTES, value);
  return {
    dictionary: { page, values: DICTIONARY_VALUES },
    encodePage(body: ByteBuffer, start: number, end: number): EncodedPage {
      const rows = Math.min(end - start, Math.max(1, Math.floor(PAGE_BYTES / size)));
      const values = rows * size;
      writeRepetitionLevels(body, rows, size);
      writeDefinitionLevels(body, LIST_LEVEL, values);
      body.byte(INDEX_BITS);
      writeBitPackedHeader(body, values);
      body.reserve(values);
      const samplesStart = body.length;
      for (let place = start; place < start + rows; place++)
        body.append(samplesAt(encoded, encoded.order[place]!, layout));
      const { min, max } = extremes(body.bytes, samplesStart, body.length);
      padBitPacked(body, values, INDEX_BITS);
      return { end: start + rows, values, bounds: numberBounds(min, max, INT32_BYTES) };
    },
  };
}

/** Smallest and largest byte of `bytes[start..end)`. Most pages have both that can be, and soon. */
function extremes(bytes: Uint8Array, start: number, end: number): { min: number; max: number } {
  let [min, max] = [255, 0];
  for (let at = start; at < end && (min > 0 || max < 255); at++) {
    const byte = bytes[at]!;
    if (byte < min) min = byte;
    if (byte > max) max = byte;
  }
  return { min, max };
}
