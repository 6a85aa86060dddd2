import { readFile } from 'node:fs/promises';
import {
  type ColumnChunk,
  parquetMetadata,
  readColumnIndex,
  readOffsetIndex,
  type SchemaElement,
} from 'hyparquet';

/** A page of a column's chunk that has indexes, and what they say of it. */
export interface IndexedPage {
  /** Name of the column, with those that it is in. */
  column: string;
  /** Where in the file the page lies. */
  offset: number;
  endOffset: number;
  /** Which of the file's rows are in it. */
  firstRow: number;
  endRow: number;
  /** Smallest and largest value; binary ones may be cut short. */
  min: unknown;
  max: unknown;
}

/** What the page indexes of a Parquet file say, a list of pages for each column chunk that has them, as hyparquet reads them. */
export async function indexedPages(path: string): Promise<IndexedPage[][]> {
  const bytes = new Uint8Array(await readFile(path)).buffer;
  const { schema, row_groups: groups } = parquetMetadata(bytes);
  const chunks: IndexedPage[][] = [];
  let firstRow = 0;
  for (const { columns, num_rows } of groups) {
    const endRow = firstRow + Number(num_rows);
    for (const chunk of columns) {
      if (chunk.offset_index_offset !== undefined)
        chunks.push(pagesOf(bytes, schema, chunk, { firstRow, endRow }));
    }
    firstRow = endRow;
  }
  return chunks;
}

function pagesOf(
  bytes: ArrayBuffer,
  schema: readonly SchemaElement[],
  chunk: ColumnChunk,
  { firstRow, endRow }: { firstRow: number; endRow: number },
): IndexedPage[] {
  const { meta_data: column } = chunk;
  const element = schema.find(({ name }) => name === column?.path_in_schema.at(-1));
  if (column === undefined || element === undefined) throw new Error('a column chunk without metadata');
  const reader = (offset: bigint | undefined, length: number | undefined) => ({
    view: new DataView(bytes, Number(offset), length),
    offset: 0,
  });
  const { page_locations: pages } = readOffsetIndex(
    reader(chunk.offset_index_offset, chunk.offset_index_length),
  );
  // Otherwise hyparquet takes binary values for text.
  const index = readColumnIndex(reader(chunk.column_index_offset, chunk.column_index_length), element, {
    stringFromBytes: (value) => value,
  });
  if (index.min_values.length !== pages.length || index.max_values.length !== pages.length)
    throw new Error(
      `${pages.length} pages, ${index.min_values.length} and ${index.max_values.length} bounds`,
    );
  return pages.map(({ offset, compressed_page_size, first_row_index }, i) => ({
    column: column.path_in_schema.join('.'),
    offset: Number(offset),
    endOffset: Number(offset) + compressed_page_size,
    firstRow: firstRow + Number(first_row_index),
    endRow: i + 1 < pages.length ? firstRow + Number(pages[i + 1]?.first_row_index) : endRow,
    min: index.min_values[i],
    max: index.max_values[i],
  }));
}
