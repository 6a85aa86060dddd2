import type { ColumnChunk } from './chunk-writer.js';
import { type CompressionCodec, Encoding, type NumberOf, PageType } from './enums.js';
import { leafCount, type SchemaField, writeSchema } from './schema.js';
import { writeStatistics } from './statistics.js';
import type { CompactWriter } from './thrift-writer.js';

/** Where a part of the file lies. */
export interface Location {
  offset: number;
  length: number;
}

/** A column chunk and its indexes. */
export interface IndexedChunk {
  chunk: ColumnChunk;
  /** None where a page has no bounds. */
  columnIndex: Location | undefined;
  offsetIndex: Location;
}

/** A row group that is written. */
export interface RowGroup {
  rows: number;
  chunks: readonly IndexedChunk[];
}

/** All that the footer tells. */
export interface FileMetadata {
  schema: readonly SchemaField[];
  rowGroups: readonly RowGroup[];
  codec: NumberOf<typeof CompressionCodec>;
  keyValues: readonly { key: string; value: string }[];
  createdBy: string;
}

/** Some readers refuse any other, and nothing here came later than version 1 but fields that may be passed over. */
const VERSION = 1;

/** Writes the fields of a `FileMetaData`. */
export function writeFileMetadata(thrift: CompactWriter, file: FileMetadata): void {
  const { schema, rowGroups, codec, keyValues, createdBy } = file;
  thrift.i32(1, VERSION);
  writeSchema(thrift, 2, schema);
  thrift.i64(
    3,
    rowGroups.reduce((sum, { rows }) => sum + rows, 0),
  );
  thrift.structs(4, rowGroups, (group) => writeRowGroup(thrift, group, codec));
  if (keyValues.length > 0)
    thrift.structs(5, keyValues, ({ key, value }) => {
      thrift.string(1, key);
      thrift.string(2, value);
    });
  thrift.string(6, createdBy);
  // column_orders: without them, bounds count for nothing. TYPE_ORDER, of each column.
  thrift.structs(7, new Array(leafCount(schema)).fill(1), (order: number) =>
    thrift.structField(order, () => {}),
  );
}

/** Writes the fields of a `RowGroup`. */
function writeRowGroup(thrift: CompactWriter, { rows, chunks }: RowGroup, codec: number): void {
  const sizes = chunks.map(({ chunk }) => chunk.sizes);
  thrift.structs(1, chunks, (chunk) => writeColumnChunk(thrift, chunk, codec));
  thrift.i64(
    2, // total_byte_size
    sizes.reduce((sum, { uncompressed }) => sum + uncompressed, 0),
  );
  thrift.i64(3, rows);
  thrift.i64(5, chunks[0]!.chunk.offset);
  thrift.i64(
    6, // total_compressed_size
    sizes.reduce((sum, { compressed }) => sum + compressed, 0),
  );
}

/** Writes the fields of a `ColumnChunk`. Its own `file_offset` is to be 0 where metadata stand in the footer alone. */
function writeColumnChunk(thrift: CompactWriter, indexed: IndexedChunk, codec: number): void {
  const { chunk, columnIndex, offsetIndex } = indexed;
  thrift.i64(2, 0);
  thrift.structField(3, () => writeColumnMetadata(thrift, chunk, codec));
  thrift.i64(4, offsetIndex.offset);
  thrift.i32(5, offsetIndex.length);
  if (columnIndex === undefined) return;
  thrift.i64(6, columnIndex.offset);
  thrift.i32(7, columnIndex.length);
}

/** Writes the fields of a `ColumnMetaData`. */
function writeColumnMetadata(thrift: CompactWriter, chunk: ColumnChunk, codec: number): void {
  const { column, dictionary, pages, sizes } = chunk;
  const encoding = dictionary ? Encoding.PLAIN_DICTIONARY : Encoding.PLAIN;
  thrift.i32(1, column.type);
  thrift.i32s(2, [encoding, Encoding.RLE]);
  thrift.strings(3, column.path);
  thrift.i32(4, codec);
  thrift.i64(5, chunk.values);
  thrift.i64(6, sizes.uncompressed);
  thrift.i64(7, sizes.compressed);
  thrift.i64(9, pages[0]!.offset);
  if (dictionary) thrift.i64(11, chunk.offset);
  thrift.structField(12, () => writeStatistics(thrift, chunk.bounds));
  const dictionaryPages = dictionary ? [{ type: PageType.DICTIONARY_PAGE, count: 1 }] : [];
  const dataPages = { type: PageType.DATA_PAGE, count: pages.length };
  thrift.structs(13, [...dictionaryPages, dataPages], ({ type, count }) => {
    thrift.i32(1, type);
    thrift.i32(2, encoding);
    thrift.i32(3, count);
  });
}
