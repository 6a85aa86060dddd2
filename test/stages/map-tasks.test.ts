import { describe, expect, it } from 'vitest';
import type { DatasetDefinition } from '../../src/dataset/definition.js';
import { loadDefinition } from '../../src/dataset/registry.js';
import { bucketsOf } from '../../src/stages/buckets.js';
import { specOf } from '../../src/stages/job-spec.js';
import { mapTasks } from '../../src/stages/map-tasks.js';

const archive = (file: string, bytes: number) => ({ file, bytes, sha256: 'a'.repeat(64) });

/** A split of parts, each of rows of 28x28, plain or gzip. */
function definitionOf(parts: { rows: number; plain: boolean }[]): DatasetDefinition {
  return {
    name: 'own',
    version: '1.0.0',
    description: 'Of the tests.',
    mirrors: [],
    image: { name: 'image', shape: [28, 28, 1] },
    splits: [
      {
        name: 'train',
        rows: parts.reduce((sum, { rows }) => sum + rows, 0),
        parts: parts.map(({ rows, plain }, at) => ({
          rows,
          images: archive(`part-${at}`, plain ? 16 + rows * 784 : Math.ceil(rows * 100)),
        })),
      },
    ],
  };
}

/** Where the rows of the split are cut, and the archives that are checked by themselves. */
function tasksOf(definition: DatasetDefinition, maps?: number) {
  const tasks = mapTasks(specOf(definition, { maps }, '1.0.0'));
  const rows = tasks.flatMap((task) => (task.kind === 'rows' ? [task] : []));
  expect(rows.map(({ start }) => start)).toEqual([0, ...rows.slice(0, -1).map(({ end }) => end)]);
  return {
    ends: rows.map(({ end }) => end),
    checked: tasks.flatMap((task) => (task.kind === 'check' ? [task.archive.file] : [])),
  };
}

const M = 1_000_000;

describe('map tasks', () => {
  it('have nearly a million rows each, with cuts anywhere in plain archives, which are checked by themselves', () => {
    const { ends, checked } = tasksOf(definitionOf([{ rows: 4.5 * M, plain: true }]));
    expect(ends).toEqual([0.9 * M, 1.8 * M, 2.7 * M, 3.6 * M, 4.5 * M]);
    expect(checked).toEqual(['part-0']);
  });

  it('take compressed archives whole', () => {
    const parts = [
      { rows: 3 * M, plain: false },
      { rows: 2 * M, plain: false },
    ];
    expect(tasksOf(definitionOf(parts))).toEqual({ ends: [3 * M, 5 * M], checked: [] });
  });

  it('take many small archives together', () => {
    const parts = Array.from({ length: 3000 }, () => ({ rows: 900, plain: false }));
    const { ends, checked } = tasksOf(definitionOf(parts));
    expect(ends).toEqual([0.9 * M, 1.8 * M, 2.7 * M]);
    expect(checked).toEqual([]);
  });

  it('are as many as somebody asks for, and no more than rows', () => {
    const definition = definitionOf([{ rows: 10, plain: false }]);
    expect(tasksOf(definition, 3).ends).toEqual([3, 7, 10]);
    expect(tasksOf(definition, 100).ends).toHaveLength(10);
  });

  it('are some forty of QuickDraw, in buckets that are some megabytes', async () => {
    const definition = await loadDefinition('quickdraw_bitmap');
    const { ends } = tasksOf(definition);
    expect(ends.length).toBeGreaterThan(35);
    expect(ends.length).toBeLessThan(60);
    const [split] = definition.splits;
    if (split === undefined) throw new Error('a definition has a split');
    expect(bucketsOf(specOf(definition, {}, '1.0.0'), split)).toBe(8192);
  });
});
