import { crc32 } from 'node:zlib';
import type { ByteSource } from '../../fs/byte-source.js';
import { CompressionCodec, PageType } from './enums.js';
import type { ChunkPlace } from './metadata-reader.js';
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

/** A header takes far less where there are no statistics in it. */
const MAX_HEADER_BYTES = 1024;
/** Larger pages are damage: one row is in a page at least, and an image is far smaller. */
const MAX_PAGE_BYTES = 2 ** 28;
const MAX_PAGE_VALUES = 2 ** 26;
/** No codec makes more of a byte: Snappy's copies have 64 bytes in 3, Zstandard's blocks 128 KiB in 4. */
const MAX_RATIOS: Readonly<Record<number, number | undefined>> = {
  [CompressionCodec.UNCOMPRESSED]: 1,
  [CompressionCodec.SNAPPY]: 24,
};
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
    const isDictionary = type === PageType.DICTIONARY_PAGE;
    if (!isDictionary && type !== PageType.DATA_PAGE)
      throw new RangeError(`the page at ${at} has the type ${type}`);
    const head = structIn(header, isDictionary ? 7 : 5);
    const [values, encoding] = [numberIn(head, 1), numberIn(head, 2)];
    const crc = header.get(4);
    const start = at + reader.at;
    if (stored < 0 || start + stored > end)
      throw new RangeError(`the page at ${at} cannot have ${stored} bytes`);
    const ratio = MAX_RATIOS[codec] ?? MAX_RATIO_OTHERS;
    if (length < 0 || length > MAX_PAGE_BYTES || length > ratio * (stored + 16))
      throw new RangeError(`the page at ${at} cannot have ${length} bytes`);
    if (values < 0 || values > MAX_PAGE_VALUES)
      throw new RangeError(`the page at ${at} cannot have ${values} values`);
    const bytes = file.read(start, stored);
    if (crc !== undefined && crc !== (crc32(bytes) | 0))
      throw new RangeError(`the page at ${at} has another CRC than the one stored with it`);
    const content =
      codec === CompressionCodec.UNCOMPRESSED
        ? Uint8Array.from(bytes)
        : decompressed(bytes, length, decompress);
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
