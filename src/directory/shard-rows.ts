import type { ErrorCode } from '../errors.js';
import { decodeFault, fault } from '../errors.js';
import { arrayRecords } from '../formats/array-record/read.js';
import { arrowRows } from '../formats/arrow/read.js';
import { decodeExample } from '../formats/example/read.js';
import type { FormatName } from '../formats/formats.js';
import type { Decompressors } from '../formats/parquet/decompressors.js';
import { parquetRows } from '../formats/parquet/read.js';
import { tfrecords } from '../formats/tfrecord/read.js';
import type { OpenFile } from '../fs/open-file.js';
import type { Cell, ColumnRow, RowRange } from '../rows/cell.js';
import type { PublishedFeature } from './features.js';

/** A row as a shard of some format has it. */
export interface ShardRow {
  /** What it holds of each feature, by name. */
  cells: ReadonlyMap<string, Cell>;
  /** The name of its row in its source, and the number, as far as the format has them. */
  path?: string | undefined;
  rowNumber?: bigint | undefined;
  /** Bytes of the serialized Example, in the formats that have one. */
  serializedBytes?: number | undefined;
}

/** Rows in order; an error in the place of one that is damaged. Where the rest cannot be read, the generator throws. */
export type ShardRows = Generator<ShardRow | Error>;

/** What a shard is read with. */
export interface ShardReading {
  features: readonly PublishedFeature[];
  decompressors: Decompressors;
  /** (default: all rows) */
  range?: RowRange;
}

/** How a format is read, and the code of damage in its own structure. */
const READERS: Readonly<
  Record<FormatName, { code: ErrorCode; rows: (file: OpenFile, reading: ShardReading) => ShardRows }>
> = {
  tfrecord: {
    code: 'RECORD_CORRUPT',
    rows: (file, { range }) => exampleRows(tfrecords(file, range)),
  },
  array_record: {
    code: 'ARRAY_RECORD_INVALID',
    rows: (file, { range }) => exampleRows(arrayRecords(file, range)),
  },
  arrow: {
    code: 'ARROW_INVALID',
    rows: (file, { range, features }) => columnRows(arrowRows(file, range), features),
  },
  parquet: {
    code: 'PARQUET_INVALID',
    rows: (file, { range, features, decompressors }) =>
      columnRows(parquetRows(file, decompressors, range), features),
  },
};

/**
 * The rows of a shard, all or a range of them.
 *
 * @throws {DatasetError} with the code of the format, `DISK`
 */
export function* shardRows(format: FormatName, file: OpenFile, reading: ShardReading): ShardRows {
  const { code, rows } = READERS[format];
  try {
    yield* rows(file, reading);
  } catch (error) {
    throw decodeFault(error, code, 'the file');
  }
}

function* exampleRows(records: Generator<Uint8Array | Error>): ShardRows {
  for (const record of records) yield record instanceof Error ? record : exampleRow(record);
}

function exampleRow(record: Uint8Array): ShardRow | Error {
  let features: ReturnType<typeof decodeExample>;
  try {
    features = decodeExample(record);
  } catch (error) {
    return fault(
      'EXAMPLE_INVALID',
      error instanceof Error ? error.message : 'the bytes are not a tf.train.Example',
      {
        cause: error,
      },
    );
  }
  const cells = new Map<string, Cell>();
  for (const [name, values] of features) {
    if (values instanceof Float32Array) {
      cells.set(name, { numbers: values });
      continue;
    }
    const [first] = values;
    if (first instanceof Uint8Array) {
      if (values.length === 1) cells.set(name, { bytes: first });
      else return fault('EXAMPLE_INVALID', `the feature ${name} has ${values.length} binary values`);
    } else {
      cells.set(name, { numbers: values.filter((value) => typeof value === 'bigint') });
    }
  }
  return { cells, serializedBytes: record.length };
}

/** The column of the rows' numbers; a feature of that name would be a feature. */
const INDEX = 'index';

function* columnRows(rows: Generator<ColumnRow>, features: readonly PublishedFeature[]): ShardRows {
  const names = new Set(features.map(({ name }) => name));
  const images = features.filter(({ kind }) => kind === 'image').map(({ name }) => name);
  const utf8 = new TextDecoder('utf-8', { fatal: false });
  for (const row of rows) {
    const cells = new Map(row);
    let path: string | undefined;
    let rowNumber: bigint | undefined;
    for (const name of images) {
      const bytes = cells.get(`${name}.bytes`);
      const text = cells.get(`${name}.path`);
      if (bytes === undefined || text === undefined || !('bytes' in text)) continue;
      path = utf8.decode(text.bytes);
      cells.delete(`${name}.bytes`);
      cells.delete(`${name}.path`);
      cells.set(name, bytes);
    }
    const numbers = cells.get(INDEX);
    if (!names.has(INDEX) && numbers !== undefined && 'numbers' in numbers) {
      rowNumber = BigInt(numbers.numbers[0] ?? -1);
      cells.delete(INDEX);
    }
    yield { cells, path, rowNumber };
  }
}
