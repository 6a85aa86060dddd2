import { expect, type TestContext } from 'vitest';
import type { ColumnsDataset } from './columns-datasets.js';
import { countReadings, type Reading } from './columns-figures.js';
import { askReader, type Requirements } from './readers.js';

/** What a `read_with_*.py` of columns says; see expected_rows.py. */
export interface Report {
  version: string;
  readings: Reading[];
  faults: string[];
}

function isReport(value: unknown): value is Report {
  return typeof value === 'object' && value !== null && 'readings' in value && 'faults' in value;
}

/** In how many ways a tool reads a split, by what it is given. */
export type Ways = { parquet: string[]; file: string[]; stream: string[] };

/** A tool that a `read_with_*.py` of its name asks, in the packages of a file of requirements. */
export interface Tool {
  name: string;
  requirements: Requirements;
  ways: Ways;
}

/** Has a tool read a data set. */
export async function readColumns(
  context: TestContext,
  { name: tool, requirements }: Tool,
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
  const report = await askReader(context, `read_with_${tool}.py`, words, requirements);
  if (!isReport(report)) throw new Error(`no report: ${JSON.stringify(report)}`);
  return report;
}

/** The ways in which a tool must have read both splits of a data set, as `format, split, how`. */
function everyWay({ ways }: Tool, { arrowStream, image, tensors }: ColumnsDataset): string[] {
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
export async function expectAllRows(
  context: TestContext,
  tool: Tool,
  dataset: ColumnsDataset,
  lookups = 2000,
): Promise<void> {
  const { version, readings, faults } = await readColumns(context, tool, dataset, lookups);
  countReadings(tool.name, version, readings);
  expect(faults).toEqual([]);
  const found = readings.map(({ how, format, split }) => `${format}, ${split}, ${how}`);
  expect(found.sort()).toEqual(everyWay(tool, dataset).sort());
  for (const { how, split, expected, ...came } of readings) {
    expect({ how, split, ...came }).toMatchObject({ rows: expected, equal: expected });
    const all = split === 'train' ? dataset.rows.train : dataset.rows.test;
    if (how.endsWith('label = 10')) expect(expected).toBe(0);
    else if (!how.endsWith('label = 7')) expect(expected).toBe(all);
  }
}
