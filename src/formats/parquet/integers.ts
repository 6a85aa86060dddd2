import type { ShardRange } from '../../plan/shards.js';
import { type ByteBuffer, putUint32 } from './byte-buffer.js';
import { type ChunkEncoder, type EncodedPage, PAGE_BYTES } from './chunk-writer.js';
import {
  padBitPacked,
  SCALAR_LEVEL,
  writeBitPackedHeader,
  writeDefinitionLevels,
  writeRleRun,
} from './hybrid-writer.js';
import { type Bounds, numberBounds } from './statistics.js';

const INT64_BYTES = 8;

/** Unsigned numbers, by place. */
export type NumberAt = (place: number) => number;

/** An unsigned 32-bit number as INT64. */
function putInt64(bytes: Uint8Array, at: number, value: number): void {
  putUint32(bytes, at, value);
  putUint32(bytes, at + 4, 0);
}

function boundsOf(valueAt: NumberAt, start: number, end: number): Bounds {
  let [min, max] = [valueAt(start), valueAt(start)];
  for (let place = start + 1; place < end; place++) {
    const value = valueAt(place);
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return numberBounds(min, max, INT64_BYTES);
}

/** Encodes INT64 values that are never null, PLAIN. */
export function plainInt64(valueAt: NumberAt): ChunkEncoder {
  return {
    encodePage(body: ByteBuffer, start: number, end: number): EncodedPage {
      const pageEnd = Math.min(end, start + PAGE_BYTES / INT64_BYTES);
      writeDefinitionLevels(body, SCALAR_LEVEL, pageEnd - start);
      body.reserve((pageEnd - start) * INT64_BYTES);
      for (let place = start; place < pageEnd; place++) {
        putInt64(body.bytes, body.length, valueAt(place));
        body.length += INT64_BYTES;
      }
      return { end: pageEnd, values: pageEnd - start, bounds: boundsOf(valueAt, start, pageEnd) };
    },
  };
}

/** About what the header of a dictionary's page takes. */
const DICTIONARY_HEADER_BYTES = 32;

/** Most values of a dictionary, and one more than the greatest: an index takes 8 bits. */
const DICTIONARY_VALUES = 256;

/**
 * Encodes INT64 values that are never null: by a dictionary where they are small and that is smaller, else PLAIN.
 */
export function dictionaryInt64(valueAt: NumberAt, start: number, end: number): ChunkEncoder {
  const indices = new Uint8Array(DICTIONARY_VALUES);
  for (let place = start; place < end; place++) {
    const value = valueAt(place);
    if (value >= DICTIONARY_VALUES) return plainInt64(valueAt);
    indices[value] = 1;
  }
  const values = [...indices.keys()].filter((value) => indices[value] === 1);
  for (const [index, value] of values.entries()) indices[value] = index;
  const width = Math.max(1, 32 - Math.clz32(values.length - 1));
  const dictionaryBytes = values.length * INT64_BYTES + DICTIONARY_HEADER_BYTES;
  if (dictionaryBytes + ((end - start) * width) / 8 > (end - start) * INT64_BYTES) return plainInt64(valueAt);

  const page = new Uint8Array(values.length * INT64_BYTES);
  for (const [index, value] of values.entries()) putInt64(page, index * INT64_BYTES, value);
  return {
    dictionary: { page, values: values.length },
    encodePage(body: ByteBuffer, from: number, to: number): EncodedPage {
      const pageEnd = Math.min(to, from + PAGE_BYTES);
      writeDefinitionLevels(body, SCALAR_LEVEL, pageEnd - from);
      body.byte(width);
      if (values.length === 1) writeRleRun(body, 0, pageEnd - from);
      else packIndices(body, width, { start: from, end: pageEnd }, (place) => indices[valueAt(place)]!);
      return { end: pageEnd, values: pageEnd - from, bounds: boundsOf(valueAt, from, pageEnd) };
    },
  };
}

/** One bit-packed run of indices of 1 to 8 bits, from the least bit of the first byte on. */
function packIndices(body: ByteBuffer, width: number, { start, end }: ShardRange, indexAt: NumberAt): void {
  const count = end - start;
  writeBitPackedHeader(body, count);
  body.reserve(Math.ceil((count * width) / 8));
  let bits = 0;
  let held = 0;
  for (let place = start; place < end; place++) {
    held |= indexAt(place) << bits;
    bits += width;
    if (bits >= 8) {
      body.bytes[body.length++] = held;
      held >>>= 8;
      bits -= 8;
    }
  }
  if (bits > 0) body.bytes[body.length++] = held;
  padBitPacked(body, count, width);
}
