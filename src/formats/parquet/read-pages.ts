import { crc32 } from 'node:zlib';
import { type ByteSource, viewOf } from '../../fs/byte-source.js';
import type { ChunkPlace } from './read.js';
import { CompactReader, numberIn, structIn } from './thrift-reader.js';

/** Gives a page's content back, of which the length is known. */
export type Decompress = (stored: Uint8Array, length: number) => Uint8Array;

/** A page, its content as it was before it was compressed. */
export interface ParquetPage {
  isDictionary: boolean;
  values: number;
  encoding: number;
  content: Uint8Array;
}

const DATA_PAGE = 0;
const DICTIONARY_PAGE = 2;
const UNCOMPRESSED = 0;
const SNAPPY = 1;
/** A header takes far less where there are no statistics in it. */
const MAX_HEADER_BYTES = 1024;
/** Larger pages are damage: one row is in a page at least, and an image is far smaller. */
const MAX_PAGE_BYTES = 2 ** 28;
const MAX_PAGE_VALUES = 2 ** 26;
/** No codec makes more of a byte: Snappy's copies have 64 bytes in 3, Zstandard's blocks 128 KiB in 4. */
const MAX_RATIO = { [SNAPPY]: 24 } as const;
const MAX_RATIO_OTHERS = 40_000;

/**
 * The pages of a column chunk, one in memory at a time. Their checksums are those of gzip, of the page as it is stored.
 *
 * @throws RangeError saying what is wrong
 */
export function* chunkPages(
  file: ByteSource,
  { offset, compressed, uncompressed, codec }: ChunkPlace,
  decompress: Decompress | undefined,
): Generator<ParquetPage> {
  const end = offset + compressed;
  let total = 0;
  for (let at = offset; at < end; ) {
    const reader = new CompactReader(file.read(at, Math.min(MAX_HEADER_BYTES, end - at)));
    const header = reader.struct();
    const [type, length, stored] = [numberIn(header, 1), numberIn(header, 2), numberIn(header, 3)];
    const isDictionary = type === DICTIONARY_PAGE;
    if (!isDictionary && type !== DATA_PAGE) throw new RangeError(`the page at ${at} has the type ${type}`);
    const head = structIn(header, isDictionary ? 7 : 5);
    const [values, encoding] = [numberIn(head, 1), numberIn(head, 2)];
    const crc = header.get(4);
    const start = at + reader.at;
    if (stored < 0 || start + stored > end)
      throw new RangeError(`the page at ${at} cannot have ${stored} bytes`);
    const ratio = codec === UNCOMPRESSED ? 1 : codec === SNAPPY ? MAX_RATIO[SNAPPY] : MAX_RATIO_OTHERS;
    if (length < 0 || length > MAX_PAGE_BYTES || length > ratio * (stored + 16))
      throw new RangeError(`the page at ${at} cannot have ${length} bytes`);
    if (values < 0 || values > MAX_PAGE_VALUES)
      throw new RangeError(`the page at ${at} cannot have ${values} values`);
    const bytes = file.read(start, stored);
    if (crc !== undefined && crc !== (crc32(bytes) | 0))
      throw new RangeError(`the page at ${at} has another CRC than the one stored with it`);
    const content = codec === UNCOMPRESSED ? Uint8Array.from(bytes) : decompressed(bytes, length, decompress);
    if (content.length !== length)
      throw new RangeError(`the page at ${at} has ${content.length} bytes, not ${length}`);
    yield { isDictionary, values, encoding, content };
    total += reader.at + length;
    at = start + stored;
  }
  if (total !== uncompressed)
    throw new RangeError(
      `its pages have ${total} bytes uncompressed, where the footer tells of ${uncompressed}`,
    );
}

function decompressed(bytes: Uint8Array, length: number, decompress: Decompress | undefined): Uint8Array {
  if (decompress === undefined) throw new RangeError('its pages are compressed in a way that is not read');
  try {
    return decompress(bytes, length);
  } catch (error) {
    throw new RangeError(`a page cannot be decompressed: ${error instanceof Error ? error.message : error}`);
  }
}

/**
 * Values of the RLE/bit-packing hybrid (parquet-format, Encodings.md), which must be `count` of them.
 *
 * @param width bits of a value, 1 to 8
 * @throws RangeError
 */
export function readHybrid(bytes: Uint8Array, width: number, count: number): Uint8Array {
  if (width < 1 || width > 8) throw new RangeError(`values of ${width} bits are not read`);
  const values = new Uint8Array(count);
  let at = 0;
  let filled = 0;
  while (filled < count) {
    let head = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++];
      if (byte === undefined || factor > 2 ** 28) throw new RangeError('a run of values has no head');
      head += (byte & 127) * factor;
      if (byte < 128) break;
    }
    const size = Math.floor(head / 2);
    if (size === 0) throw new RangeError('a run of values is empty');
    if (head % 2 === 0) {
      const value = bytes[at++];
      if (value === undefined || value >= 2 ** width)
        throw new RangeError('a run has a value that cannot be');
      values.fill(value, filled, filled + size);
      filled += size;
    } else {
      if (at + size * width > bytes.length) throw new RangeError('a run of values is cut short');
      unpack(bytes, at, width, values, filled, Math.min(size * 8, count - filled));
      at += size * width;
      filled += size * 8;
    }
  }
  if (at !== bytes.length) throw new RangeError('there are more values than the page tells of');
  return values;
}

function unpack(
  bytes: Uint8Array,
  start: number,
  width: number,
  values: Uint8Array,
  first: number,
  count: number,
): void {
  let [at, held, bits] = [start, 0, 0];
  const mask = 2 ** width - 1;
  for (let value = first; value < first + count; value++) {
    if (bits < width) {
      held |= (bytes[at++] ?? 0) << bits;
      bits += 8;
    }
    values[value] = held & mask;
    held >>>= width;
    bits -= width;
  }
}

/** The part of a page that has its length in 4 bytes before it, from `at` on. */
export function sizedPart(content: Uint8Array, at: number): Uint8Array {
  const length = at + 4 <= content.length ? viewOf(content).getUint32(at, true) : Number.POSITIVE_INFINITY;
  if (at + 4 + length > content.length) throw new RangeError('the levels of a page are cut short');
  return content.subarray(at + 4, at + 4 + length);
}
