import fc from 'fast-check';
import { readRleBitPackedHybrid } from 'hyparquet/src/encoding.js';
import { describe, expect, it } from 'vitest';
import { ByteBuffer } from '../../../src/formats/parquet/byte-buffer.js';
import { writeDefinitionLevels, writeRepetitionLevels } from '../../../src/formats/parquet/hybrid-writer.js';

/** The levels as hyparquet reads them, out of memory that was too small at first; nothing may be left over. */
function readBack(count: number, width: number, write: (out: ByteBuffer) => void): number[] {
  const out = new ByteBuffer(1);
  write(out);
  const bytes = out.filled();
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), offset: 0 };
  const levels = new Array<number>(count).fill(-1);
  readRleBitPackedHybrid(reader, width, levels);
  expect(reader.offset).toBe(bytes.length);
  return levels;
}

const COUNT = fc.integer({ min: 1, max: 5000 });

describe('writeDefinitionLevels', () => {
  it('gives every value the highest level', () => {
    fc.assert(
      fc.property(COUNT, fc.integer({ min: 1, max: 3 }), (count, highest) => {
        const levels = readBack(count, highest === 1 ? 1 : 2, (out) =>
          writeDefinitionLevels(out, highest, count),
        );
        expect(levels).toEqual(new Array(count).fill(highest));
      }),
      { numRuns: 30 },
    );
  });
});

describe('writeRepetitionLevels', () => {
  it('begins a list with 0 and goes on with 1', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 300 }), (lists, length) => {
        const levels = readBack(lists * length, 1, (out) => writeRepetitionLevels(out, lists, length));
        expect(levels).toEqual(Array.from({ length: lists * length }, (_, i) => (i % length === 0 ? 0 : 1)));
      }),
      { numRuns: 50 },
    );
  });
});
