import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { FILES } from '../fixtures/archives.js';
import { digitsAs, mnist, smallAs, VARIANTS } from './columns-datasets.js';
import { expectAllRows, readColumns, type Tool, type Ways } from './columns-readings.js';

/** The tools, and the ways in which each reads each of the forms. None of them may be left out by a script. */
const TOOLS: Record<string, Ways> = {
  pyarrow: {
    parquet: ['parquet.ParquetFile', 'dataset.dataset', 'dataset, label = 7', 'dataset, label = 10'],
    file: ['ipc.open_file, mapped', 'feather.read_table', 'dataset.dataset'],
    stream: ['ipc.open_stream'],
  },
  duckdb: {
    parquet: ['read_parquet', 'FROM a glob', 'WHERE label = 7', 'WHERE label = 10'],
    file: [],
    stream: [],
  },
  polars: {
    parquet: ['read_parquet', 'scan_parquet, glob', 'scan, label = 7', 'scan, label = 10'],
    file: ['read_ipc', 'scan_ipc', 'scan, label = 7', 'scan, label = 10'],
    stream: ['read_ipc_stream'],
  },
  pandas: { parquet: ['read_parquet'], file: ['read_feather'], stream: [] },
  datasets: {
    parquet: ["load_dataset('parquet')"],
    file: ["load_dataset('arrow')"],
    stream: ["load_dataset('arrow')", 'Dataset.from_file'],
  },
  datafusion: {
    parquet: ['SELECT *', 'WHERE label = 7', 'WHERE label = 10'],
    file: ['SELECT *', 'WHERE label = 7', 'WHERE label = 10'],
    stream: [],
  },
};

const ALL: readonly Tool[] = Object.entries(TOOLS).map(([name, ways]) => ({
  name,
  ways,
  requirements: 'requirements-columns.txt',
}));

describe.each(VARIANTS)('digits, $title,', (variant) => {
  it('is read row for row by every tool', async (context) => {
    const dataset = await digitsAs(variant);
    // All look-ups of all variants would take minutes: the statistics that they try are alike.
    const lookups = variant.shards === 1 ? 2000 : 200;
    for (const tool of ALL) await expectAllRows(context, tool, dataset, lookups);
  });
});

describe('a small data set of oblong images, with class names,', () => {
  it.for([
    { title: 'of one row a split', rows: { train: 1, test: 1 }, shards: 1 },
    { title: 'with shards of one row', rows: { train: 5, test: 3 }, shards: 3 },
    { title: 'with streams of one row', rows: { train: 5, test: 3 }, shards: 3, arrowStream: true },
    { title: 'as tensors of one row', rows: { train: 5, test: 3 }, shards: 3, image: 'tensor', index: true },
    {
      title: "as tensors of one row, of Arrow's type,",
      rows: { train: 5, test: 3 },
      shards: 3,
      image: 'tensor',
      tensors: 'extension',
      arrowStream: true,
    },
  ] as const)('$title, is read row for row by every tool', async ({ rows, ...variant }, context) => {
    const dataset = await smallAs(rows, variant);
    for (const tool of ALL) await expectAllRows(context, tool, dataset, 10);
  });
});

// That the comparison sees what it is there for.
describe('a small data set, held against other archives than it was prepared from,', () => {
  it('has one wrong row in every way of reading a split of which one pixel or one label is another', async (context) => {
    const dataset = await smallAs({ train: 5, test: 3 }, { shards: 3 });
    await changeLastByte(join(dataset.archives, FILES.trainImages));
    await changeLastByte(join(dataset.archives, FILES.testLabels));
    for (const tool of ALL) {
      const { readings } = await readColumns(context, tool, dataset, 10);
      const whole = readings.filter(({ how }) => !how.includes('label = '));
      const wrong = whole.map(({ rows, equal }) => rows - equal);
      expect({ tool: tool.name, wrong }).toEqual({ tool: tool.name, wrong: whole.map(() => 1) });
    }
  });
});

async function changeLastByte(archive: string): Promise<void> {
  const idx = gunzipSync(await readFile(archive));
  idx[idx.length - 1]! ^= 1;
  await writeFile(archive, gzipSync(idx));
}

describe('MNIST', () => {
  it('is read row for row by every tool', async (context) => {
    const dataset = await mnist(context);
    for (const tool of ALL) await expectAllRows(context, tool, dataset, 500);
  });
});
