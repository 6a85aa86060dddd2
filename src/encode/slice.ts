import { EXAMPLE_OVERHEAD, type FeatureNames, writeExample } from './example.js';
import { createPngEncoder, type ImageShape, type PngEncoder } from './png/png.js';
import { FRAMING_BYTES, frameRecord, RECORD_HEADER_BYTES } from './record.js';

/** A run of rows of one split on their way to a worker. */
export interface RowSlice {
  shape: ImageShape;
  /** Names of the features, in the order image, label. */
  featureNames: readonly [string, string];
  /** Number of the first row in its split. */
  firstRow: number;
  rows: number;
  /** The rows' samples, one row after the other: `rows * height * width * channels` bytes at least. */
  pixels: Uint8Array<SharedArrayBuffer>;
  /** Whether the samples are wanted beside the records, for formats that write them as they are. */
  keepSamples: boolean;
  /** The labels of the whole split. */
  labels: Uint8Array<SharedArrayBuffer>;
}

/** The same rows as framed records, in row order; all arrays lie in shared memory. */
export interface EncodedSlice {
  firstRow: number;
  rows: number;
  /** TFRecord records, one behind the other. */
  records: Uint8Array<SharedArrayBuffer>;
  /** `rows + 1` offsets into `records`: row `i` of the slice is `offsets[i]` to `offsets[i + 1]`. */
  offsets: Uint32Array<SharedArrayBuffer>;
  /** Where each row's encoded image begins in `records`. */
  imageStarts: Uint32Array<SharedArrayBuffer>;
  /** Where it ends. */
  imageEnds: Uint32Array<SharedArrayBuffer>;
  /** The rows' samples, where they were wanted. */
  samples?: Uint8Array<SharedArrayBuffer>;
}

/** Buffers that serve slice after slice of one shape. */
interface Workspace {
  shape: ImageShape;
  encoder: PngEncoder;
  image: Uint8Array;
  records: Uint8Array;
}

let workspace: Workspace | undefined;

/** Encodes the rows of a slice: an image becomes a PNG, the row an Example, the Example a framed record. */
export function encodeSlice(slice: RowSlice): EncodedSlice {
  const names = encodeNames(slice.featureNames);
  const { encoder, image, records } = workspaceFor(slice, names);
  const encoded = allocateIndex(slice);
  const rowBytes = slice.shape.height * slice.shape.width * slice.shape.channels;
  let at = 0;
  for (let row = 0; row < slice.rows; row++) {
    const length = encoder.encode(slice.pixels, row * rowBytes, image, 0);
    const label = slice.labels[slice.firstRow + row]!;
    const extent = writeExample(names, image.subarray(0, length), label, records, at + RECORD_HEADER_BYTES);
    encoded.offsets[row] = at;
    encoded.imageStarts[row] = extent.imageStart;
    encoded.imageEnds[row] = extent.imageStart + length;
    at = frameRecord(records, at, extent.end);
  }
  encoded.offsets[slice.rows] = at;
  const { firstRow, rows, keepSamples, pixels } = slice;
  const samples = keepSamples ? { samples: sharedCopy(pixels.subarray(0, rows * rowBytes)) } : {};
  return { firstRow, rows, records: sharedCopy(records.subarray(0, at)), ...encoded, ...samples };
}

function sharedCopy(bytes: Uint8Array): Uint8Array<SharedArrayBuffer> {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}

function workspaceFor({ shape, rows }: RowSlice, names: FeatureNames): Workspace {
  const same =
    workspace !== undefined &&
    workspace.shape.height === shape.height &&
    workspace.shape.width === shape.width &&
    workspace.shape.channels === shape.channels;
  const encoder = same && workspace !== undefined ? workspace.encoder : createPngEncoder(shape);
  const example = encoder.maxLength + names.image.length + names.label.length + EXAMPLE_OVERHEAD;
  const room = rows * (example + FRAMING_BYTES);
  if (!same || workspace === undefined || workspace.records.length < room) {
    workspace = { shape, encoder, image: new Uint8Array(encoder.maxLength), records: new Uint8Array(room) };
  }
  return workspace;
}

function encodeNames([image, label]: readonly [string, string]): FeatureNames {
  const utf8 = new TextEncoder();
  return { image: utf8.encode(image), label: utf8.encode(label) };
}

function allocateIndex({ rows }: RowSlice): Pick<EncodedSlice, 'offsets' | 'imageStarts' | 'imageEnds'> {
  const shared = (count: number): Uint32Array<SharedArrayBuffer> =>
    new Uint32Array(new SharedArrayBuffer(count * 4));
  return { offsets: shared(rows + 1), imageStarts: shared(rows), imageEnds: shared(rows) };
}
