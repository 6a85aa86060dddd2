import { crc32 } from 'node:zlib';
import type { Sink } from '../../fs/sink.js';
import { Encoding, type NumberOf, PageType } from './enums.js';
import { CompactWriter } from './thrift-writer.js';

/** Compresses a page; the result may lie in memory that the next call uses again. */
export type Compress = (page: Uint8Array) => Uint8Array;

/** Bytes of the pages of a column chunk, headers included. */
export interface PageSizes {
  uncompressed: number;
  compressed: number;
}

/** What a page's header says beside sizes. */
export interface PageKind {
  type: NumberOf<typeof PageType>;
  /** How many values are in it; of lists, how many elements. */
  values: number;
  encoding: NumberOf<typeof Encoding>;
}

/** Writes a header and a page as it is stored, and says how large both are together. */
export function writePage(
  sink: Sink,
  body: Uint8Array,
  kind: PageKind,
  compress: Compress | undefined,
): PageSizes {
  const stored = compress === undefined ? body : compress(body);
  const thrift = new CompactWriter();
  thrift.struct(() => writePageHeader(thrift, kind, body.length, stored));
  const header = thrift.buffer.filled();
  sink.write(header);
  sink.write(stored);
  return { uncompressed: header.length + body.length, compressed: header.length + stored.length };
}

/** Writes the fields of a `PageHeader`. The checksum is that of gzip, of the page as it is stored. */
function writePageHeader(thrift: CompactWriter, kind: PageKind, size: number, stored: Uint8Array): void {
  thrift.i32(1, kind.type);
  thrift.i32(2, size);
  thrift.i32(3, stored.length);
  thrift.i32(4, crc32(stored));
  if (kind.type === PageType.DICTIONARY_PAGE) {
    thrift.structField(7, () => {
      thrift.i32(1, kind.values);
      thrift.i32(2, kind.encoding);
    });
    return;
  }
  thrift.structField(5, () => {
    thrift.i32(1, kind.values);
    thrift.i32(2, kind.encoding);
    thrift.i32(3, Encoding.RLE); // of definition levels
    thrift.i32(4, Encoding.RLE); // of repetition levels
  });
}
