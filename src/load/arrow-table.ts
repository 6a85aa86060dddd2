import type { Data, DataType, Table } from 'apache-arrow';
import { valuesOf } from '../dataset/feature.js';
import { DatasetError } from '../errors.js';
import type { CellReader } from './cells.js';
import type { BatchValue } from './kinds.js';

type Arrow = typeof import('apache-arrow');

/**
 * One batch as a table of `apache-arrow`, over the batch's own memory.
 *
 * @throws {DatasetError} `USAGE` where the package is missing
 */
export async function arrowTable(
  batch: Readonly<Record<string, BatchValue>>,
  readers: readonly CellReader[],
  rows: number,
): Promise<Table> {
  const arrow = await import('apache-arrow').catch((cause: unknown) => {
    throw new DatasetError('USAGE', 'toArrowTable needs a package that is not installed', {
      expected: 'apache-arrow',
      found: 'nothing',
      next: 'npm install apache-arrow',
      cause,
    });
  });
  const shapes = new Map(readers.map(({ name, shape }) => [name, shape]));
  const columns = Object.entries(batch).map(([name, value]) => {
    const data = columnData(arrow, value, shapes.get(name) ?? [], rows);
    return [name, new arrow.Vector([data])] as const;
  });
  return new arrow.Table(Object.fromEntries(columns));
}

function columnData(arrow: Arrow, value: BatchValue, shape: readonly number[], rows: number): Data<DataType> {
  if (value instanceof Int32Array) return arrow.makeData({ type: new arrow.Int32(), data: value });
  if ('data' in value) {
    const item = numbersData(arrow, value.data);
    if (shape.length === 0) return item;
    const type = new arrow.FixedSizeList(valuesOf(shape), new arrow.Field('item', item.type, false));
    return arrow.makeData({ type, length: rows, nullCount: 0, child: item });
  }
  const valueOffsets = new Int32Array(rows + 1);
  value.forEach((bytes, row) => {
    valueOffsets[row + 1] = (valueOffsets[row] ?? 0) + bytes.length;
  });
  return arrow.makeData({
    type: new arrow.Binary(),
    valueOffsets,
    data: Buffer.concat(value),
    length: rows,
    nullCount: 0,
  });
}

function numbersData(arrow: Arrow, data: Extract<BatchValue, { data: unknown }>['data']): Data<DataType> {
  if (data instanceof Uint8Array) return arrow.makeData({ type: new arrow.Uint8(), data });
  if (data instanceof Int8Array) return arrow.makeData({ type: new arrow.Int8(), data });
  if (data instanceof Uint16Array) return arrow.makeData({ type: new arrow.Uint16(), data });
  if (data instanceof Int16Array) return arrow.makeData({ type: new arrow.Int16(), data });
  if (data instanceof Uint32Array) return arrow.makeData({ type: new arrow.Uint32(), data });
  if (data instanceof Int32Array) return arrow.makeData({ type: new arrow.Int32(), data });
  if (data instanceof BigUint64Array) return arrow.makeData({ type: new arrow.Uint64(), data });
  if (data instanceof BigInt64Array) return arrow.makeData({ type: new arrow.Int64(), data });
  if (data instanceof Float32Array) return arrow.makeData({ type: new arrow.Float32(), data });
  return arrow.makeData({ type: new arrow.Float64(), data });
}
