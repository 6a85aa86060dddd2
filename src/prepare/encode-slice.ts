import { copyLittleEndian } from '../arrays/elements.js';
import { type RowFeatures, rowBytesOf } from '../dataset/feature.js';
import { maxValueLength, valueEncoder } from '../formats/example/value.js';
import {
  EXAMPLE_OVERHEAD,
  type FeatureNames,
  type ValueEncoder,
  writeExample,
} from '../formats/example/write.js';
import { FRAMING_BYTES, frameRecord, RECORD_HEADER_BYTES } from '../formats/tfrecord/framing.js';
import { rowHasher } from '../plan/order.js';
import type { RowKeys } from '../plan/row-keys.js';
import {
  copyOf,
  type EncodedSlice,
  type Memory,
  memoryIn,
  sliceIndex,
  sliceIndexBytes,
} from '../rows/slice.js';

/** A run of rows of one split on their way to a worker. */
export interface RowSlice {
  /** The keys of its rows, which decide their order. */
  keys: RowKeys;
  features: RowFeatures;
  /** Number of the first row in its split. */
  firstRow: number;
  /** How many rows there are, {@link MAX_SLICE_ROWS} at most. */
  rows: number;
  /** The rows' elements as the array's file has them, one row after the other; more may stand behind them. */
  elements: Uint8Array<SharedArrayBuffer>;
  /** Whether an element's least byte comes first (default: no, as in IDX). */
  littleEndian?: boolean | undefined;
  /** Whether the samples are wanted beside the records, for formats that write them as they are. */
  keepSamples: boolean;
  /** The rows' labels, where they have labels. */
  labels?: Uint32Array | undefined;
  /** Memory for what they become, {@link sliceRoomBytes} of it; without it that gets memory of its own. */
  room?: SharedArrayBuffer | undefined;
}

/** Most rows of a slice: their numbers in it fit beside 32 bits of hash in a double's 53. */
export const MAX_SLICE_ROWS = 2 ** 20;

/** What serves slice after slice of one feature. */
interface Workspace {
  /** The feature and the order of its bytes, as a text to compare. */
  key: string;
  encoder: ValueEncoder;
  records: Uint8Array;
}

let workspace: Workspace | undefined;

/** Encodes the rows of a slice: a row becomes a value, such as a PNG, the value an Example, the Example a framed record. */
export function encodeSlice(slice: RowSlice): EncodedSlice {
  const { firstRow, rows, elements, features } = slice;
  const names = encodeNames(features);
  const { encoder, records } = workspaceFor(slice, names);
  const memory = memoryIn(slice.room);
  const index = sliceIndex(memory(sliceIndexBytes(rows)).buffer, rows);
  const { offsets, imageStarts, imageEnds, rowNumbers, hashes, labels } = index;
  sortByHash(slice, rowNumbers, hashes);
  const rowBytes = rowBytesOf(features.input);
  let at = 0;
  for (let position = 0; position < rows; position++) {
    const row = rowNumbers[position]! - firstRow;
    encoder.measure(elements, row * rowBytes);
    const label = slice.labels?.[row] ?? 0;
    const { valueStart, end } = writeExample(
      names,
      { value: encoder, label },
      records,
      at + RECORD_HEADER_BYTES,
    );
    labels[position] = label;
    offsets[position] = at;
    imageStarts[position] = valueStart;
    imageEnds[position] = valueStart + encoder.length;
    at = frameRecord(records, at, end);
  }
  offsets[rows] = at;
  return {
    firstPosition: firstRow,
    rows,
    ...index,
    ...(slice.keepSamples ? { samples: samplesByPosition(slice, rowNumbers, memory) } : {}),
    records: copyOf(records.subarray(0, at), memory),
  };
}

/** How much memory a slice of so many rows takes at most when it is encoded. */
export function sliceRoomBytes(rows: number, row: { recordBytes: number; sampleBytes: number }): number {
  return sliceIndexBytes(rows) + rows * (row.sampleBytes + row.recordBytes);
}

/** Fills in the slice's row numbers in the order of their hashes, and these. */
function sortByHash(
  { keys: rowKeys, firstRow, rows }: RowSlice,
  rowNumbers: Uint32Array,
  hashes: Uint32Array,
): void {
  const hash = rowHasher(rowKeys);
  const keys = new Float64Array(rows);
  for (let row = 0; row < rows; row++) keys[row] = hash(firstRow + row)[0]! * MAX_SLICE_ROWS + row;
  keys.sort();
  for (let position = 0; position < rows; position++) {
    const key = keys[position]!;
    hashes[position] = Math.floor(key / MAX_SLICE_ROWS);
    rowNumbers[position] = firstRow + (key % MAX_SLICE_ROWS);
  }
}

function samplesByPosition(
  { features, firstRow, rows, elements, littleEndian }: RowSlice,
  rowNumbers: Uint32Array,
  memory: Memory,
): Uint8Array {
  const size = rowBytesOf(features.input);
  const layout = { dtype: features.input.dtype, littleEndian };
  const samples = memory(rows * size);
  for (let position = 0; position < rows; position++) {
    const row = rowNumbers[position]! - firstRow;
    copyLittleEndian(elements.subarray(row * size, (row + 1) * size), layout, samples, position * size);
  }
  return samples;
}

function workspaceFor(
  { features: { input }, littleEndian = false, rows }: RowSlice,
  names: FeatureNames,
): Workspace {
  const key = JSON.stringify([input, littleEndian]);
  const same = workspace?.key === key ? workspace : undefined;
  const encoder = same?.encoder ?? valueEncoder(input, littleEndian);
  const room = rows * framedBytes(encoder, names);
  if (same !== undefined && same.records.length >= room) return same;
  workspace = { key, encoder, records: new Uint8Array(room) };
  return workspace;
}

/**
 * Most bytes of the framed record of a row.
 *
 * @throws {DatasetError} `IDX_DIMENSIONS` for rows that are too large
 */
export function maxRecordBytes(features: RowFeatures): number {
  return framedBytes({ maxLength: maxValueLength(features.input) }, encodeNames(features));
}

const framedBytes = (
  { maxLength }: Pick<ValueEncoder, 'maxLength'>,
  { input, label }: FeatureNames,
): number => maxLength + input.length + (label?.length ?? 0) + EXAMPLE_OVERHEAD + FRAMING_BYTES;

function encodeNames({ input, label }: RowFeatures): FeatureNames {
  const utf8 = new TextEncoder();
  return { input: utf8.encode(input.name), label: label === undefined ? undefined : utf8.encode(label) };
}
