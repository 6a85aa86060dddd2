import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeShard } from '../../../src/formats/formats.js';
import { recordBytesAt } from '../../../src/formats/tfrecord/records.js';
import { writeTfrecordShard } from '../../../src/formats/tfrecord/write.js';
import { orderOfRows } from '../../../src/plan/order.js';
import { encodedSplit, inMemory, LAYOUT, recordBatches, recordOf } from '../../rows/encoded.js';
import { scratchDir } from '../../scratch-dir.js';

const ROWS = 23;
const records = Array.from({ length: ROWS }, (_, row) => recordOf(row, (row * 7) % 11));
const order = Array.from(orderOfRows({ splitName: 'train' }, ROWS));

function shardOf(sliceRows: number, start: number, end: number): Buffer {
  const parts: Uint8Array[] = [];
  const sink = { write: (bytes: Uint8Array) => parts.push(Uint8Array.from(bytes)) };
  writeTfrecordShard(recordBatches(encodedSplit(records, sliceRows, order), { start, end }), sink);
  return Buffer.concat(parts);
}

describe('writeTfrecordShard', () => {
  it('writes the records of its places, whatever the slices', () => {
    const places = fc.tuple(fc.nat(ROWS), fc.nat(ROWS));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: ROWS + 2 }), places, (sliceRows, [a, b]) => {
        const [start, end] = [Math.min(a, b), Math.max(a, b)];
        const expected = Buffer.concat(order.slice(start, end).map((row) => records[row]!));
        expect(Buffer.compare(shardOf(sliceRows, start, end), expected)).toBe(0);
      }),
    );
  });
});

describe('recordBytesAt', () => {
  it('tells the length of the record at each place', () => {
    for (const sliceRows of [1, 5, ROWS, 100]) {
      const split = encodedSplit(records, sliceRows, order);
      const lengths = order.map((_, place) => recordBytesAt(split, place));
      expect(lengths).toEqual(order.map((row) => records[row]!.length));
    }
  });
});

describe('writeShard', () => {
  it('writes a file, and tells its size and checksum', async () => {
    const path = join(await scratchDir(), 'shard');
    const split = inMemory(encodedSplit(records, 5, order));
    const written = await writeShard({
      format: 'tfrecord',
      path,
      range: { start: 3, end: 20 },
      split,
      layout: LAYOUT,
    });
    const bytes = await readFile(path);
    expect(Buffer.compare(bytes, shardOf(5, 3, 20))).toBe(0);
    expect(written).toEqual({
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    });
  });

  it('writes records larger than its buffer', async () => {
    const path = join(await scratchDir(), 'shard');
    const large = [recordOf(0, 3_000_000), recordOf(1, 10), recordOf(2, 2 ** 20)];
    const split = inMemory(encodedSplit(large, 2, [2, 0, 1]));
    const { sha256 } = await writeShard({
      format: 'tfrecord',
      path,
      range: { start: 0, end: 3 },
      split,
      layout: LAYOUT,
    });
    const bytes = await readFile(path);
    expect(Buffer.compare(bytes, Buffer.concat([large[2]!, large[0]!, large[1]!]))).toBe(0);
    expect(sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
  });
});
