import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import { load } from '../../src/index.js';
import { emptyFolder } from '../fixtures/folder.js';
import { type ColumnsDataset, digitsAs, digitsCache, VARIANTS } from './columns-datasets.js';
import { countReadings } from './columns-figures.js';
import { expectedPath, expectedSplit, SPLITS, shardsOf } from './columns-rows.js';
import { prepare } from './prepared.js';
import { run } from './process.js';
import { goReaders, readerPath } from './readers.js';

/** What one of Go's readers gave of a file; see go/main.go. */
interface GoReading {
  reader: string;
  file: string;
  created_by?: string;
  rows: number;
  labels: number[];
  indexes?: number[];
  paths?: string[];
  sizes: number[];
  sha256: string;
}

/** A row as the columns are to have it. */
interface Row {
  label: number;
  index: number;
  path: string;
  png: Uint8Array;
  samples: Uint8Array;
}

const OF_PARQUET = ['parquet-go, ReadFile', 'parquet-go, Rows', 'arrow-go, pqarrow'];

/** The versions that go.mod asks for, by the word that a reader's name begins with. */
function versionOf(reader: string): string {
  const [library = ''] = reader.split(',');
  const found = new RegExp(`/${library}(?:/v\\d+)? v(\\S+)`).exec(
    readFileSync(readerPath('go/go.mod'), 'utf8'),
  );
  return found?.[1] ?? '';
}

async function askGo(context: TestContext, paths: readonly string[]): Promise<GoReading[]> {
  const { code, stdout, stderr } = await run(await goReaders(context), paths);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

/** The rows of a split of `digits` as the project's own `load` reads them from the TFRecord shards in `dataDir`. */
async function loadedRows(
  dataset: ColumnsDataset,
  dataDir: string,
  split: (typeof SPLITS)[number],
): Promise<Row[]> {
  const options = { dataDir, split: split.split, format: 'tfrecord' } as const;
  const { order } = await expectedSplit(dataset, split);
  const rows: Row[] = [];
  for await (const { image, label } of await load('digits', { ...options, decode: false })) {
    const index = order[rows.length]!;
    const path = expectedPath(split.split, index);
    rows.push({ label, index, path, png: image.png, samples: new Uint8Array() });
  }
  let place = 0;
  for await (const { image } of await load('digits', options)) rows[place++]!.samples = image.data;
  expect(place).toBe(order.length);
  return rows;
}

/** Where `digits` is in TFRecord; it goes when the test ends. */
async function recordsOfDigits(): Promise<string> {
  const out = await emptyFolder();
  await prepare(out, ['--dataset', 'digits', '--formats', 'tfrecord'], await digitsCache());
  return out;
}

/** What a reader must give of a shard that holds these rows. */
function expectedReading(
  { image, index }: ColumnsDataset,
  file: string,
  reader: string,
  rows: readonly Row[],
): GoReading {
  const images = rows.map(({ png, samples }) => (image === 'png' ? png : samples));
  const hash = createHash('sha256');
  for (const bytes of images) hash.update(bytes);
  return {
    reader,
    file,
    ...(file.endsWith('.parquet') ? { created_by: 'idx-shards version 1.0.0 (build 1)' } : {}),
    rows: rows.length,
    labels: rows.map(({ label }) => label),
    ...(index ? { indexes: rows.map(({ index }) => index) } : {}),
    ...(image === 'png' ? { paths: rows.map(({ path }) => path) } : {}),
    sizes: images.map(({ length }) => length),
    sha256: hash.digest('hex'),
  };
}

describe.each(VARIANTS)('digits, $title,', (variant) => {
  it('is read row for row by the readers of Go', async (context) => {
    const dataset = await digitsAs(variant);
    const records = await recordsOfDigits();
    const ofArrow = [`arrow-go, ipc.${dataset.arrowStream ? 'NewReader' : 'NewFileReader'}`];
    for (const split of SPLITS) {
      const rows = await loadedRows(dataset, records, split);
      for (const format of ['parquet', 'arrow']) {
        const paths = shardsOf(dataset, split.split, format);
        const readers = format === 'parquet' ? OF_PARQUET : ofArrow;
        const readings = await askGo(context, paths);
        for (const reader of readers) {
          const ofReader = readings.filter((reading) => reading.reader === reader);
          let start = 0;
          for (const [shard, path] of paths.entries()) {
            const end = Math.round(((shard + 1) * rows.length) / paths.length);
            const expected = expectedReading(dataset, basename(path), reader, rows.slice(start, end));
            expect(ofReader[shard]).toEqual(expected);
            start = end;
          }
          const all = { expected: rows.length, rows: start, equal: start };
          countReadings(reader, versionOf(reader), [{ how: reader, format, split: split.split, ...all }]);
        }
        expect(readings).toHaveLength(paths.length * readers.length);
      }
    }
  });
});
