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

/** A slice of images of every kind in turn; its labels are those of a split that goes on before and behind it. */
function drawSlice(shape: ImageShape, rows: number, change: Partial<RowSlice> = {}): RowSlice {
  const images = Array.from({ length: rows }, (_, row) => drawImage(KINDS[row % KINDS.length]!, shape));
  const firstRow = change.firstRow ?? 3;
  const labels = Uint8Array.from({ length: firstRow + rows + 2 }, (_, row) => (row * 53 + rows) & 0xff);
  return {
    shape,
    featureNames: ['image', 'label'],
    firstRow,
    rows,
    pixels: shared(Buffer.concat(images)),
    keepSamples: false,
    labels: shared(labels),
    ...change,
  };
}

/** Expects the records to hold the slice's rows, and the offsets to be where things are. */
async function expectRows(encoded: EncodedSlice, slice: RowSlice): Promise<void> {
  const { shape, rows, firstRow, pixels, labels } = slice;
  expect([encoded.firstRow, encoded.rows]).toEqual([firstRow, rows]);
  expect([encoded.offsets.length, encoded.imageStarts.length, encoded.imageEnds.length]).toEqual([
    rows + 1,
    rows,
    rows,
  ]);
  expect([encoded.offsets[0], encoded.offsets[rows]]).toEqual([0, encoded.records.length]);
  const rowBytes = shape.height * shape.width * shape.channels;
  let row = 0;
  for await (const data of readRecords(whole(encoded.records), 'the slice')) {
    expect(encoded.offsets[row + 1]! - encoded.offsets[row]!).toBe(data.length + 16);
    const features = decodeExample(data);
    const [image] = features.get(slice.featureNames[0]) ?? [];
    if (!(image instanceof Uint8Array)) throw new Error(`row ${row} has no image`);
    expect(readPng(image).pixels).toEqual(
      Uint8Array.from(pixels.subarray(row * rowBytes, (row + 1) * rowBytes)),
    );
    expect(features.get(slice.featureNames[1])).toEqual([BigInt(labels[firstRow + row]!)]);
    const stored = encoded.records.subarray(encoded.imageStarts[row], encoded.imageEnds[row]);
    expect(Buffer.compare(stored, image)).toBe(0);
    expect(encoded.imageStarts[row]).toBeGreaterThan(encoded.offsets[row]!);
    expect(encoded.imageEnds[row]).toBeLessThan(encoded.offsets[row + 1]!);
    row++;
  }
  expect(row).toBe(rows);
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
    expect(samples).toEqual(pixels);
    // The next slice comes in the same buffer.
    longer.pixels.fill(0);
    expect(samples).toEqual(pixels);
  });

  it('gives shared memory, of the exact length', () => {
    const slice = drawSlice(SMALL, 2, { keepSamples: true });
    const { records, offsets, imageStarts, imageEnds, samples } = encodeSlice(slice);
    for (const array of [records, offsets, imageStarts, imageEnds, samples!]) {
      expect(array.buffer).toBeInstanceOf(SharedArrayBuffer);
      expect(array.buffer.byteLength).toBe(array.byteLength);
    }
  });
});
