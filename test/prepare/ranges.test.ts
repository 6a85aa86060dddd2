import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type OpenRanged, rangedArchives } from '../../src/archive/open-ranged.js';
import { isPlain } from '../../src/archive/plain.js';
import { type DatasetDefinition, featuresOf } from '../../src/dataset/definition.js';
import { rowBytesOf } from '../../src/dataset/feature.js';
import type { RowSpan } from '../../src/dataset/split-definition.js';
import { RECORD_LIMITS, rowsOf } from '../../src/formats/formats.js';
import { recordBytesAt } from '../../src/formats/tfrecord/records.js';
import { encodeSplit } from '../../src/prepare/encode-split.js';
import { WorkerPool } from '../../src/prepare/pool.js';
import { archivesOfRange } from '../../src/prepare/range-archives.js';
import { sliceAt } from '../../src/rows/encoded-rows.js';
import { MemoryBudget } from '../../src/rows/spill/memory.js';
import { labelAt, rowNumberAt } from '../../src/rows/table.js';
import { forgetProxies } from '../archive/loopback.js';
import { all, right, serveRanges } from '../archive/range-server.js';
import { gzip, idx } from '../fixtures/archives.js';
import { emptyFolder, everythingIn, sha256 } from '../fixtures/folder.js';
import { elements, IMAGE, INPUTS, images, ROWS, written } from '../fixtures/inputs.js';

let pool: WorkerPool;

beforeAll(() => {
  pool = new WorkerPool(2);
});
afterAll(() => pool.destroy());
beforeEach(forgetProxies);

/** Rows in the order of their places: number, label, record and samples of each. */
type Encoded = { row: number; label: number; record: string; samples: string }[];

interface Encoding {
  folder: string;
  definition: DatasetDefinition;
  range?: RowSpan | undefined;
  /** Whether no memory is left for its rows. */
  spilled?: boolean;
  openRanged?: OpenRanged;
}

/** Encodes the first split of a definition, or a range of it, and tells the archives that were asked for. */
async function encode({ folder, definition, range, spilled = false, openRanged }: Encoding) {
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
    openRanged,
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

  describe.each(Object.entries(INPUTS))('of %s, read in ranges', (_, make) => {
    it('has the same records, from a folder and from a server, and asks for nothing else', async () => {
      const { folder, definition } = await make();
      const whole = await encode({ folder, definition });
      const [split] = definition.splits;
      if (split === undefined) throw new Error('a definition has a split');
      const cacheDir = await emptyFolder();
      const served: string[] = [];
      const { origin, asked } = await serveRanges(async (response, asked, { url }) => {
        served.push(url.slice(1));
        right(await readFile(join(folder, url)))(response, asked, { headers: {}, number: 0, url });
      });
      const atServer = { ...definition, mirrors: [`${origin}/`] };
      const features = featuresOf(definition);
      for (const range of rangesOf(split.rows, 3)) {
        const expected = within(whole.rows, range);
        const { inRanges } = archivesOfRange({ split, features }, range);
        const given = await encode({
          folder,
          definition,
          range,
          openRanged: rangedArchives(definition, { archives: folder, cacheDir }),
        });
        expect(given.rows).toEqual(expected);
        const files = inRanges.map(({ file }) => file);
        expect(given.asked.filter((file) => files.includes(file))).toEqual([]);

        served.length = 0;
        asked.length = 0;
        const openRanged = rangedArchives(atServer, { cacheDir });
        const fetched = await encode({ folder, definition, range, openRanged });
        expect(fetched.rows).toEqual(expected);
        expect([...new Set(served)].sort()).toEqual(files.sort());
        const bytes = asked.reduce((sum, part) => sum + (part === undefined ? 0 : part.end - part.start), 0);
        const perRow = rowBytesOf(features.input) + 24;
        expect(bytes).toBeLessThanOrEqual(served.length * 65_548 + (range.end - range.start) * perRow);
      }
      expect(await everythingIn(cacheDir)).toEqual([]);
    });
  });

  it('is read whole where its archive is no plain one after all, or its server has no ranges', async () => {
    const { folder, definition } = await INPUTS['color images without labels']();
    const [split] = definition.splits;
    if (split === undefined) throw new Error('a definition has a split');
    const whole = await encode({ folder, definition });
    const range = { start: 400, end: 900 };
    const { origin } = await serveRanges(async (response, _asked, { url }) => {
      all(await readFile(join(folder, url)))(response);
    });
    const openRanged = rangedArchives(
      { ...definition, mirrors: [`${origin}/`] },
      { cacheDir: await emptyFolder() },
    );
    const part = await encode({ folder, definition, range, openRanged });
    expect(part.rows).toEqual(within(whole.rows, range));
    expect(part.asked).toEqual(['images']);

    // A packed one that happens to have the size of a plain one.
    const packed = gzipSync(idx([ROWS, 4, 4, 3], elements(ROWS * 48, 'uint8')), { level: 0 });
    const named = { file: 'images', bytes: packed.length, sha256: sha256(packed) };
    await writeFile(join(folder, 'images'), packed);
    const other = { ...definition, splits: [{ ...split, images: named }] };
    expect(isPlain(named, ROWS, 48)).toBe(true);
    const unpacked = await encode({
      folder,
      definition: other,
      range,
      openRanged: rangedArchives(other, { archives: folder, cacheDir: await emptyFolder() }),
    });
    expect(unpacked.rows).toEqual(within(whole.rows, range));
  });

  it.each([
    ['promises more rows than it has', (file: Buffer) => Buffer.from(file.subarray(0, -48)), 'IDX_TRUNCATED'],
    ['goes on behind them', (file: Buffer) => Buffer.concat([file, Buffer.alloc(48)]), 'IDX_TRAILING'],
    [
      'has other rows than its definition',
      () => idx([ROWS + 1, 4, 4, 3], elements((ROWS + 1) * 48, 'uint8')),
      'COUNT_MISMATCH',
    ],
  ])('read in ranges is refused where its archive %s', async (_, change, code) => {
    const file = change(idx([ROWS, 4, 4, 3], elements(ROWS * 48, 'uint8')));
    const { folder, definition } = await written(new Map([['images', file]]), (archive) => ({
      image: { name: 'image', shape: [4, 4, 3] },
      splits: [{ name: 'train', rows: ROWS, images: archive('images') }],
    }));
    const openRanged = rangedArchives(definition, { archives: folder, cacheDir: await emptyFolder() });
    const range = { start: ROWS - 10, end: ROWS };
    await expect(encode({ folder, definition, range, openRanged })).rejects.toMatchObject({ code });
  });

  it('leaves no connection open where it fails', async () => {
    const { folder, definition } = await INPUTS['labels that are a column of several numbers']();
    const sockets = new Set<Socket>();
    const { origin } = await serveRanges(async (response, asked, { url }) => {
      if (response.socket !== null) sockets.add(response.socket);
      const bytes = await readFile(join(folder, url));
      // A label that is none, among the last of the range.
      if (url === '/labels') bytes.writeBigInt64LE(99n, 128 + (890 * 3 + 1) * 8);
      right(bytes)(response, asked, { headers: {}, number: 0, url });
    });
    const openRanged = rangedArchives(
      { ...definition, mirrors: [`${origin}/`] },
      { cacheDir: await emptyFolder() },
    );
    const range = { start: 400, end: 900 };
    await expect(encode({ folder, definition, range, openRanged })).rejects.toMatchObject({
      code: 'LABEL_RANGE',
    });
    for (const socket of sockets) if (!socket.closed) await once(socket, 'close');
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
