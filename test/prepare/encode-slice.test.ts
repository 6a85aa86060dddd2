import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DTYPE_NAMES, DTYPES, type RowFeatures, rowBytesOf } from '../../src/dataset/feature.js';
import { decodeExample } from '../../src/formats/example/read.js';
import { valueEncoder } from '../../src/formats/example/value.js';
import type { ImageShape } from '../../src/formats/png/encode.js';
import { tfrecords } from '../../src/formats/tfrecord/read.js';
import {
  encodeSlice,
  maxRecordBytes,
  type RowSlice,
  sliceRoomBytes,
} from '../../src/prepare/encode-slice.js';
import { type EncodedSlice, keptSlice } from '../../src/rows/slice.js';
import { drawImage, KINDS } from '../formats/png/images.js';
import { readPng } from '../formats/png/read-png.js';
import { inMemory } from '../fs/in-memory.js';

function shared(bytes: Uint8Array): Uint8Array<SharedArrayBuffer> {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}

function featuresOf({ height, width, channels }: ImageShape): RowFeatures {
  return {
    input: { kind: 'image', name: 'image', dtype: 'uint8', shape: [height, width, channels] },
    label: 'label',
  };
}

/** A slice of images of every kind in turn. */
function drawSlice(shape: ImageShape, rows: number, change: Partial<RowSlice> = {}): RowSlice {
  const images = Array.from({ length: rows }, (_, row) => drawImage(KINDS[row % KINDS.length]!, shape));
  const firstRow = change.firstRow ?? 3;
  return {
    keys: { splitName: 'train' },
    features: featuresOf(shape),
    firstRow,
    rows,
    elements: shared(Buffer.concat(images)),
    keepSamples: false,
    labels: Uint32Array.from({ length: rows }, (_, row) => (row * 53 + rows) & 0xff),
    ...change,
  };
}

/** Expects the records to hold the slice's rows, and the offsets to be where things are. */
async function expectRows(encoded: EncodedSlice, slice: RowSlice): Promise<void> {
  const {
    features: { input, label },
    rows,
    firstRow,
    elements,
    labels,
  } = slice;
  expect([encoded.firstPosition, encoded.rows]).toEqual([firstRow, rows]);
  const { offsets, imageStarts, imageEnds, hashes } = encoded;
  expect([offsets, imageStarts, imageEnds, hashes].map(({ length }) => length)).toEqual([
    ...[rows + 1, rows, rows, rows],
  ]);
  expectSortedByHash(encoded, slice);
  expect([encoded.offsets[0], encoded.offsets[rows]]).toEqual([0, encoded.records.length]);
  const rowBytes = rowBytesOf(input);
  let position = 0;
  for (const data of tfrecords(inMemory(encoded.records))) {
    if (data instanceof Error) throw data;
    const row = encoded.rowNumbers[position]! - firstRow;
    expect(offsets[position + 1]! - offsets[position]!).toBe(data.length + 16);
    const features = decodeExample(data);
    const [image] = features.get(input.name) ?? [];
    if (!(image instanceof Uint8Array)) throw new Error(`row ${row} has no image`);
    expect(readPng(image).pixels).toEqual(
      Uint8Array.from(elements.subarray(row * rowBytes, (row + 1) * rowBytes)),
    );
    expect(features.get(label ?? '')).toEqual(labels === undefined ? undefined : [BigInt(labels[row]!)]);
    expect(encoded.labels[position]).toBe(labels?.[row] ?? 0);
    const stored = encoded.records.subarray(imageStarts[position], imageEnds[position]);
    expect(Buffer.compare(stored, image)).toBe(0);
    expect(imageStarts[position]).toBeGreaterThan(offsets[position]!);
    expect(imageEnds[position]).toBeLessThan(offsets[position + 1]!);
    position++;
  }
  expect(position).toBe(rows);
}

/** Expects every row of the slice to be there once, with its hash, and the hashes to rise. */
function expectSortedByHash({ rowNumbers, hashes }: EncodedSlice, slice: RowSlice): void {
  const numbers = Array.from({ length: slice.rows }, (_, row) => slice.firstRow + row);
  expect(Array.from(rowNumbers).sort((a, b) => a - b)).toEqual(numbers);
  const expected = Array.from(rowNumbers, (row) =>
    createHash('md5').update(`${slice.keys.splitName}${row}`).digest().readUInt32BE(),
  );
  expect(Array.from(hashes)).toEqual(expected);
  expect(expected.toSorted((a, b) => a - b)).toEqual(expected);
}

const SMALL = { height: 5, width: 7, channels: 1 };
const DOT = { height: 1, width: 1, channels: 1 };

function named(shape: ImageShape, name: string, label: string): RowFeatures {
  return { input: { ...featuresOf(shape).input, name }, label };
}

describe('encodeSlice', () => {
  it('makes a record of every row', async () => {
    const slice = drawSlice({ height: 28, width: 28, channels: 1 }, 8);
    await expectRows(encodeSlice(slice), slice);
  });

  it('makes the same of a slice whatever came before it', async () => {
    const slices = [
      drawSlice(SMALL, 2),
      drawSlice(SMALL, 9),
      drawSlice(SMALL, 1, { firstRow: 0 }),
      drawSlice({ height: 7, width: 5, channels: 1 }, 3),
      drawSlice({ height: 7, width: 9, channels: 1 }, 3),
      drawSlice({ height: 7, width: 9, channels: 3 }, 3),
      drawSlice({ height: 100, width: 120, channels: 1 }, 4),
      drawSlice(SMALL, 2),
    ];
    const encoded = slices.map((slice) => encodeSlice(slice));
    // Checked at the end: a slice must not lie in memory that the next one uses.
    for (const [at, slice] of slices.entries()) await expectRows(encoded[at]!, slice);
    expect(encoded.at(-1)).toEqual(encoded[0]);
  });

  it('leaves alone what stands behind its rows', async () => {
    const { elements, ...rest } = drawSlice(SMALL, 3);
    const slice = { ...rest, elements: shared(Buffer.concat([elements, Buffer.alloc(500, 7)])) };
    await expectRows(encodeSlice(slice), slice);
  });

  it('takes the names of the features', async () => {
    const slice = drawSlice(SMALL, 2, { features: named(SMALL, 'Bild', 'Klasse') });
    await expectRows(encodeSlice(slice), slice);
  });

  it('makes records without labels', async () => {
    const { input } = featuresOf(SMALL);
    const slice = drawSlice(SMALL, 4, { features: { input }, labels: undefined });
    await expectRows(encodeSlice(slice), slice);
  });

  it.each(DTYPE_NAMES.flatMap((dtype) => [false, true].map((littleEndian) => ({ dtype, littleEndian }))))(
    'makes records and little-endian samples of tensors of $dtype, little-endian: $littleEndian',
    async ({ dtype, littleEndian }) => {
      const rows = 5;
      const features: RowFeatures = { input: { kind: 'tensor', name: 'features', dtype, shape: [2, 3] } };
      const size = rowBytesOf(features.input);
      const elements = shared(
        Uint8Array.from({ length: rows * size + 9 }, (_, at) => (at * 89 + (at >> 2)) & 0xff),
      );
      const slice: RowSlice = {
        keys: { splitName: 'train' },
        features,
        firstRow: 3,
        rows,
        elements,
        littleEndian,
        keepSamples: true,
      };
      const { records, samples, rowNumbers } = encodeSlice(slice);
      let position = 0;
      for (const data of tfrecords(inMemory(records))) {
        if (data instanceof Error) throw data;
        const row = rowNumbers[position]! - slice.firstRow;
        const encoder = valueEncoder(features.input, littleEndian);
        encoder.measure(elements, row * size);
        const value = new Uint8Array(encoder.length);
        encoder.write(value, 0);
        expect(Buffer.from(data).includes(Buffer.from(value))).toBe(true);
        expect(data.length + 16).toBeLessThanOrEqual(maxRecordBytes(features));
        const turned = Buffer.from(elements.slice(row * size, (row + 1) * size));
        const { bytes } = DTYPES[dtype];
        if (!littleEndian && bytes === 2) turned.swap16();
        if (!littleEndian && bytes === 4) turned.swap32();
        if (!littleEndian && bytes === 8) turned.swap64();
        const expected = dtype === 'bool' ? turned.map((byte) => Math.min(byte, 1)) : turned;
        expect(samples!.slice(position * size, (position + 1) * size)).toEqual(Uint8Array.from(expected));
        position++;
      }
      expect(position).toBe(rows);
    },
  );

  it('has room for the longest varints', () => {
    const features: RowFeatures = {
      input: { kind: 'tensor', name: 'features', dtype: 'int32', shape: [300] },
    };
    const elements = shared(new Uint8Array(1200).fill(0xff));
    const slice: RowSlice = {
      keys: { splitName: 'train' },
      features,
      firstRow: 0,
      rows: 1,
      elements,
      keepSamples: false,
    };
    const { records } = encodeSlice(slice);
    expect(records.length).toBeGreaterThan(3000);
    expect(records.length).toBeLessThanOrEqual(maxRecordBytes(features));
  });

  it('has room for long names', async () => {
    const slice = drawSlice(DOT, 3, { features: named(DOT, 'i'.repeat(3000), 'l'.repeat(5000)) });
    await expectRows(encodeSlice(slice), slice);
  });

  it('keeps the samples of its rows where they are wanted, and nowhere else', () => {
    const { elements, ...rest } = drawSlice(SMALL, 3);
    const longer = { ...rest, elements: shared(Buffer.concat([elements, Buffer.alloc(500, 7)])) };
    expect(encodeSlice(longer)).not.toHaveProperty('samples');
    const { samples, ...encoded } = encodeSlice({ ...longer, keepSamples: true });
    expect(encoded).toEqual(encodeSlice(longer));
    const size = SMALL.height * SMALL.width;
    const byPosition = Array.from(encoded.rowNumbers, (row) =>
      Buffer.from(elements.slice((row - longer.firstRow) * size, (row - longer.firstRow + 1) * size)),
    );
    expect(Buffer.from(samples!)).toEqual(Buffer.concat(byPosition));
    const before = samples!.slice();
    // The next slice comes in the same buffer.
    longer.elements.fill(0);
    expect(samples!.slice()).toEqual(before);
  });

  it('gives shared memory, of the exact length', () => {
    const slice = drawSlice(SMALL, 2, { keepSamples: true });
    const { records, samples, firstPosition: _, rows: __, ...index } = encodeSlice(slice);
    for (const array of [records, samples!]) expect(array.buffer.byteLength).toBe(array.byteLength);
    for (const array of [records, samples!, ...Object.values(index)])
      expect(array.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it('makes the same in a room that serves slice after slice', async () => {
    const slices = [drawSlice(SMALL, 9, { keepSamples: true }), drawSlice(SMALL, 4, { keepSamples: true })];
    const [first, second] = slices.map((slice) => encodeSlice(slice));
    const recordBytes = maxRecordBytes(slices[0]!.features);
    const room = new SharedArrayBuffer(sliceRoomBytes(9, { recordBytes, sampleBytes: 35 }));
    const encoded = encodeSlice({ ...slices[0]!, room });
    expect(encoded).toEqual(first);
    for (const array of [encoded.records, encoded.samples, encoded.offsets]) expect(array?.buffer).toBe(room);
    const kept = keptSlice(encoded);
    expect(encodeSlice({ ...slices[1]!, room })).toEqual(second);
    // What was kept is as it was.
    expect(kept).toEqual(first);
    expect(kept.records.buffer).not.toBe(room);
    expect(kept.records.buffer.byteLength).toBe(kept.records.length);
  });
});
