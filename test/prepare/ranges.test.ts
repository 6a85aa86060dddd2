import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DatasetDefinition, featuresOf } from '../../src/dataset/definition.js';
import type { RowSpan } from '../../src/dataset/split-definition.js';
import { RECORD_LIMITS, rowsOf } from '../../src/formats/formats.js';
import { recordBytesAt } from '../../src/formats/tfrecord/records.js';
import { encodeSplit } from '../../src/prepare/encode-split.js';
import { WorkerPool } from '../../src/prepare/pool.js';
import { sliceAt } from '../../src/rows/encoded-rows.js';
import { MemoryBudget } from '../../src/rows/spill/memory.js';
import { labelAt, rowNumberAt } from '../../src/rows/table.js';
import { gzip } from '../fixtures/archives.js';
import { emptyFolder } from '../fixtures/folder.js';
import { IMAGE, INPUTS, images, ROWS, written } from '../fixtures/inputs.js';

let pool: WorkerPool;

beforeAll(() => {
  pool = new WorkerPool(2);
});
afterAll(() => pool.destroy());

/** Rows in the order of their places: number, label, record and samples of each. */
type Encoded = { row: number; label: number; record: string; samples: string }[];

interface Encoding {
  folder: string;
  definition: DatasetDefinition;
  range?: RowSpan | undefined;
  /** Whether no memory is left for its rows. */
  spilled?: boolean;
}

/** Encodes the first split of a definition, or a range of it, and tells the archives that were asked for. */
async function encode({ folder, definition, range, spilled = false }: Encoding) {
  const [split] = definition.splits;
  if (split === undefined) throw new Error('a definition has a split');
  const asked: string[] = [];
  const told: number[] = [];
  const budget = new MemoryBudget(2 ** 21);
  budget.keep(spilled ? 2 ** 21 : -(2 ** 26));
  const encoded = await encodeSplit({
    split,
    range,
    features: featuresOf(definition),
    classes: definition.label?.classes ?? 0,
    classNames: definition.label?.classNames,
    locate: async ({ file }) => {
      asked.push(file);
      return join(folder, file);
    },
    pool,
    keepSamples: true,
    budget,
    scratchPath: join(await emptyFolder(), 'scratch'),
    onRows: (rows) => void told.push(rows),
  });
  expect(told.at(-1)).toBe(encoded.rows);
  const rows: Encoded = [];
  let recordBytes = 0;
  const all = { start: 0, end: encoded.rows };
  for (const batch of rowsOf(encoded).batches(all, RECORD_LIMITS, recordBytesAt)) {
    for (let place = batch.range.start; place < batch.range.end; place++) {
      const position = batch.rows.order[place] ?? -1;
      const slice = sliceAt(batch.rows, position);
      const at = position - slice.firstPosition;
      const record = slice.records.subarray(slice.offsets[at], slice.offsets[at + 1]);
      const size = (slice.samples?.length ?? 0) / slice.rows;
      const samples = slice.samples?.subarray(at * size, (at + 1) * size) ?? new Uint8Array();
      recordBytes += record.length;
      rows.push({
        row: rowNumberAt(batch.rows, position),
        label: labelAt(batch.rows, position),
        record: Buffer.from(record).toString('base64'),
        samples: Buffer.from(samples).toString('base64'),
      });
    }
  }
  expect(encoded.recordBytes).toBe(recordBytes);
  return { rows, asked, state: encoded.state };
}

/** Cuts `rows` rows into `count` ranges of about the same size. */
function rangesOf(rows: number, count: number): RowSpan[] {
  const cut = (number: number): number => Math.round((rows * number) / count);
  return Array.from({ length: count }, (_, at) => ({ start: cut(at), end: cut(at + 1) }));
}

/** What a range has of the rows of the whole split, in the same order. */
const within = (rows: Encoded, { start, end }: RowSpan): Encoded =>
  rows.filter(({ row }) => row >= start && row < end);

describe('a range of a split', () => {
  describe.each(Object.entries(INPUTS))('of %s', (_, make) => {
    it('has the records of these rows in the whole split, whatever the range', async () => {
      const { folder, definition } = await make();
      const whole = await encode({ folder, definition });
      const rows = definition.splits[0]?.rows ?? 0;
      expect(whole.rows.map(({ row }) => row).sort((a, b) => a - b)).toEqual([...new Array(rows).keys()]);
      for (const count of [1, 3, 10]) {
        for (const range of rangesOf(rows, count)) {
          const part = await encode({ folder, definition, range });
          expect(part.rows).toEqual(within(whole.rows, range));
        }
      }
    });
  });

  it('has them as well where they do not fit in memory', async () => {
    const { folder, definition } = await INPUTS['images and labels, gzip']();
    const whole = await encode({ folder, definition });
    const range = { start: 301, end: 1400 };
    const part = await encode({ folder, definition, range, spilled: true });
    expect(part.state).toBe('spilled');
    expect(part.rows).toEqual(within(whole.rows, range));
  });

  it('is made of single rows, and of rows around the borders of parts', async () => {
    const { folder, definition } = await INPUTS['parts of few rows with labels']();
    const whole = await encode({ folder, definition });
    for (const range of [
      { start: 0, end: 1 },
      { start: 699, end: 704 },
      { start: 700, end: 701 },
      { start: 1140, end: 1141 },
    ]) {
      const part = await encode({ folder, definition, range });
      expect(part.rows).toEqual(within(whole.rows, range));
    }
  });

  it('asks for the archives alone that hold some of it', async () => {
    const { folder, definition } = await INPUTS['parts of few rows with labels']();
    const { asked } = await encode({ folder, definition, range: { start: 700, end: 703 } });
    expect(asked.toSorted()).toEqual(['labels-1', 'labels-2', 'part-1', 'part-2']);
  });

  it('is refused where its archive is another one, read to its end or not', async () => {
    for (const [pack, range] of [
      [gzip, { start: 0, end: 10 }],
      [gzip, { start: 1490, end: 1500 }],
      [(bytes: Buffer) => bytes, { start: 10, end: 20 }],
    ] as const) {
      const right = pack(images(ROWS));
      const { folder, definition } = await written(new Map([['images', right]]), (archive) => ({
        image: IMAGE,
        splits: [{ name: 'train', rows: ROWS, images: archive('images') }],
      }));
      const wrong = Buffer.from(right);
      wrong[wrong.length - 100]! ^= 1;
      await writeFile(join(folder, 'images'), wrong);
      await expect(encode({ folder, definition, range })).rejects.toMatchObject({ code: 'ARCHIVE_CHECKSUM' });
    }
  });

  it.each([
    [0, 0],
    [-1, 3],
    [5, ROWS + 1],
  ])('is none from %i to %i', async (start, end) => {
    const { folder, definition } = await INPUTS['color images without labels']();
    await expect(encode({ folder, definition, range: { start, end } })).rejects.toThrow('no range');
  });
});
