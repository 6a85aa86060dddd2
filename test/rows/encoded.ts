import { DTYPES, type DType, valuesOf } from '../../src/dataset/feature.js';
import { RECORD_LIMITS, type ShardLayout } from '../../src/formats/formats.js';
import { frameRecord, RECORD_FOOTER_BYTES, RECORD_HEADER_BYTES } from '../../src/formats/tfrecord/framing.js';
import { recordBytesAt } from '../../src/formats/tfrecord/records.js';
import type { Sink } from '../../src/fs/sink.js';
import type { ShardRange } from '../../src/plan/shards.js';
import { encodeSlice } from '../../src/prepare/encode-slice.js';
import { type BatchLimits, rowsInMemory } from '../../src/rows/batches.js';
import type { EncodedRows, RowBatch } from '../../src/rows/encoded-rows.js';
import type { EncodedSlice } from '../../src/rows/slice.js';
import type { EncodedSplit } from '../../src/rows/spill/row-store.js';
import { imageBytesAt, rowNumberAt, type TableLayout } from '../../src/rows/table.js';
import { drawImage, KINDS } from '../formats/png/images.js';

/** A table of small oblong images. */
export const TABLE: TableLayout = {
  columns: { image: 'image', label: 'label' },
  classNames: ['zero', 'one', 'two'],
  image: 'png',
  tensors: 'list',
  dtype: 'uint8',
  shape: [5, 7, 1],
};

/** {@link TABLE} as shards, everything else as it comes. */
export const LAYOUT: ShardLayout = { table: TABLE, compression: 'snappy', arrowForm: 'file' };

function shared(bytes: Uint8Array): Uint8Array<SharedArrayBuffer> {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}

function sharedOffsets(values: readonly number[]): Uint32Array<SharedArrayBuffer> {
  const offsets = new Uint32Array(new SharedArrayBuffer(values.length * 4));
  offsets.set(values);
  return offsets;
}

/** The framed record of a row: its data is the row's number, as often as `length` says. */
export function recordOf(row: number, length: number): Uint8Array {
  const record = new Uint8Array(length + 16).fill(row & 0xff);
  frameRecord(record, 0, RECORD_HEADER_BYTES + length);
  return record;
}

/** A split of the given records, in slices of `sliceRows` rows; each row lies at the position of its number. */
export function encodedSplit(
  records: readonly Uint8Array[],
  sliceRows: number,
  order: readonly number[],
): EncodedRows {
  const slices: EncodedSlice[] = [];
  for (let firstRow = 0; firstRow < records.length; firstRow += sliceRows) {
    const own = records.slice(firstRow, firstRow + sliceRows);
    const offsets = [0];
    for (const record of own) offsets.push((offsets.at(-1) ?? 0) + record.length);
    slices.push({
      firstPosition: firstRow,
      rows: own.length,
      records: shared(Buffer.concat(own)),
      offsets: sharedOffsets(offsets),
      // All of a record's data is its image.
      imageStarts: sharedOffsets(offsets.slice(0, -1).map((start) => start + RECORD_HEADER_BYTES)),
      imageEnds: sharedOffsets(offsets.slice(1).map((end) => end - RECORD_FOOTER_BYTES)),
      rowNumbers: sharedOffsets(own.map((_, at) => firstRow + at)),
      hashes: sharedOffsets(own.map(() => 0)),
      labels: sharedOffsets(own.map(() => 0)),
    });
  }
  return { name: 'train', slices, sliceRows, order: sharedOffsets(order) };
}

/** Samples of the image that {@link encodedImages} has at a row. */
export function pixelsOf(row: number): Uint8Array {
  const pixels = drawImage(KINDS[row % KINDS.length]!, { height: 5, width: 7, channels: 1 }).slice();
  pixels[row % pixels.length]! ^= row;
  return pixels;
}

/**
 * A split of images of {@link TABLE} as workers encode it, with their samples; labels count 0, 1, 2, 0, ...
 *
 * @param order the rows' numbers at the places
 */
export function encodedImages(order: readonly number[], sliceRows = 4): EncodedRows {
  const slices: EncodedSlice[] = [];
  for (let firstRow = 0; firstRow < order.length; firstRow += sliceRows) {
    const rows = Math.min(sliceRows, order.length - firstRow);
    const images = Array.from({ length: rows }, (_, row) => pixelsOf(firstRow + row));
    slices.push(
      encodeSlice({
        keys: { splitName: 'train' },
        features: {
          input: { kind: 'image', name: 'image', dtype: 'uint8', shape: [5, 7, 1] },
          label: 'label',
        },
        firstRow,
        rows,
        elements: shared(Buffer.concat(images)),
        keepSamples: true,
        labels: Uint32Array.from(images, (_, row) => (firstRow + row) % 3),
      }),
    );
  }
  const rowNumbers = slices.flatMap((slice) => Array.from(slice.rowNumbers));
  const positions = order.map((row) => rowNumbers.indexOf(row));
  return { name: 'train', slices, sliceRows, order: sharedOffsets(positions) };
}

/** Rows of a tensor with these elements, in their order, with their samples; halves are given by their bits. */
export function encodedTensors(
  dtype: DType,
  shape: readonly number[],
  values: readonly (number | bigint)[],
): EncodedRows {
  const { bytes } = DTYPES[dtype];
  const view = new DataView(new SharedArrayBuffer(values.length * bytes));
  for (const [at, value] of values.entries()) {
    if (dtype === 'float32') view.setFloat32(at * 4, Number(value));
    else if (dtype === 'float64') view.setFloat64(at * 8, Number(value));
    else if (bytes === 8) view.setBigInt64(at * 8, BigInt(value));
    else if (bytes === 4) view.setInt32(at * 4, Number(value));
    else if (bytes === 2) view.setInt16(at * 2, Number(value));
    else view.setInt8(at, Number(value));
  }
  const rows = values.length / valuesOf(shape);
  const slice = encodeSlice({
    keys: { splitName: 'train' },
    features: { input: { kind: 'tensor', name: 'features', dtype, shape } },
    firstRow: 0,
    rows,
    elements: new Uint8Array(view.buffer),
    keepSamples: true,
  });
  const order = Uint32Array.from({ length: rows }, (_, row) => slice.rowNumbers.indexOf(row));
  return { name: 'train', slices: [slice], sliceRows: rows, order };
}

/** All that `write` gives its sink. The bytes are copied, as `Sink` asks for. */
export function writtenBy(write: (sink: Sink) => void): Buffer {
  const parts: Uint8Array[] = [];
  write({ write: (bytes) => void parts.push(Uint8Array.from(bytes)) });
  return Buffer.concat(parts);
}

const allOf = ({ order }: EncodedRows): ShardRange => ({ start: 0, end: order.length });

/** The rows at the places of `range`, in batches as formats of records ask for them. */
export function recordBatches(rows: EncodedRows, range = allOf(rows)): Iterable<RowBatch> {
  return rowsInMemory(rows).batches(range, RECORD_LIMITS, recordBytesAt);
}

/** The same, in batches of a table. */
export function tableBatches(
  rows: EncodedRows,
  limits: BatchLimits,
  layout: TableLayout,
  range = allOf(rows),
): Iterable<RowBatch> {
  return rowsInMemory(rows).batches(range, limits, (from, place) => imageBytesAt(from, place, layout));
}

/** Rows that stayed in memory, for {@link writeShard}. */
export function inMemory(encoded: EncodedRows): EncodedSplit {
  return { state: 'in memory', encoded, rows: encoded.order.length, recordBytes: 0, keptBytes: 0 };
}

/** The number of the row at each place. */
export function rowsInOrder(rows: EncodedRows): number[] {
  return Array.from(rows.order, (position) => rowNumberAt(rows, position));
}
