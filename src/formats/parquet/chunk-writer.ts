import type { FileOffset } from '../../fs/file-offset.js';
import type { RowBatch } from '../../rows/encoded-rows.js';
import type { ByteBuffer } from './byte-buffer.js';
import { Encoding, type NumberOf, PageType, type Type } from './enums.js';
import { type Compress, type PageSizes, writePage } from './page-writer.js';
import { type Bounds, type Compare, union } from './statistics.js';

/** How large a page may become before it is compressed; a single row may be larger. */
export const PAGE_BYTES = 1024 * 1024;

/** A column: a leaf of the schema, and where its values come from. */
export interface Column {
  /** Names from the top of the schema to the leaf. */
  path: readonly string[];
  type: NumberOf<typeof Type>;
  compare: Compare;
  /** Looks at the rows of a row group, and decides how their values are encoded. */
  encoder(group: RowBatch): ChunkEncoder;
}

/** Encodes the values of one column chunk, page after page. */
export interface ChunkEncoder {
  /** All values that there are, PLAIN, where pages have indices into them. */
  dictionary?: { page: Uint8Array; values: number };
  /**
   * Fills an empty buffer with levels and values of the rows from the place `start` on, as many as make a page: at least
   * one, and none from `end` on. Rows are never torn, which page indexes ask for (PageIndex.md).
   */
  encodePage(body: ByteBuffer, start: number, end: number): EncodedPage;
}

/** What is in a page. */
export interface EncodedPage {
  /** The place behind that of its last row. */
  end: number;
  values: number;
  /** None where they would not say what a reader may make of them; see {@link floatBounds}. */
  bounds: Bounds | undefined;
}

/** A page that is written. */
export interface WrittenPage {
  offset: number;
  /** Header and page as they are stored. */
  bytes: number;
  /** Number of its first row within the row group. */
  firstRow: number;
  bounds: Bounds | undefined;
}

/** A column chunk that is written. */
export interface ColumnChunk {
  column: Column;
  /** Where its first page is, be it a dictionary or data. */
  offset: number;
  dictionary: boolean;
  pages: readonly WrittenPage[];
  values: number;
  sizes: PageSizes;
  /** None where one of its pages has none. */
  bounds: Bounds | undefined;
}

/** Where pages go, the memory that one at a time is made in, and how it is compressed. */
export interface PageTarget {
  sink: FileOffset;
  body: ByteBuffer;
  compress: Compress | undefined;
}

/** Writes the pages of a column chunk, one after the other. */
export function writeChunkPages(
  column: Column,
  group: RowBatch,
  { sink, body, compress }: PageTarget,
): ColumnChunk {
  const encoder = column.encoder(group);
  const { dictionary } = encoder;
  const offset = sink.offset;
  const sizes: PageSizes = { uncompressed: 0, compressed: 0 };
  const put = (page: Uint8Array, type: NumberOf<typeof PageType>, values: number): number => {
    const encoding = dictionary === undefined ? Encoding.PLAIN : Encoding.PLAIN_DICTIONARY;
    const written = writePage(sink, page, { type, values, encoding }, compress);
    sizes.uncompressed += written.uncompressed;
    sizes.compressed += written.compressed;
    return written.compressed;
  };
  if (dictionary !== undefined) put(dictionary.page, PageType.DICTIONARY_PAGE, dictionary.values);
  const pages: WrittenPage[] = [];
  let values = 0;
  const { range } = group;
  for (let start = range.start; start < range.end; ) {
    body.length = 0;
    const page = encoder.encodePage(body, start, range.end);
    const at = sink.offset;
    const bytes = put(body.filled(), PageType.DATA_PAGE, page.values);
    pages.push({ offset: at, bytes, firstRow: start - range.start, bounds: page.bounds });
    values += page.values;
    start = page.end;
  }
  const bounds = pages
    .map((page) => page.bounds)
    .reduce((a, b) => (a === undefined || b === undefined ? undefined : union(a, b, column.compare)));
  return { column, offset, dictionary: dictionary !== undefined, pages, values, sizes, bounds };
}
