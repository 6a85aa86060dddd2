import { BitPacker } from '../../rows/bits.js';
import type { EncodedRows } from '../../rows/encoded-rows.js';
import { samplesAt, samplesPerRow, type TableLayout } from '../../rows/table.js';
import { type ByteBuffer, putUint32 } from './byte-buffer.js';
import { type ChunkEncoder, type EncodedPage, PAGE_BYTES } from './chunk-writer.js';
import {
  LIST_LEVEL,
  padBitPacked,
  SCALAR_LEVEL,
  writeBitPackedHeader,
  writeDefinitionLevels,
  writeRepetitionLevels,
} from './hybrid-writer.js';
import { numberBounds } from './statistics.js';
import { INT32_BYTES, storedType } from './stored-types.js';

/** Encodes tensors as lists of their values, and scalars as values, PLAIN. */
export function plainTensors(encoded: EncodedRows, layout: TableLayout): ChunkEncoder {
  const size = samplesPerRow(layout);
  const isList = layout.shape.length > 0;
  const { bytes, append, boundsOf } = storedType(layout.dtype);
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
      const bounds = boundsOf(new DataView(body.bytes.buffer, valuesStart, values * bytes));
      if (layout.dtype === 'bool') packValues(body, valuesStart);
      return { end: start + rows, values, bounds };
    },
  };
}

/** Makes of bools, a byte each, what PLAIN has of them: a bit each, from the page's first to its last. */
function packValues(body: ByteBuffer, start: number): void {
  const bools = body.filled().subarray(start);
  const packer = new BitPacker(bools.length);
  packer.append(bools);
  body.length = start;
  body.append(packer.bytes);
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
