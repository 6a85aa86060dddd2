import { afterAll } from 'vitest';

/** How one way of reading one split in one format compared with the archives. */
export interface Reading {
  how: string;
  format: string;
  split: string;
  /** How many rows should have come, how many came, and how many of those were right in every column. */
  expected: number;
  rows: number;
  equal: number;
}

const figures = new Map<string, { readings: number; rows: number; equal: number }>();

/** Counts readings for the table that stands at the end of a file's tests: tool, version, format, readings, rows, equal. */
export function countReadings(tool: string, version: string, readings: readonly Reading[]): void {
  for (const { format, rows, equal } of readings) {
    const key = [tool, version, format].join('\t');
    const sum = figures.get(key) ?? { readings: 0, rows: 0, equal: 0 };
    figures.set(key, { readings: sum.readings + 1, rows: sum.rows + rows, equal: sum.equal + equal });
  }
}

afterAll(() => {
  if (figures.size === 0) return;
  const lines = [['tool', 'version', 'format', 'readings', 'rows', 'equal']];
  for (const [key, { readings, rows, equal }] of figures)
    lines.push([
      ...key.split('\t'),
      ...[readings, rows, equal].map((count) => count.toLocaleString('en-US')),
    ]);
  const width = (column: number): number => Math.max(...lines.map((line) => line[column]?.length ?? 0));
  const table = lines.map((line) =>
    line.map((cell, at) => (at < 3 ? cell.padEnd(width(at)) : cell.padStart(width(at)))).join('  '),
  );
  console.log(table.join('\n'));
});
