import { type ColumnMetaData, parquetMetadata } from 'hyparquet';
import { deserializeTCompactProtocol } from 'hyparquet/src/thrift.js';

/** A page as it lies in a file. */
export interface Page {
  offset: number;
  /** Header and page. */
  bytes: number;
  header: PageHeader;
  /** The page as it is stored. */
  stored: Buffer;
}

interface PageHeader {
  type: number;
  uncompressed: number;
  crc: number;
  values: number;
  encoding: number;
}

/** The chunks of a file, row group after row group, with the pages that follow one another from their beginning on. */
export function chunksOf(file: ArrayBuffer): { metadata: ColumnMetaData; pages: Page[] }[] {
  return parquetMetadata(file).row_groups.flatMap(({ columns }) =>
    columns.map(({ meta_data: metadata }) => {
      if (metadata === undefined) throw new Error('a column chunk without metadata');
      const start = Number(metadata.dictionary_page_offset ?? metadata.data_page_offset);
      return { metadata, pages: pagesOf(file, start, start + Number(metadata.total_compressed_size)) };
    }),
  );
}

function pagesOf(file: ArrayBuffer, start: number, end: number): Page[] {
  const pages: Page[] = [];
  for (let offset = start; offset < end; offset += pages.at(-1)?.bytes ?? 0) {
    const reader = { view: new DataView(file, offset), offset: 0 };
    const header = deserializeTCompactProtocol(reader);
    const [size, kind] = [header['field_3'], header['field_5'] ?? header['field_7']];
    pages.push({
      offset,
      bytes: reader.offset + size,
      header: {
        type: header['field_1'],
        uncompressed: header['field_2'],
        crc: header['field_4'],
        values: kind['field_1'],
        encoding: kind['field_2'],
      },
      stored: Buffer.from(file, offset + reader.offset, size),
    });
  }
  if (end !== (pages.at(-1)?.offset ?? 0) + (pages.at(-1)?.bytes ?? 0)) throw new Error('pages run over');
  return pages;
}
