import { RecordBatchReader, type Table, tableFromIPC, util } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import type { ArrowForm } from '../../../src/formats/arrow/framing.js';
import { serializedArrowSchema } from '../../../src/formats/arrow/table-schema.js';
import { RECORD_BATCH_LIMITS, writeArrowShard } from '../../../src/formats/arrow/write.js';
import type { ShardRange } from '../../../src/plan/shards.js';
import type { EncodedRows } from '../../../src/rows/encoded-rows.js';
import { encodedImage, type TableLayout } from '../../../src/rows/table.js';
import {
  encodedImages,
  encodedSplit,
  pixelsOf,
  recordOf,
  TABLE,
  tableBatches,
  writtenBy,
} from '../../rows/encoded.js';

const FORMS = ['file', 'stream'] as const;
const ORDER = [7, 2, 0, 9, 4, 1, 8, 3, 6, 5];
const ALL = { start: 0, end: ORDER.length };
const WITH_INDEX: TableLayout = { ...TABLE, columns: { image: 'image', label: 'label', index: 'index' } };
const TENSOR: TableLayout = { ...TABLE, image: 'tensor' };
const EXTENSION: TableLayout = { ...TENSOR, tensors: 'extension' };

function shardOf(
  split: EncodedRows,
  {
    range = ALL,
    layout = TABLE,
    form = 'file',
  }: { range?: ShardRange; layout?: TableLayout; form?: ArrowForm },
): Buffer {
  const batches = tableBatches(split, RECORD_BATCH_LIMITS, layout, range);
  return writtenBy((sink) => writeArrowShard(batches, sink, layout, form));
}

function column(table: Table, name: string): unknown[] {
  return [...(table.getChild(name) ?? [])];
}

function batchRows(table: Table): number[] {
  return table.batches.map(({ numRows }) => numRows);
}

describe.each(FORMS)('writeArrowShard as a %s', (form) => {
  it('writes images, paths and labels of its places in their order', () => {
    const split = encodedImages(ORDER);
    const table = tableFromIPC(shardOf(split, { form, range: { start: 2, end: 9 } }));
    const rows = ORDER.slice(2, 9);
    const positions = split.order.subarray(2, 9);
    expect(table.schema.fields.map(String)).toEqual([
      'image: Struct<{bytes:Binary, path:Utf8}>',
      'label: Int64',
    ]);
    expect(table.getChild('image')?.getChild('bytes')?.toArray()).toEqual(
      Array.from(positions, (position) => Uint8Array.from(encodedImage(split, position))),
    );
    expect(table.getChild('image')?.getChild('path')?.toArray()).toEqual(
      rows.map((row) => `train/0000000${row}.png`),
    );
    expect(column(table, 'label')).toEqual(rows.map((row) => BigInt(row % 3)));
    expect(batchRows(table)).toEqual([7]);
  });

  it('writes paths of a split whose name is not ASCII', () => {
    const split = { ...encodedImages(ORDER), name: 'prüf' };
    const paths = tableFromIPC(shardOf(split, { form })).getChild('image')?.getChild('path');
    expect(paths?.toArray()).toEqual(ORDER.map((row) => `prüf/0000000${row}.png`));
  });

  it('writes the index where it is wanted', () => {
    const table = tableFromIPC(shardOf(encodedImages(ORDER), { form, layout: WITH_INDEX }));
    expect(table.schema.fields.map(({ name }) => name)).toEqual(['image', 'label', 'index']);
    expect(column(table, 'index')).toEqual(ORDER.map(BigInt));
  });

  it('writes samples as lists of one length', () => {
    const table = tableFromIPC(shardOf(encodedImages(ORDER), { form, layout: TENSOR }));
    expect(table.schema.fields.map(String)).toEqual(['image: FixedSizeList[35]<Uint8>', 'label: Int64']);
    expect([...table.schema.fields[0]!.metadata]).toEqual([]);
    // One run of bytes: what numpy sees without a copy.
    expect(table.getChild('image')?.data[0]?.children[0]?.values.subarray(0, 350)).toEqual(
      Uint8Array.from(Buffer.concat(ORDER.map(pixelsOf))),
    );
  });

  it('writes the same as tensors of the shape that they have, where that is wanted', () => {
    const [list, tensor] = [TENSOR, EXTENSION].map((layout) =>
      tableFromIPC(shardOf(encodedImages(ORDER), { form, layout })),
    );
    const { metadata } = tensor!.schema.fields[0]!;
    expect(metadata.get('ARROW:extension:name')).toBe('arrow.fixed_shape_tensor');
    expect(JSON.parse(metadata.get('ARROW:extension:metadata')!)).toEqual({ shape: [5, 7, 1] });
    expect(tensor!.toString()).toBe(list!.toString());
  });

  it('describes the columns to Hugging Face datasets, and lets every field be null', () => {
    for (const layout of [TABLE, WITH_INDEX, TENSOR, EXTENSION]) {
      const { schema } = tableFromIPC(shardOf(encodedImages(ORDER), { form, layout }));
      expect([...schema.metadata.keys()]).toEqual(layout === EXTENSION ? [] : ['huggingface']);
      expect(schema.fields.every(({ nullable }) => nullable)).toBe(true);
    }
  });

  it('cuts batches at 10,000 rows', () => {
    const rows = 20_001;
    const records = Array.from({ length: rows }, (_, row) => recordOf(row, row % 3));
    const order = records.map((_, place) => rows - 1 - place);
    const split = encodedSplit(records, 4096, order);
    const bytes = shardOf(split, { form, layout: WITH_INDEX, range: { start: 0, end: rows } });
    const table = tableFromIPC(bytes);
    expect(batchRows(table)).toEqual([10_000, 10_000, 1]);
    expect(column(table, 'index')).toEqual(order.map(BigInt));
    const images = [...(table.getChild('image')?.getChild('bytes') ?? [])];
    expect(images.every((image, at) => image.length === order[at]! % 3)).toBe(true);
  });

  it('cuts batches at 32 MiB of images', () => {
    const records = [11, 11, 11, 33, 1].map((mib, row) => recordOf(row, mib * 2 ** 20));
    const split = encodedSplit(records, 2, [0, 1, 2, 3, 4]);
    const table = tableFromIPC(shardOf(split, { form, range: { start: 0, end: 5 } }));
    expect(batchRows(table)).toEqual([2, 1, 1, 1]);
  });

  it('is read from a stream of bytes too', async () => {
    const bytes = shardOf(encodedImages(ORDER), { form });
    const reader = await RecordBatchReader.from(
      (async function* () {
        for (let at = 0; at < bytes.length; at += 100) yield Uint8Array.from(bytes.subarray(at, at + 100));
      })(),
    );
    let rows = 0;
    for await (const batch of reader) rows += batch.numRows;
    expect(rows).toBe(ORDER.length);
  });
});

describe('writeArrowShard', () => {
  it('begins and ends a file with its magic, and a stream without', () => {
    const [file, stream] = FORMS.map((form) => shardOf(encodedImages(ORDER), { form }));
    expect([file!.toString('latin1', 0, 6), file!.toString('latin1', file!.length - 6)]).toEqual([
      'ARROW1',
      'ARROW1',
    ]);
    expect(stream!.subarray(0, 4)).toEqual(Buffer.from([255, 255, 255, 255]));
    expect(stream!.subarray(-8)).toEqual(Buffer.from([255, 255, 255, 255, 0, 0, 0, 0]));
  });

  it('writes the same whatever the slices', () => {
    const [first, ...others] = [1, 3, 4, 100].map((sliceRows) =>
      shardOf(encodedImages(ORDER, sliceRows), {}),
    );
    for (const other of others) expect(Buffer.compare(other, first!)).toBe(0);
  });
});

describe('serializedArrowSchema', () => {
  it.each([
    ['png', TABLE],
    ['png and index', WITH_INDEX],
    ['list', TENSOR],
    ['extension', EXTENSION],
  ])('is the schema of the shards, as a message that ends at a multiple of 8: %s', (_, layout) => {
    const bytes = Buffer.from(serializedArrowSchema(layout), 'base64');
    expect(bytes.length % 8).toBe(0);
    const { schema } = tableFromIPC(bytes);
    expect(util.compareSchemas(schema, tableFromIPC(shardOf(encodedImages(ORDER), { layout })).schema)).toBe(
      true,
    );
    expect([...(schema.fields[0]?.metadata.keys() ?? [])]).toHaveLength(layout === EXTENSION ? 2 : 0);
  });
});
