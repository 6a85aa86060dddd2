import { join } from 'node:path';
import type { PublishedFeature } from '../directory/features.js';
import { type ShardRow, type ShardRows, shardRows } from '../directory/shard-rows.js';
import type { PublishedShard } from '../directory/shards.js';
import { fault } from '../errors.js';
import type { FormatName } from '../formats/formats.js';
import type { Decompressors } from '../formats/parquet/decompressors.js';
import { NotRead } from '../fs/byte-source.js';
import { OpenFile } from '../fs/open-file.js';
import { imagePath } from '../rows/table.js';
import { type CheckedRow, isSame, type RowChecker } from './check-row.js';
import type { FeatureOrders } from './feature-orders.js';
import type { Findings } from './findings.js';

/** The format that the others are compared with is the first of these that is there. */
const RANK: readonly FormatName[] = ['tfrecord', 'array_record', 'arrow', 'parquet'];

/** What the check of a shard works with. */
export interface ShardCheck {
  directory: string;
  /** None where nothing tells of them: records are read then, and not looked into. */
  features: readonly PublishedFeature[] | undefined;
  /** Checks rows against them. */
  checker: RowChecker | undefined;
  decompressors: Decompressors;
  /** The number that the row at a place of the split has in its source. */
  order: Uint32Array;
  findings: Findings;
  orders: FeatureOrders;
  /** Is given each row that is as it should be, with its number in its source. */
  onRow?: ((row: CheckedRow, number: number, file: string, record: number) => void) | undefined;
}

/** A file of a shard while its rows are read. */
interface Reading {
  format: FormatName;
  name: string;
  file: OpenFile;
  rows: ShardRows;
  /** How many rows came, and whether that was all. */
  count: number;
  ended: boolean;
  /** Whether it ended because the rest cannot be read. */
  broken: boolean;
  serializedBytes: number;
}

/**
 * Reads all files of a shard side by side, a row at a time: the rows of the first format are checked against the features,
 * those of the others compared with them, and the names and numbers of rows with the order of the split.
 *
 * @returns bytes of the serialized examples, or `undefined` where they are not known
 */
export function checkShard(shard: PublishedShard, check: ShardCheck): number | undefined {
  const readings: Reading[] = [];
  try {
    for (const format of RANK) {
      const name = shard.files.get(format);
      if (name !== undefined) open(format, name, check, readings);
    }
    for (let record = 0; readings.some(({ ended }) => !ended); record++)
      checkRecord(record, shard, readings, check);
    for (const reading of readings) checkCount(reading, shard, check);
    const known = readings.find(
      ({ format, broken }) => !broken && format !== 'arrow' && format !== 'parquet',
    );
    return known?.serializedBytes;
  } finally {
    for (const { file } of readings) file.close();
  }
}

function open(format: FormatName, name: string, check: ShardCheck, readings: Reading[]): void {
  const { directory, features, decompressors, findings } = check;
  try {
    const file = new OpenFile(join(directory, name));
    const rows = shardRows(format, file, { features: features ?? [], decompressors });
    readings.push({ format, name, file, rows, count: 0, ended: false, broken: false, serializedBytes: 0 });
  } catch (error) {
    findings.add(name, error);
  }
}

function checkRecord(
  record: number,
  shard: PublishedShard,
  readings: readonly Reading[],
  { checker, findings, order, orders, onRow }: ShardCheck,
): void {
  const number = record < shard.rows ? order[shard.start + record] : undefined;
  let first: { row: CheckedRow; name: string } | undefined;
  for (const reading of readings) {
    const row = nextRow(reading, record, findings);
    if (row !== undefined && reading.format === 'tfrecord') orders.add(row.cells.keys());
    if (row === undefined || number === undefined) continue;
    try {
      checkOrder(row, number, shard);
      if (first === undefined) {
        first = {
          row: checker === undefined ? unchecked(row) : checker.check(row),
          name: reading.name,
        };
        onRow?.(first.row, number, reading.name, record);
      } else {
        compare(first.row, row, first.name);
      }
    } catch (error) {
      findings.add(reading.name, error, record);
    }
  }
}

function unchecked({ cells }: ShardRow): CheckedRow {
  return { cells, stored: cells, samples: new Map() };
}

/** The next row, or `undefined` where there is none, or a damaged one. */
function nextRow(reading: Reading, record: number, findings: Findings): ShardRow | undefined {
  if (reading.ended) return undefined;
  try {
    const { value, done } = reading.rows.next();
    if (done === true) {
      reading.ended = true;
      return undefined;
    }
    reading.count++;
    if (value instanceof Error) {
      reading.broken = true;
      findings.add(reading.name, value, record);
      return undefined;
    }
    reading.serializedBytes += value.serializedBytes ?? 0;
    return value;
  } catch (error) {
    reading.ended = true;
    reading.broken = true;
    if (error instanceof NotRead) findings.skip(reading.name, error.message);
    else findings.add(reading.name, error, record);
    return undefined;
  }
}

function checkOrder({ path, rowNumber }: ShardRow, number: number, { split }: PublishedShard): void {
  const expected = imagePath(split.name, number);
  if (path !== undefined && path !== expected)
    throw fault('ORDER_MISMATCH', 'another row stands here than the order of the split has', {
      expected,
      found: path,
    });
  if (rowNumber !== undefined && rowNumber !== BigInt(number))
    throw fault('ORDER_MISMATCH', 'another row stands here than the order of the split has', {
      expected: `index ${number}`,
      found: `index ${rowNumber}`,
    });
}

function compare({ cells, stored, samples }: CheckedRow, row: ShardRow, name: string): void {
  for (const [feature, cell] of cells) {
    const other = row.cells.get(feature);
    if (isSame(cell, other, samples.get(feature)) || isSame(stored.get(feature) ?? cell, other, undefined))
      continue;
    throw fault('ROW_MISMATCH', `${feature} is another one than in ${name}`, {
      expected: shown(cell),
      found: shown(other),
    });
  }
  if (row.cells.size !== cells.size)
    throw fault('ROW_MISMATCH', `it has other columns than ${name} has features`, {
      expected: [...cells.keys()].join(', '),
      found: [...row.cells.keys()].join(', '),
    });
}

function shown(cell: ReturnType<CheckedRow['cells']['get']>): string {
  if (cell === undefined) return 'nothing';
  if ('bytes' in cell) return `${cell.bytes.length} bytes`;
  const few = Array.from({ length: Math.min(cell.numbers.length, 8) }, (_, at) => String(cell.numbers[at]));
  return (
    few.join(' ') + (cell.numbers.length > few.length ? ` and ${cell.numbers.length - few.length} more` : '')
  );
}

function checkCount(
  { name, count, broken }: Reading,
  { rows }: PublishedShard,
  { findings }: ShardCheck,
): void {
  if (broken || count === rows) return;
  findings.add(
    name,
    fault('COUNT_MISMATCH', 'it has another number of rows than the manifest says', {
      expected: `${rows} rows`,
      found: `${count} rows`,
    }),
  );
}
