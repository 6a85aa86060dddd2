import type { ErrorCode } from '../errors.js';
import { decodeFault, fault } from '../errors.js';
import { arrayRecords } from '../formats/array-record/read.js';
import { readIpc } from '../formats/arrow/ipc-reader.js';
import { arrowRows } from '../formats/arrow/read.js';
import { decodeExample } from '../formats/example/read.js';
import type { FormatName } from '../formats/formats.js';
import type { Decompressors } from '../formats/parquet/decompressors.js';
import { readFileMetadata } from '../formats/parquet/metadata-reader.js';
import { parquetRows } from '../formats/parquet/read.js';
import { tfrecords } from '../formats/tfrecord/read.js';
import type { OpenFile } from '../fs/open-file.js';
import { ALL_ROWS, type Cell, type ColumnRow, type RowRange } from '../rows/cell.js';
import type { PublishedFeature } from './features.js';

/** A row as a shard of some format has it. */
export interface ShardRow {
  /** What it holds of each feature, by name. */
  cells: ReadonlyMap<string, Cell>;
  /** The name of its row in its source, and the number, as far as the format has them. */
  path?: string | undefined;
  index?: bigint | undefined;
  /** Bytes of the serialized Example, in the formats that have one. */
  serializedBytes?: number | undefined;
}

/** Rows in order; an error in the place of one that is damaged. Where the rest cannot be read, the generator throws. */
export type ShardRows = Generator<ShardRow | Error>;

/** The codes of damage in a format's own structure. */
const CODES: Readonly<Record<FormatName, ErrorCode>> = {
  tfrecord: 'RECORD_CORRUPT',
  array_record: 'ARRAY_RECORD_INVALID',
  arrow: 'ARROW_INVALID',
  parquet: 'PARQUET_INVALID',
};

/**
 * The rows of a shard, all or a range of them.
 *
 * @throws {DatasetError} with the code of the format, `DISK`
 */
export function* shardRows(
  format: FormatName,
  file: OpenFile,
  features: readonly PublishedFeature[],
  decompressors: Decompressors,
  range: RowRange = ALL_ROWS,
): ShardRows {
  try {
    if (format === 'tfrecord') yield* exampleRows(tfrecords(file, range));
    else if (format === 'array_record') yield* exampleRows(arrayRecords(file, range));
    else if (format === 'arrow') yield* columnRows(arrowRows(file, readIpc(file), range), features);
    else yield* columnRows(parquetRowsOf(file, decompressors, range), features);
  } catch (error) {
    throw decodeFault(error, CODES[format], 'the file');
  }
}

function parquetRowsOf(file: OpenFile, decompressors: Decompressors, range: RowRange): Generator<ColumnRow> {
  const content = readFileMetadata(file);
  const codec = content.groups[0]?.chunks[0]?.codec ?? 0;
  if (content.groups.some(({ chunks }) => chunks.some((chunk) => chunk.codec !== codec)))
    throw new RangeError('its column chunks are compressed in different ways');
  return parquetRows(file, content, decompressors.get(codec), range);
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
    let index: bigint | undefined;
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
      index = BigInt(numbers.numbers[0] ?? -1);
      cells.delete(INDEX);
    }
    yield { cells, path, index };
  }
}
