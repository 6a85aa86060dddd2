import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decodeExample } from '../../src/decode/example.js';
import { readRecords } from '../../src/decode/record.js';
import type { ImageShape } from '../../src/encode/png/png.js';
import { type EncodedSlice, encodeSlice, type RowSlice } from '../../src/encode/slice.js';
import { whole } from '../chunks.js';
import { drawImage, KINDS } from './images.js';
import { readPng } from './read-png.js';

function shared(bytes: Uint8Array): Uint8Array<SharedArrayBuffer> {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}

/** A slice of images of every kind in turn. */
function drawSlice(shape: ImageShape, rows: number, change: Partial<RowSlice> = {}): RowSlice {
  const images = Array.from({ length: rows }, (_, row) => drawImage(KINDS[row % KINDS.length]!, shape));
  const firstRow = change.firstRow ?? 3;
  return {
    splitName: 'train',
    shape,
    featureNames: ['image', 'label'],
    firstRow,
    rows,
    pixels: shared(Buffer.concat(images)),
    keepSamples: false,
    labels: Uint32Array.from({ length: rows }, (_, row) => (row * 53 + rows) & 0xff),
    ...change,
  };
}

/** Expects the records to hold the slice's rows, and the offsets to be where things are. */
async function expectRows(encoded: EncodedSlice, slice: RowSlice): Promise<void> {
  const { shape, rows, firstRow, pixels, labels } = slice;
  expect([encoded.firstPosition, encoded.rows]).toEqual([firstRow, rows]);
  const { offsets, imageStarts, imageEnds, hashes } = encoded;
  expect([offsets, imageStarts, imageEnds, hashes].map(({ length }) => length)).toEqual([
    ...[rows + 1, rows, rows, rows],
  ]);
  expectSortedByHash(encoded, slice);
  expect([encoded.offsets[0], encoded.offsets[rows]]).toEqual([0, encoded.records.length]);
  const rowBytes = shape.height * shape.width * shape.channels;
  let position = 0;
  for await (const data of readRecords(whole(encoded.records), 'the slice')) {
    const row = encoded.rowNumbers[position]! - firstRow;
    expect(offsets[position + 1]! - offsets[position]!).toBe(data.length + 16);
    const features = decodeExample(data);
    const [image] = features.get(slice.featureNames[0]) ?? [];
    if (!(image instanceof Uint8Array)) throw new Error(`row ${row} has no image`);
    expect(readPng(image).pixels).toEqual(
      Uint8Array.from(pixels.subarray(row * rowBytes, (row + 1) * rowBytes)),
    );
    expect(features.get(slice.featureNames[1])).toEqual([BigInt(labels[row]!)]);
    expect(encoded.labels[position]).toBe(labels[row]);
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
    createHash('md5').update(`${slice.splitName}${row}`).digest().readUInt32BE(),
  );
  expect(Array.from(hashes)).toEqual(expected);
  expect(expected.toSorted((a, b) => a - b)).toEqual(expected);
}

const SMALL = { height: 5, width: 7, channels: 1 };

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
    const { pixels, ...rest } = drawSlice(SMALL, 3);
    const slice = { ...rest, pixels: shared(Buffer.concat([pixels, Buffer.alloc(500, 7)])) };
    await expectRows(encodeSlice(slice), slice);
  });

  it('takes the names of the features', async () => {
    const slice = drawSlice(SMALL, 2, { featureNames: ['Bild', 'Klasse'] });
    await expectRows(encodeSlice(slice), slice);
  });

  it('has room for long names', async () => {
    const slice = drawSlice({ height: 1, width: 1, channels: 1 }, 3, {
      featureNames: ['i'.repeat(3000), 'l'.repeat(5000)],
    });
    await expectRows(encodeSlice(slice), slice);
  });

  it('keeps the samples of its rows where they are wanted, and nowhere else', () => {
    const { pixels, ...rest } = drawSlice(SMALL, 3);
    const longer = { ...rest, pixels: shared(Buffer.concat([pixels, Buffer.alloc(500, 7)])) };
    expect(encodeSlice(longer)).not.toHaveProperty('samples');
    const { samples, ...encoded } = encodeSlice({ ...longer, keepSamples: true });
    expect(encoded).toEqual(encodeSlice(longer));
    const size = SMALL.height * SMALL.width;
    const byPosition = Array.from(encoded.rowNumbers, (row) =>
      Buffer.from(pixels.slice((row - longer.firstRow) * size, (row - longer.firstRow + 1) * size)),
    );
    expect(Buffer.from(samples!)).toEqual(Buffer.concat(byPosition));
    const before = samples!.slice();
    // The next slice comes in the same buffer.
    longer.pixels.fill(0);
    expect(samples!.slice()).toEqual(before);
  });

  it('gives shared memory, of the exact length', () => {
    const slice = drawSlice(SMALL, 2, { keepSamples: true });
    const { records, samples, firstPosition: _, rows: __, ...index } = encodeSlice(slice);
    for (const array of [records, samples!]) expect(array.buffer.byteLength).toBe(array.byteLength);
    for (const array of [records, samples!, ...Object.values(index)])
      expect(array.buffer).toBeInstanceOf(SharedArrayBuffer);
  });
});
