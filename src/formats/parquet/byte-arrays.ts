import type { ByteArrays } from '../../rows/images.js';
import { type ByteBuffer, putUint32 } from './byte-buffer.js';
import { type ChunkEncoder, PAGE_BYTES } from './chunk-writer.js';
import { writeDefinitionLevels } from './hybrid-writer.js';
import { type Bounds, lowerBound, upperBound } from './statistics.js';

/** PLAIN has the length of a binary value in 4 bytes before it. */
const LENGTH_BYTES = 4;

/** Binary values of rows, and how they are encoded. */
export interface ByteArrayColumn {
  values: ByteArrays;
  /** The position of the value at each place. */
  order: Uint32Array;
  /** The highest definition level. */
  level: number;
  /** How long a value in the statistics may be. */
  boundLimit: number;
}

/** Encodes binary values that are never null, PLAIN. */
export function plainByteArrays(column: ByteArrayColumn): ChunkEncoder {
  return {
    encodePage(body, start, end) {
      const { pageEnd, bytes } = cutPage(column, start, end);
      writeDefinitionLevels(body, column.level, pageEnd - start);
      body.reserve(bytes);
      const bounds = appendValues(body, column, start, pageEnd);
      return { end: pageEnd, values: pageEnd - start, bounds };
    },
  };
}

/** How many rows make a page, and how many bytes their values take. */
function cutPage({ values, order }: ByteArrayColumn, start: number, end: number) {
  let bytes = 0;
  for (let place = start; place < end; place++) {
    const size = LENGTH_BYTES + values.lengthOf(order[place]!);
    if (place > start && bytes + size > PAGE_BYTES) return { pageEnd: place, bytes };
    bytes += size;
  }
  return { pageEnd: end, bytes };
}

/** Where in a page a value lies. */
interface Span {
  start: number;
  end: number;
}

/** The least and the most value are known by where they lie in the page, and taken out of it at its end. */
function appendValues(body: ByteBuffer, column: ByteArrayColumn, start: number, end: number): Bounds {
  const { values, order, boundLimit } = column;
  const { bytes } = body;
  const value: Span = { start: 0, end: body.length };
  const least: Span = { start: 0, end: 0 };
  const most: Span = { start: 0, end: 0 };
  for (let place = start; place < end; place++) {
    value.start = value.end + LENGTH_BYTES;
    value.end = values.write(order[place]!, bytes, value.start);
    putUint32(bytes, value.start - LENGTH_BYTES, value.end - value.start);
    if (place === start || comesBefore(bytes, value, least)) Object.assign(least, value);
    if (place === start || comesBefore(bytes, most, value)) Object.assign(most, value);
  }
  body.length = value.end;
  return {
    min: lowerBound(bytes.subarray(least.start, least.end), boundLimit),
    max: upperBound(bytes.subarray(most.start, most.end), boundLimit),
  };
}

/** Whether one value comes before another, as unsigned bytes. */
function comesBefore(bytes: Uint8Array, a: Span, b: Span): boolean {
  let [x, y] = [a.start, b.start];
  while (x < a.end && y < b.end) {
    const difference = bytes[x++]! - bytes[y++]!;
    if (difference !== 0) return difference < 0;
  }
  return a.end - a.start < b.end - b.start;
}
