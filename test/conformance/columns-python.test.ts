import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it, type TestContext } from 'vitest';
import { FILES } from '../fixtures/archives.js';
import { type ColumnsDataset, digitsAs, mnist, smallAs, VARIANTS } from './columns-datasets.js';
import { countReadings, type Reading } from './columns-figures.js';
import { askReader } from './readers.js';

/** What a `read_with_*.py` of columns says; see expected_rows.py. */
interface Report {
  version: string;
  readings: Reading[];
  faults: string[];
}

function isReport(value: unknown): value is Report {
  return typeof value === 'object' && value !== null && 'readings' in value && 'faults' in value;
}

/** In how many ways a tool reads a split, by what it is given. */
type Ways = { parquet: string[]; file: string[]; stream: string[] };

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

const TOOL_NAMES = Object.keys(TOOLS);

async function read(
  context: TestContext,
  tool: string,
  { name, directory, archives, shards, image, tensors, index, arrowStream, classNames }: ColumnsDataset,
  lookups: number,
): Promise<Report> {
  const words = [
    ...[directory, archives, name, 'train=train', 'test=t10k'],
    ...['--shards', `${shards}`, '--image', image, '--tensors', tensors, '--lookups', `${lookups}`],
    ...(index ? ['--index'] : []),
    ...(arrowStream ? ['--arrow-stream'] : []),
    ...(classNames === undefined ? [] : ['--class-names', JSON.stringify(classNames)]),
  ];
  const report = await askReader(context, `read_with_${tool}.py`, words, 'requirements-columns.txt');
  if (!isReport(report)) throw new Error(`no report: ${JSON.stringify(report)}`);
  return report;
}

/** The ways in which a tool must have read both splits of a data set, as `format, split, how`. */
function everyWay(tool: string, { arrowStream, image, tensors }: ColumnsDataset): string[] {
  const ways = TOOLS[tool]!;
  const arrow = arrowStream ? ways.stream : ways.file;
  // datasets takes Arrow's type for tensors for what it is told that they are, and `from_file` cannot be told.
  const isExtension = image === 'tensor' && tensors === 'extension';
  const told = arrow.filter((how) => !isExtension || how !== 'Dataset.from_file');
  return ['train', 'test'].flatMap((split) => [
    ...ways.parquet.map((how) => `parquet, ${split}, ${how}`),
    ...told.map((how) => `arrow, ${split}, ${how}`),
  ]);
}

/** Has a tool read a data set in all of its ways, and expects every row of each to be right. */
async function expectAllRows(
  context: TestContext,
  tool: string,
  dataset: ColumnsDataset,
  lookups = 2000,
): Promise<void> {
  const { version, readings, faults } = await read(context, tool, dataset, lookups);
  countReadings(tool, version, readings);
  expect(faults).toEqual([]);
  const ways = readings.map(({ how, format, split }) => `${format}, ${split}, ${how}`);
  expect(ways.sort()).toEqual(everyWay(tool, dataset).sort());
  for (const { how, split, expected, ...came } of readings) {
    expect({ how, split, ...came }).toMatchObject({ rows: expected, equal: expected });
    const all = split === 'train' ? dataset.rows.train : dataset.rows.test;
    if (how.endsWith('label = 10')) expect(expected).toBe(0);
    else if (!how.endsWith('label = 7')) expect(expected).toBe(all);
  }
}

describe.each(VARIANTS)('digits, $title,', (variant) => {
  it('is read row for row by every tool', async (context) => {
    const dataset = await digitsAs(variant);
    // All look-ups of all variants would take minutes: the statistics that they try are alike.
    const lookups = variant.shards === 1 ? 2000 : 200;
    for (const tool of TOOL_NAMES) await expectAllRows(context, tool, dataset, lookups);
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
    for (const tool of TOOL_NAMES) await expectAllRows(context, tool, dataset, 10);
  });
});

// That the comparison sees what it is there for.
describe('a small data set, held against other archives than it was prepared from,', () => {
  it('has one wrong row in every way of reading a split of which one pixel or one label is another', async (context) => {
    const dataset = await smallAs({ train: 5, test: 3 }, { shards: 3 });
    await changeLastByte(join(dataset.archives, FILES.trainImages));
    await changeLastByte(join(dataset.archives, FILES.testLabels));
    for (const tool of TOOL_NAMES) {
      const { readings } = await read(context, tool, dataset, 10);
      const whole = readings.filter(({ how }) => !how.includes('label = '));
      const wrong = whole.map(({ rows, equal }) => rows - equal);
      expect({ tool, wrong }).toEqual({ tool, wrong: whole.map(() => 1) });
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
    for (const tool of TOOL_NAMES) await expectAllRows(context, tool, dataset, 500);
  });
});
