import { rowHasher } from '../plan/order.js';
import { EXAMPLE_OVERHEAD, type FeatureNames, writeExample } from './example.js';
import { createPngEncoder, type ImageShape, maxPngLength, type PngEncoder } from './png/png.js';
import { FRAMING_BYTES, frameRecord, RECORD_HEADER_BYTES } from './record.js';

/** A run of rows of one split on their way to a worker. */
export interface RowSlice {
  /** Name of the split, which decides the order of its rows. */
  splitName: string;
  shape: ImageShape;
  /** Names of the features, in the order image, label. */
  featureNames: readonly [string, string];
  /** Number of the first row in its split. */
  firstRow: number;
  /** How many rows there are, {@link MAX_SLICE_ROWS} at most. */
  rows: number;
  /** The rows' samples, one row after the other: `rows * height * width * channels` bytes at least. */
  pixels: Uint8Array<SharedArrayBuffer>;
  /** Whether the samples are wanted beside the records, for formats that write them as they are. */
  keepSamples: boolean;
  /** The rows' labels. */
  labels: Uint32Array;
}

/** The same rows as framed records, in the order of their hashes, which is that of shards; all arrays lie in shared memory. */
export interface EncodedSlice {
  /** Position of the first of its rows among those of the split. */
  firstPosition: number;
  rows: number;
  /** TFRecord records, one behind the other. */
  records: Uint8Array;
  /** `rows + 1` offsets into `records`: the record `i` of the slice is `offsets[i]` to `offsets[i + 1]`. */
  offsets: Uint32Array;
  /** Where each encoded image begins in `records`. */
  imageStarts: Uint32Array;
  /** Where it ends. */
  imageEnds: Uint32Array;
  /** The number of each row in its split. */
  rowNumbers: Uint32Array;
  /** The first 32 bits of each row's hash. */
  hashes: Uint32Array;
  labels: Uint32Array;
  /** The samples, where they were wanted. */
  samples?: Uint8Array;
}

/** Most rows of a slice: their numbers in it fit beside 32 bits of hash in a double's 53. */
export const MAX_SLICE_ROWS = 2 ** 20;

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
  const { firstRow, rows } = slice;
  const names = encodeNames(slice.featureNames);
  const { encoder, image, records } = workspaceFor(slice, names);
  const index = sliceIndex(new SharedArrayBuffer(sliceIndexBytes(rows)), rows);
  const { offsets, imageStarts, imageEnds, rowNumbers, hashes, labels } = index;
  sortByHash(slice, rowNumbers, hashes);
  const rowBytes = bytesPerImage(slice.shape);
  let at = 0;
  for (let position = 0; position < rows; position++) {
    const row = rowNumbers[position]! - firstRow;
    const length = encoder.encode(slice.pixels, row * rowBytes, image, 0);
    const label = slice.labels[row]!;
    const extent = writeExample(names, image.subarray(0, length), label, records, at + RECORD_HEADER_BYTES);
    labels[position] = label;
    offsets[position] = at;
    imageStarts[position] = extent.imageStart;
    imageEnds[position] = extent.imageStart + length;
    at = frameRecord(records, at, extent.end);
  }
  offsets[rows] = at;
  return {
    firstPosition: firstRow,
    rows,
    records: sharedCopy(records.subarray(0, at)),
    ...index,
    ...(slice.keepSamples ? { samples: samplesByPosition(slice, rowNumbers) } : {}),
  };
}

const bytesPerImage = ({ height, width, channels }: ImageShape): number => height * width * channels;

/** Fills in the slice's row numbers in the order of their hashes, and these. */
function sortByHash(
  { splitName, firstRow, rows }: RowSlice,
  rowNumbers: Uint32Array,
  hashes: Uint32Array,
): void {
  const hash = rowHasher(splitName);
  const keys = new Float64Array(rows);
  for (let row = 0; row < rows; row++) keys[row] = hash(firstRow + row)[0]! * MAX_SLICE_ROWS + row;
  keys.sort();
  for (let position = 0; position < rows; position++) {
    const key = keys[position]!;
    hashes[position] = Math.floor(key / MAX_SLICE_ROWS);
    rowNumbers[position] = firstRow + (key % MAX_SLICE_ROWS);
  }
}

function samplesByPosition({ shape, firstRow, rows, pixels }: RowSlice, rowNumbers: Uint32Array): Uint8Array {
  const size = bytesPerImage(shape);
  const samples = new Uint8Array(new SharedArrayBuffer(rows * size));
  for (let position = 0; position < rows; position++) {
    const row = rowNumbers[position]! - firstRow;
    samples.set(pixels.subarray(row * size, (row + 1) * size), position * size);
  }
  return samples;
}

function sharedCopy(bytes: Uint8Array): Uint8Array {
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
  const room = rows * framedBytes(encoder, names);
  if (!same || workspace === undefined || workspace.records.length < room) {
    workspace = { shape, encoder, image: new Uint8Array(encoder.maxLength), records: new Uint8Array(room) };
  }
  return workspace;
}

/** Most bytes of the framed record of an image of this shape. */
export function maxRecordBytes(shape: ImageShape, featureNames: readonly [string, string]): number {
  return framedBytes({ maxLength: maxPngLength(shape) }, encodeNames(featureNames));
}

const framedBytes = ({ maxLength }: Pick<PngEncoder, 'maxLength'>, { image, label }: FeatureNames): number =>
  maxLength + image.length + label.length + EXAMPLE_OVERHEAD + FRAMING_BYTES;

function encodeNames([image, label]: readonly [string, string]): FeatureNames {
  const utf8 = new TextEncoder();
  return { image: utf8.encode(image), label: utf8.encode(label) };
}

/** The arrays of a slice that have a number for each row. */
export type SliceIndex = Omit<EncodedSlice, 'firstPosition' | 'rows' | 'records' | 'samples'>;

/** How many bytes the index of so many rows takes. */
export function sliceIndexBytes(rows: number): number {
  return (6 * rows + 1) * 4;
}

/** The index of `rows` rows in a buffer that has room for it, one array behind the other. */
export function sliceIndex(buffer: ArrayBufferLike, rows: number): SliceIndex {
  const array = (number: number, length: number): Uint32Array =>
    new Uint32Array(buffer, number * rows * 4, length);
  return {
    imageStarts: array(0, rows),
    imageEnds: array(1, rows),
    rowNumbers: array(2, rows),
    hashes: array(3, rows),
    labels: array(4, rows),
    offsets: array(5, rows + 1),
  };
}
