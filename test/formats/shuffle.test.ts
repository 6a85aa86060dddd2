import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketSpan } from '../../src/formats/shuffle/layout.js';
import { type Run, readRuns } from '../../src/formats/shuffle/read.js';
import { writeShuffleFile } from '../../src/formats/shuffle/write.js';
import { orderByHash } from '../../src/plan/order.js';
import { encodeSlice } from '../../src/prepare/encode-slice.js';
import type { EncodedSplit } from '../../src/rows/spill/row-store.js';
import { emptyFolder } from '../fixtures/folder.js';

const ROWS = 3000;
const SAMPLES = 16;

/** Encoded rows of 4x4 images in memory. */
function encodedRows(): EncodedSplit {
  const elements = new Uint8Array(new SharedArrayBuffer(ROWS * SAMPLES));
  for (let at = 0; at < elements.length; at++) elements[at] = at * 13;
  const slice = encodeSlice({
    keys: { splitName: 'train' },
    features: { input: { kind: 'image', name: 'image', dtype: 'uint8', shape: [4, 4, 1] }, label: 'label' },
    firstRow: 0,
    rows: ROWS,
    elements,
    keepSamples: true,
    labels: Uint32Array.from({ length: ROWS }, (_, row) => row % 10),
  });
  const order = orderByHash({ splitName: 'train' }, slice.hashes, (position) => slice.rowNumbers[position]!);
  const encoded = { name: 'train', slices: [slice], sliceRows: ROWS, order };
  return { state: 'in memory', rows: ROWS, recordBytes: slice.records.length, keptBytes: 0, encoded };
}

/** A shuffle file of these rows, and what is known of it. */
async function written(buckets: number) {
  const path = join(await emptyFolder(), 'rows');
  const split = encodedRows();
  const file = writeShuffleFile({ path, split, buckets, sampleBytes: SAMPLES });
  return { split, file, bytes: await readFile(path) };
}

/** All runs of bytes that come in pieces of a size. */
async function runsIn(bytes: Uint8Array, piece = 1000): Promise<Run[]> {
  const chunks = async function* () {
    for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
  };
  const runs: Run[] = [];
  for await (const run of readRuns(chunks(), 'a file')) runs.push({ ...run, bytes: run.bytes.slice() });
  return runs;
}

describe('a shuffle file', () => {
  it.each([1, 16, 256, 4096])(
    'has each row once, in %i buckets that are read by themselves',
    async (buckets) => {
      const { split, file, bytes } = await written(buckets);
      expect(file.bytes).toBe(bytes.length);
      expect(file.rows.reduce((sum, rows) => sum + rows, 0)).toBe(ROWS);
      expect(file.lengths.reduce((sum, length) => sum + length, 0)).toBe(bytes.length);
      const span = bucketSpan(buckets);
      let start = 0;
      let heads = 0;
      for (const [bucket, length] of file.lengths.entries()) {
        const runs = await runsIn(bytes.subarray(start, start + length));
        expect(runs.reduce((sum, { rows }) => sum + rows, 0)).toBe(file.rows[bucket]);
        for (const { firstHash } of runs) expect(Math.floor(firstHash / span)).toBe(bucket);
        start += length;
        heads += runs.length;
      }
      // Eight bytes a block, four a run, and six numbers a row.
      expect(bytes.length).toBe(split.recordBytes + ROWS * (SAMPLES + 24) + heads * 12);
    },
  );

  it('is read alike in pieces of any size', async () => {
    const { bytes } = await written(16);
    const whole = await runsIn(bytes, bytes.length);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5000 }), async (piece) => {
        expect(await runsIn(bytes.subarray(0, 20_000), piece).catch(() => 'cut')).toEqual(
          await runsIn(bytes.subarray(0, 20_000), 20_000).catch(() => 'cut'),
        );
      }),
      { numRuns: 20 },
    );
    expect(await runsIn(bytes, 777)).toEqual(whole);
  });

  it('is refused where it is cut, or where any bit of a block is another', async () => {
    const { file, bytes } = await written(256);
    const block = bytes.subarray(0, file.lengths[0]);
    expect(await runsIn(block)).toHaveLength(1);
    for (let at = 0; at < block.length; at++) {
      if (at > 0) await expect(runsIn(block.subarray(0, at))).rejects.toMatchObject({ code: 'STORAGE' });
      const flipped = Buffer.from(block);
      flipped[at]! ^= 1 << (at % 8);
      await expect(runsIn(flipped)).rejects.toMatchObject({ code: 'STORAGE' });
    }
  });
});
