import { readFileSync } from 'node:fs';
import { DuckDBBlobValue, type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import { type ColumnsDataset, digitsAs, mnist, smallAs, VARIANTS } from './columns-datasets.js';
import { countReadings } from './columns-figures.js';
import { type IndexedPage, indexedPages } from './columns-page-indexes.js';
import {
  compareRows,
  type ExpectedSplit,
  expectedPath,
  expectedSplit,
  type ReadRow,
  SPLITS,
  shardsOf,
} from './columns-rows.js';
import { readWithArrow, readWithHyparquet, readWithParquetjs } from './columns-tools.js';

/** The version of a package that is installed here; not every one lets its package.json be imported. */
function versionOf(name: string): string {
  const path = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
  const { version }: { version: string } = JSON.parse(readFileSync(path, 'utf8'));
  return version;
}

interface Tool {
  name: string;
  format: 'parquet' | 'arrow';
  read: (path: string) => Promise<ReadRow[]>;
}

const TOOLS: readonly Tool[] = [
  { name: 'hyparquet', format: 'parquet', read: readWithHyparquet },
  { name: 'parquetjs-lite', format: 'parquet', read: readWithParquetjs },
  { name: 'apache-arrow', format: 'arrow', read: async (path) => (await readWithArrow(path)).rows },
];

async function expectAllRows(dataset: ColumnsDataset, expected: ExpectedSplit, tools = TOOLS): Promise<void> {
  for (const { name, format, read } of tools) {
    const rows: ReadRow[] = [];
    for (const path of shardsOf(dataset, expected.split, format)) rows.push(...(await read(path)));
    const reading = compareRows(dataset, expected, rows, { how: name, format });
    countReadings(name, versionOf(name), [reading]);
    const count = expected.order.length;
    expect(reading).toMatchObject({ how: name, expected: count, rows: count, equal: count });
  }
}

/** parquetjs-lite has no Zstandard. */
const WITHOUT_ZSTD = TOOLS.filter(({ name }) => name !== 'parquetjs-lite');

describe.each(VARIANTS)('digits, $title,', (variant) => {
  it('is read row for row by the readers of npm', async () => {
    const dataset = await digitsAs(variant);
    for (const split of SPLITS) {
      const expected = await expectedSplit(dataset, split);
      await expectAllRows(dataset, expected, variant.compression === 'zstd' ? WITHOUT_ZSTD : TOOLS);
      if (variant.compression === 'zstd') {
        const [path = ''] = shardsOf(dataset, split.split, 'parquet');
        await expect(readWithParquetjs(path)).rejects.toBe('invalid compression method: ZSTD');
      }
    }
  });

  it('has page indexes that say what its pages hold', async () => {
    const dataset = await digitsAs(variant);
    let [chunks, pagesOfImages] = [0, 0];
    for (const path of shardsOf(dataset, 'train', 'parquet')) {
      const rows = await readWithHyparquet(path);
      for (const pages of await indexedPages(path)) {
        chunks++;
        if (pages[0]?.column !== 'image.path' && pages[0]?.column.startsWith('image'))
          pagesOfImages += pages.length;
        for (const [i, page] of pages.entries()) {
          const next = pages[i + 1];
          // One page begins where the one before it ends.
          if (next !== undefined) expect(page.endOffset).toBe(next.offset);
          expectBounds(page, rows.slice(page.firstRow, page.endRow));
        }
      }
    }
    // Every column has them in every row group. PNGs of 6,000 rows are two pages or, in shards, one each; samples one for
    // 1,337 rows, in row groups of 5,349 rows.
    const { image, index, shards } = dataset;
    const columns = (image === 'png' ? 3 : 2) + (index ? 1 : 0);
    const groups = image === 'tensor' && shards === 1 ? 2 : shards;
    expect(chunks).toBe(columns * groups);
    const pages = { png: shards === 1 ? 2 : shards, tensor: shards === 1 ? 6 : 2 * shards };
    expect(pagesOfImages).toBe(pages[image]);
  });
});

describe('a small data set', () => {
  it.for([
    { title: 'of one row a split', rows: { train: 1, test: 1 }, shards: 1 },
    { title: 'with shards of one row', rows: { train: 5, test: 3 }, shards: 3, arrowStream: true },
    { title: 'as tensors of one row', rows: { train: 5, test: 3 }, shards: 3, image: 'tensor', index: true },
  ] as const)('$title, is read row for row by the readers of npm', async ({ rows, ...variant }) => {
    const dataset = await smallAs(rows, variant);
    for (const split of SPLITS) await expectAllRows(dataset, await expectedSplit(dataset, split));
  });
});

describe('MNIST', () => {
  it('is read row for row by the readers of npm', async (context) => {
    const dataset = await mnist(context);
    for (const split of SPLITS) await expectAllRows(dataset, await expectedSplit(dataset, split));
    await expectAnswers(dataset, 500);
  });
});

describe('apache-arrow', () => {
  it('reads the schema and its metadata', async () => {
    const tensors = { shards: 1, image: 'tensor', tensors: 'extension' } as const;
    const small = await smallAs({ train: 2, test: 2 }, tensors);
    const { table } = await readWithArrow(shardsOf(small, 'train', 'arrow')[0]!);
    expect(table.schema.fields.map(String)).toEqual(['image: FixedSizeList[35]<Uint8>', 'label: Int64']);
    expect(Object.fromEntries(table.schema.fields[0]!.metadata)).toEqual({
      'ARROW:extension:name': 'arrow.fixed_shape_tensor',
      'ARROW:extension:metadata': '{"shape":[5,7,1]}',
    });
  });
});

describe('DuckDB', () => {
  it.for(VARIANTS.filter(({ image }) => image === undefined))(
    'answers of digits, $title, as the archives do',
    async (variant) => {
      await expectAnswers(await digitsAs(variant), variant.shards === 1 ? 2000 : 200);
    },
  );
});

/** Rows in order, counts by label, and look-ups of rows spread over the split, over all shards by a pattern. */
async function expectAnswers(dataset: ColumnsDataset, lookups: number): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  try {
    for (const split of SPLITS) {
      const expected = await expectedSplit(dataset, split);
      const shards = `'${dataset.directory}/${dataset.name}-${split.split}-*.parquet'`;
      const columns = `image.bytes, image.path, label${dataset.index ? ', "index"' : ''}`;
      const result = await connection.runAndReadAll(`SELECT ${columns} FROM ${shards}`);
      const rows = result.getRows().map(([png, path, label, index]): ReadRow => {
        const bytes = png instanceof DuckDBBlobValue ? png.bytes : new Uint8Array();
        return { png: bytes, path, label, ...(index === undefined ? {} : { index }) };
      });
      const reading = compareRows(dataset, expected, rows, { how: 'FROM a glob', format: 'parquet' });
      countReadings('@duckdb/node-api', versionOf('@duckdb/node-api'), [reading]);
      const count = expected.order.length;
      expect(reading).toMatchObject({ expected: count, rows: count, equal: count });
      await expectCounts(connection, shards, expected);
      await expectLookups(connection, shards, expected, rows, lookups);
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function expectCounts(
  connection: DuckDBConnection,
  shards: string,
  { labels }: ExpectedSplit,
): Promise<void> {
  const counted = await connection.runAndReadAll(
    `SELECT label, count(*) FROM ${shards} GROUP BY 1 ORDER BY 1`,
  );
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const sorted = [...counts].sort(([a], [b]) => a - b).map((pair) => pair.map(BigInt));
  expect(counted.getRows()).toEqual(sorted);
  const sevens = await connection.runAndReadAll(`SELECT count(*) FROM ${shards} WHERE label = 7`);
  expect(sevens.getRows()).toEqual([[BigInt(counts.get(7) ?? 0)]]);
}

async function expectLookups(
  connection: DuckDBConnection,
  shards: string,
  { split, order }: ExpectedSplit,
  rows: readonly ReadRow[],
  lookups: number,
): Promise<void> {
  const byPath = await connection.prepare(`SELECT image.path FROM ${shards} WHERE image.path = ?`);
  const byBytes = await connection.prepare(`SELECT image.path FROM ${shards} WHERE image.bytes = ?`);
  let lost = 0;
  for (let i = 0; i < lookups; i++) {
    // 7919 is a prime and divides no number of rows here, so all of them get their turn before any comes again.
    const place = (i * 7919) % order.length;
    const path = expectedPath(split, order[place]!);
    byPath.bindVarchar(1, path);
    byBytes.bindBlob(1, rows[place]!.png!);
    const found = [await byPath.runAndReadAll(), await byBytes.runAndReadAll()].map((read) => read.getRows());
    const exact = found[0]?.length === 1 && found[0][0]?.[0] === path;
    // Two rows may have the same image.
    if (!exact || !found[1]?.some(([other]) => other === path)) lost++;
  }
  expect({ split, lost }).toEqual({ split, lost: 0 });
}

/** Holds what page indexes say of a page against the rows in it. */
function expectBounds({ column, min, max }: IndexedPage, rows: readonly ReadRow[]): void {
  expect(rows).not.toHaveLength(0);
  if (column === 'image.bytes') {
    if (!(min instanceof Uint8Array && max instanceof Uint8Array)) throw new Error('bounds are no bytes');
    const images = rows.map(({ png }) => Buffer.from(png ?? []));
    const outside = images.filter(
      (image) => Buffer.compare(min, image) > 0 || Buffer.compare(max, image) < 0,
    );
    expect(outside).toHaveLength(0);
  } else if (column === 'image.list.element') {
    const samples = Buffer.concat(rows.map(({ pixels }) => pixels ?? new Uint8Array()));
    expect(min).toBe(samples.reduce((least, sample) => Math.min(least, sample), 255));
    expect(max).toBe(samples.reduce((most, sample) => Math.max(most, sample), 0));
  } else if (column === 'image.path') {
    const paths = rows.map(({ path }) => String(path)).sort();
    expect([textOf(min), textOf(max)]).toEqual([paths[0], paths.at(-1)]);
  } else {
    const values = rows.map((row) => Number(column === 'label' ? row.label : row.index));
    expect([Number(min), Number(max)]).toEqual([Math.min(...values), Math.max(...values)]);
  }
}

function textOf(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString() : String(value);
}
