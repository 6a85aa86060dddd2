import {
  AsyncByteQueue,
  Binary,
  type Data,
  Int64,
  makeData,
  RecordBatch,
  RecordBatchFileWriter,
  RecordBatchStreamWriter,
  type Schema,
  Struct,
  Uint8,
  Utf8,
} from 'apache-arrow';
import { arrowSchema, pngType, tensorType } from './arrow-schema.js';
import type { BatchLimits } from './batches.js';
import type { EncodedRows, RowBatch } from './encoded-split.js';
import type { Sink } from './sink.js';
import {
  encodedImage,
  imagePath,
  imageSamples,
  labelAt,
  rowNumberAt,
  samplesPerImage,
  type TableLayout,
} from './table.js';

/** Where record batches are cut. */
export const RECORD_BATCH_LIMITS: BatchLimits = { rows: 10_000, bytes: 32 * 1024 * 1024 };

/** Arrow's two file forms: `file` has a footer and can be memory-mapped; `stream` is read from front to back. */
export type ArrowForm = 'file' | 'stream';

/**
 * Writes record batches as one Arrow IPC file, one at a time. The buffers are laid out as
 * Arrow has them and not compressed, so that a reader maps them without a copy.
 */
export function writeArrowShard(
  batches: Iterable<RowBatch>,
  sink: Sink,
  layout: TableLayout,
  form: ArrowForm,
): void {
  const schema = arrowSchema(layout);
  const writer = form === 'file' ? new RecordBatchFileWriter() : new RecordBatchStreamWriter();
  writer.reset(new SinkQueue(sink), schema);
  for (const batch of batches) {
    writer.write(new RecordBatch(schema, rowsData(batch, layout, schema)));
  }
  writer.close();
}

/** Hands on what the writer queues, at once: nothing gathers in memory. */
class SinkQueue extends AsyncByteQueue<Uint8Array> {
  readonly #sink: Sink;

  constructor(sink: Sink) {
    super();
    this.#sink = sink;
  }

  override write(bytes: Uint8Array): void {
    this.#sink.write(bytes);
  }
}

function rowsData({ rows: split, range }: RowBatch, layout: TableLayout, schema: Schema): Data<Struct> {
  const rows = split.order.subarray(range.start, range.end);
  const children = [
    layout.image === 'png' ? pngData(split, rows) : tensorData(split, rows, layout),
    int64Data(rows, (row) => labelAt(split, row)),
  ];
  if (layout.columns.index !== undefined) children.push(int64Data(rows, (row) => rowNumberAt(split, row)));
  return makeData({ type: new Struct(schema.fields), length: rows.length, nullCount: 0, children });
}

function pngData(split: EncodedRows, rows: Uint32Array): Data {
  const images = Array.from(rows, (row) => encodedImage(split, row));
  // A path is ASCII: as many bytes as letters, so that all of a batch are encoded at once.
  const paths = Array.from(rows, (row) => imagePath(split.name, rowNumberAt(split, row)));
  const children = [
    makeData({ type: new Binary(), length: rows.length, nullCount: 0, ...concatenate(images) }),
    makeData({
      type: new Utf8(),
      length: rows.length,
      nullCount: 0,
      valueOffsets: offsetsOf(paths),
      data: new TextEncoder().encode(paths.join('')),
    }),
  ];
  return makeData({ type: pngType(), length: rows.length, nullCount: 0, children });
}

/** The values one behind the other, and where each begins and the last ends. */
function concatenate(values: readonly Uint8Array[]): { data: Uint8Array; valueOffsets: Int32Array } {
  const valueOffsets = offsetsOf(values);
  const data = new Uint8Array(valueOffsets[values.length]!);
  values.forEach((value, at) => {
    data.set(value, valueOffsets[at]);
  });
  return { data, valueOffsets };
}

/** Where each value begins when they stand one behind the other, and where the last ends. */
function offsetsOf(values: readonly { length: number }[]): Int32Array {
  const offsets = new Int32Array(values.length + 1);
  values.forEach((value, at) => {
    offsets[at + 1] = offsets[at]! + value.length;
  });
  return offsets;
}

function tensorData(split: EncodedRows, rows: Uint32Array, layout: TableLayout): Data {
  const size = samplesPerImage(layout);
  const data = new Uint8Array(rows.length * size);
  rows.forEach((row, at) => {
    data.set(imageSamples(split, row, layout), at * size);
  });
  const child = makeData({ type: new Uint8(), length: data.length, nullCount: 0, data });
  return makeData({ type: tensorType(layout), length: rows.length, nullCount: 0, child });
}

function int64Data(rows: Uint32Array, value: (row: number) => number): Data {
  const data = BigInt64Array.from(rows, (row) => BigInt(value(row)));
  return makeData({ type: new Int64(), length: rows.length, nullCount: 0, data });
}
