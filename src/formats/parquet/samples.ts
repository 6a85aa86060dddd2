import type { EncodedRows } from '../../rows/encoded-rows.js';
import { samplesOf, samplesPerRow, type TableLayout } from '../../rows/table.js';
import { type ByteBuffer, putUint32 } from './byte-buffer.js';
import { type ChunkEncoder, type EncodedPage, PAGE_BYTES } from './column.js';
import { numberBounds } from './integers.js';
import {
  LIST_LEVEL,
  padBitPacked,
  writeBitPackedHeader,
  writeDefinitionLevels,
  writeRepetitionLevels,
} from './levels.js';

const INT32_BYTES = 4;

/** Every sample stands in the dictionary at its own place, so that a sample is its own index of 8 bits. */
const DICTIONARY_VALUES = 256;
const INDEX_BITS = 8;

/**
 * Encodes tensors of unsigned bytes as lists of INT32: where Parquet's smallest integer takes 4 bytes, an index takes one, and the samples
 * go into a page as they are.
 */
export function sampleEncoder(encoded: EncodedRows, layout: TableLayout): ChunkEncoder {
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
        body.append(samplesOf(encoded, encoded.order[place]!, layout));
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
