import { decompress } from 'fzstd';
import {
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  readOffsetIndex,
  snappyUncompress,
} from 'hyparquet';
import { RangedFile } from './ranged-file.js';

/** A row's image as it is encoded, and the name of the row in its source. */
export interface EncodedRow {
  bytes: Uint8Array;
  path: string;
}

/** Rows that are read together: those of a page of the images' bytes. */
interface Unit {
  start: number;
  end: number;
}

const COMPRESSORS: Compressors = {
  SNAPPY: (stored, length) => {
    const content = new Uint8Array(length);
    snappyUncompress(stored, content);
    return content;
  },
  ZSTD: (stored, length) => decompress(stored, new Uint8Array(length)),
};

/** One Parquet shard on the server. */
export class ShardImages {
  readonly file: RangedFile;
  readonly rows: number;
  readonly #image: string;
  #opened: Promise<{ metadata: FileMetaData; units: Unit[] }> | undefined;

  constructor(url: string, bytes: number, rows: number, image: string) {
    this.file = new RangedFile(url, bytes);
    this.rows = rows;
    this.#image = image;
  }

  /** The rows that are read together with this one. */
  async unitOf(row: number): Promise<Unit> {
    this.#opened ??= this.#open();
    const { units } = await this.#opened;
    const unit = units.find(({ start, end }) => row >= start && row < end);
    if (unit === undefined) throw new Error(`${this.file.url} has no row ${row}`);
    return unit;
  }

  /** Those rows: of all columns' pages only the ones that hold them are read. */
  async read({ start, end }: Unit): Promise<EncodedRow[]> {
    const rows = await this.#columns(this.#image, start, end);
    return rows.map((row) => encodedRow(row[this.#image]));
  }

  /** The labels of all rows. */
  async labels(column: string): Promise<number[]> {
    const rows = await this.#columns(column, 0, this.rows);
    return rows.map((row) => Number(row[column]));
  }

  async #columns(column: string, rowStart: number, rowEnd: number): Promise<Record<string, unknown>[]> {
    this.#opened ??= this.#open();
    const { metadata } = await this.#opened;
    return parquetReadObjects({
      file: this.file,
      metadata,
      columns: [column],
      rowStart,
      rowEnd,
      useOffsetIndex: true,
      // Binary columns without a logical type are bytes, and not text.
      utf8: false,
      compressors: COMPRESSORS,
    });
  }

  async #open(): Promise<{ metadata: FileMetaData; units: Unit[] }> {
    const metadata = await parquetMetadataAsync(this.file, { initialFetchSize: 32 * 1024 });
    if (Number(metadata.num_rows) !== this.rows)
      throw new Error(
        `${this.file.url} has ${metadata.num_rows} rows, not ${this.rows}: write this page again`,
      );
    const units: Unit[] = [];
    let first = 0;
    for (const { columns, num_rows: count } of metadata.row_groups) {
      const chunk = columns.find((one) => one.meta_data?.path_in_schema.join('.') === `${this.#image}.bytes`);
      if (chunk === undefined) throw new Error(`${this.file.url} holds no encoded images`);
      const starts = await this.#pageStarts(chunk.offset_index_offset, chunk.offset_index_length);
      const end = first + Number(count);
      for (const [at, start] of starts.entries())
        units.push({
          start: first + start,
          end: at + 1 < starts.length ? first + (starts[at + 1] ?? 0) : end,
        });
      first = end;
    }
    return { metadata, units };
  }

  /** The rows in a row group that begin its pages; the first alone where there is no index. */
  async #pageStarts(offset: bigint | undefined, length: number | undefined): Promise<number[]> {
    if (offset === undefined || length === undefined) return [0];
    const bytes = await this.file.slice(Number(offset), Number(offset) + length);
    const index = readOffsetIndex({ view: new DataView(bytes), offset: 0 });
    return index.page_locations.map((page) => Number(page.first_row_index));
  }
}

function encodedRow(image: unknown): EncodedRow {
  if (typeof image === 'object' && image !== null && 'bytes' in image && image.bytes instanceof Uint8Array)
    return { bytes: image.bytes, path: 'path' in image && typeof image.path === 'string' ? image.path : '' };
  throw new Error('a row holds no image');
}
