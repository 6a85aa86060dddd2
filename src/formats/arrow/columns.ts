import { rowBytesOf, valuesOf } from '../../dataset/feature.js';
import type { Sink } from '../../fs/sink.js';
import { BitPacker } from '../../rows/bits.js';
import type { EncodedRows, RowBatch } from '../../rows/encoded-rows.js';
import { imagePaths } from '../../rows/images.js';
import {
  encodedImage,
  encodedImageLength,
  labelAt,
  rowNumberAt,
  samplesAt,
  type TableLayout,
} from '../../rows/table.js';
import { OFFSET_BYTES } from './framing.js';
import type { BodyBuffer } from './record-batch.js';

const INT64_BYTES = 8;

/**
 * The buffers of the rows at the places of `batch`, in the order of the fields of `arrowSchema`. Images and tensors go to the
 * sink straight from the memory that they lie in; what is made here is made when it is written, and gone after.
 */
export function batchBuffers({ rows, range }: RowBatch, layout: TableLayout): BodyBuffer[] {
  const positions = rows.order.subarray(range.start, range.end);
  const image =
    layout.image === 'png' ? pngBuffers(rows, positions) : [sampleBuffer(rows, positions, layout)];
  const { label, index } = layout.columns;
  const int64 = (name: string | undefined, valueAt: typeof labelAt): BodyBuffer[] =>
    name === undefined ? [] : [int64Buffer(positions, (position) => valueAt(rows, position))];
  return [...image, ...int64(label, labelAt), ...int64(index, rowNumberAt)];
}

/** Images as PNG, and their paths. */
function pngBuffers(rows: EncodedRows, positions: Uint32Array): BodyBuffer[] {
  const paths = imagePaths(rows);
  const writeImages = (sink: Sink): void => {
    for (const position of positions) sink.write(encodedImage(rows, position));
  };
  const writePaths = (sink: Sink, length: number): void => {
    const bytes = new Uint8Array(length);
    let at = 0;
    for (const position of positions) at = paths.write(position, bytes, at);
    sink.write(bytes);
  };
  return [
    ...binaryBuffers(positions, (position) => encodedImageLength(rows, position), writeImages),
    ...binaryBuffers(positions, paths.lengthOf, writePaths),
  ];
}

/**
 * Where each value begins when they stand one behind the other, and where the last ends; and the values themselves. The
 * limits of batches and of images keep the offsets within 31 bits.
 */
function binaryBuffers(
  positions: Uint32Array,
  lengthOf: (position: number) => number,
  write: (sink: Sink, length: number) => void,
): BodyBuffer[] {
  const offsets = new DataView(new ArrayBuffer((positions.length + 1) * OFFSET_BYTES));
  let length = 0;
  positions.forEach((position, at) => {
    length += lengthOf(position);
    offsets.setInt32((at + 1) * OFFSET_BYTES, length, true);
  });
  return [
    { length: offsets.byteLength, write: (sink) => sink.write(new Uint8Array(offsets.buffer)) },
    { length, write: (sink) => write(sink, length) },
  ];
}

function sampleBuffer(rows: EncodedRows, positions: Uint32Array, layout: TableLayout): BodyBuffer {
  if (layout.dtype === 'bool') return bitBuffer(rows, positions, layout);
  return {
    length: positions.length * rowBytesOf(layout),
    write(sink) {
      for (const position of positions) sink.write(samplesAt(rows, position, layout));
    },
  };
}

/** Bools, the bits of one row right behind those of the one before (Arrow columnar format, "Fixed-size Primitive Layout"). */
function bitBuffer(rows: EncodedRows, positions: Uint32Array, layout: TableLayout): BodyBuffer {
  const bits = positions.length * valuesOf(layout.shape);
  return {
    length: Math.ceil(bits / 8),
    write(sink) {
      const packer = new BitPacker(bits);
      for (const position of positions) packer.append(samplesAt(rows, position, layout));
      sink.write(packer.bytes);
    },
  };
}

/** Unsigned 32-bit numbers as INT64. */
function int64Buffer(positions: Uint32Array, valueAt: (position: number) => number): BodyBuffer {
  const length = positions.length * INT64_BYTES;
  return {
    length,
    write(sink) {
      const values = new DataView(new ArrayBuffer(length));
      positions.forEach((position, at) => {
        values.setUint32(at * INT64_BYTES, valueAt(position), true);
      });
      sink.write(new Uint8Array(values.buffer));
    },
  };
}
