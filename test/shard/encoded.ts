import { frameRecord, RECORD_FOOTER_BYTES, RECORD_HEADER_BYTES } from '../../src/encode/record.js';
import { type EncodedSlice, encodeSlice } from '../../src/encode/slice.js';
import type { EncodedSplit } from '../../src/shard/encoded-split.js';
import type { ShardLayout } from '../../src/shard/formats.js';
import type { Sink } from '../../src/shard/sink.js';
import type { TableLayout } from '../../src/shard/table.js';
import { drawImage, KINDS } from '../encode/images.js';

/** A table of small oblong images. */
export const TABLE: TableLayout = {
  columns: { image: 'image', label: 'label' },
  classNames: ['zero', 'one', 'two'],
  image: 'png',
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

/** A split of the given records, as workers leave it: in slices of `sliceRows` rows. */
export function encodedSplit(
  records: readonly Uint8Array[],
  sliceRows: number,
  order: readonly number[],
): EncodedSplit {
  const slices: EncodedSlice[] = [];
  for (let firstRow = 0; firstRow < records.length; firstRow += sliceRows) {
    const own = records.slice(firstRow, firstRow + sliceRows);
    const offsets = [0];
    for (const record of own) offsets.push((offsets.at(-1) ?? 0) + record.length);
    slices.push({
      firstRow,
      rows: own.length,
      records: shared(Buffer.concat(own)),
      offsets: sharedOffsets(offsets),
      // All of a record's data is its image.
      imageStarts: sharedOffsets(offsets.slice(0, -1).map((start) => start + RECORD_HEADER_BYTES)),
      imageEnds: sharedOffsets(offsets.slice(1).map((end) => end - RECORD_FOOTER_BYTES)),
    });
  }
  return {
    name: 'train',
    slices,
    sliceRows,
    order: sharedOffsets(order),
    labels: shared(new Uint8Array(records.length)),
  };
}

/** Samples of the image that {@link encodedImages} has at a row. */
export function pixelsOf(row: number): Uint8Array {
  const pixels = drawImage(KINDS[row % KINDS.length]!, { height: 5, width: 7, channels: 1 }).slice();
  pixels[row % pixels.length]! ^= row;
  return pixels;
}

/** A split of images of {@link TABLE} as workers encode it, with their samples; labels count 0, 1, 2, 0, ... */
export function encodedImages(order: readonly number[], sliceRows = 4): EncodedSplit {
  const labels = shared(Uint8Array.from(order, (_, row) => row % 3));
  const slices: EncodedSlice[] = [];
  for (let firstRow = 0; firstRow < order.length; firstRow += sliceRows) {
    const rows = Math.min(sliceRows, order.length - firstRow);
    const images = Array.from({ length: rows }, (_, row) => pixelsOf(firstRow + row));
    slices.push(
      encodeSlice({
        shape: { height: 5, width: 7, channels: 1 },
        featureNames: ['image', 'label'],
        firstRow,
        rows,
        pixels: shared(Buffer.concat(images)),
        keepSamples: true,
        labels,
      }),
    );
  }
  return { name: 'train', slices, sliceRows, order: sharedOffsets(order), labels };
}

/** All that `write` gives its sink. The bytes are copied, as `Sink` asks for. */
export function writtenBy(write: (sink: Sink) => void): Buffer {
  const parts: Uint8Array[] = [];
  write({ write: (bytes) => void parts.push(Uint8Array.from(bytes)) });
  return Buffer.concat(parts);
}
