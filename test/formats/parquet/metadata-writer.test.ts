import { parquetMetadata, readColumnIndex } from 'hyparquet';
import { deserializeTCompactProtocol } from 'hyparquet/src/thrift.js';
import { describe, expect, it } from 'vitest';
import { parquetSettings } from '../../../src/formats/parquet/settings.js';
import { writeStatistics } from '../../../src/formats/parquet/statistics.js';
import { CompactWriter } from '../../../src/formats/parquet/thrift-writer.js';
import { rowGroupLimits, writeParquetShard } from '../../../src/formats/parquet/write.js';
import type { TableLayout } from '../../../src/rows/table.js';
import { encodedSplit, recordOf, TABLE, tableBatches, writtenBy } from '../../rows/encoded.js';
import { chunksOf } from './pages-of.js';

const ROWS = 1000;
const TENSOR: TableLayout = { ...TABLE, image: 'tensor', shape: [1, 1, 1] };

/** A file of 1,000 rows in classes 0 and 1, whose tensors are single samples: 0, then 254, and 255 at the end. */
async function fileOf(layout: TableLayout): Promise<ArrayBuffer> {
  const rows = [...new Array(ROWS).keys()];
  const records = rows.map((row) => recordOf(row, 1));
  const split = encodedSplit(records, ROWS, rows);
  const samples = new Uint8Array(new SharedArrayBuffer(ROWS)).fill(254);
  samples[0] = 0;
  samples[ROWS - 1] = 255;
  const slices = split.slices.map((slice) => ({
    ...slice,
    samples,
    labels: Uint32Array.from(rows, (row) => row % 2),
  }));
  const settings = await parquetSettings(layout, 'none');
  const batches = tableBatches({ ...split, slices }, rowGroupLimits(layout), layout);
  const bytes = writtenBy((sink) => writeParquetShard(batches, sink, layout, settings));
  return Uint8Array.from(bytes).buffer;
}

describe('the metadata of a file', () => {
  it('name logical types beside the older ones', async () => {
    const types = async (layout: TableLayout) =>
      parquetMetadata(await fileOf(layout)).schema.map(({ logical_type }) => logical_type);
    expect(await types(TABLE)).toEqual([undefined, undefined, undefined, { type: 'STRING' }, undefined]);
    const uint8 = { type: 'INTEGER', bitWidth: 8, isSigned: false };
    expect(await types(TENSOR)).toEqual([undefined, { type: 'LIST' }, undefined, uint8, undefined]);
  });

  it('give each column the order of its type', async () => {
    for (const [layout, columns] of [[TABLE, 3] as const, [TENSOR, 2] as const]) {
      const file = await fileOf(layout);
      const length = new DataView(file).getUint32(file.byteLength - 8, true);
      const view = new DataView(file, file.byteLength - 8 - length, length);
      const metadata = deserializeTCompactProtocol({ view, offset: 0 });
      // ColumnOrder is a union, whose field 1 is TYPE_ORDER.
      expect(metadata['field_7']).toEqual(new Array(columns).fill({ field_1: {} }));
    }
  });

  it('have indexes of columns in which no page is null', async () => {
    const file = await fileOf(TENSOR);
    const { schema, row_groups } = parquetMetadata(file);
    const { column_index_offset, column_index_length } = row_groups[0]!.columns[0]!;
    const view = new DataView(file, Number(column_index_offset), column_index_length);
    expect(readColumnIndex({ view, offset: 0 }, schema[3]!)).toMatchObject({
      null_pages: [false],
      min_values: [0],
      max_values: [255],
      boundary_order: 'ASCENDING',
      null_counts: [0n],
    });
  });

  it('belong to pages in which two labels take a bit each', async () => {
    const label = chunksOf(await fileOf(TABLE)).at(-1);
    // Length and run of the definition levels, width, header of the run, bits.
    expect(label?.pages.at(-1)?.header.uncompressed).toBe(4 + 3 + 1 + 2 + ROWS / 8);
  });
});

describe('writeStatistics', () => {
  it('says of each bound whether it is exact, and leaves out those of no order', () => {
    const [low, high] = [Uint8Array.of(1), Uint8Array.of(2)];
    for (const exact of [true, false]) {
      const thrift = new CompactWriter();
      const bounds = { min: { bytes: low, exact }, max: { bytes: high, exact: !exact } };
      thrift.struct(() => writeStatistics(thrift, bounds));
      const bytes = thrift.buffer.filled();
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      expect(deserializeTCompactProtocol({ view, offset: 0 })).toEqual({
        field_3: 0n,
        field_5: high,
        field_6: low,
        field_7: !exact,
        field_8: exact,
      });
    }
  });
});
