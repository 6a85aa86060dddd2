import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { tableFromIPC, Vector } from 'apache-arrow';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { valuesOf } from '../../src/dataset/feature.js';
import { orderOfRows } from '../../src/plan/order.js';
import { newFolder } from '../fixtures/folder.js';
import { valuesIn } from '../fixtures/values.js';
import { hyparquetCompressors } from './columns-tools.js';
import { EVERY_IDX, type EveryIdx, elementsOf, writeEveryIdx } from './every-idx.js';
import { prepare } from './prepared.js';
import { askReader } from './readers.js';

/** What becomes tensors. */
const TENSORS = EVERY_IDX.filter(
  ({ as, dtype, name }) => as === 'tensor' || dtype !== 'uint8' || name === 'two_channels',
);

interface Prepared {
  every: EveryIdx;
  directory: string;
  definition: string;
  archives: string;
}

/** Every value of a row in TFDS's order. */
function expectedRows(every: EveryIdx): number[][] {
  const values = Array.from(valuesIn(elementsOf(every), every.dtype), Number);
  const size = valuesOf(every.shape);
  return Array.from(orderOfRows({ splitName: 'train' }, every.rows), (row) =>
    values.slice(row * size, (row + 1) * size),
  );
}

const shards = ({ every, directory }: Prepared, ending: string): string[] =>
  Array.from({ length: every.shards ?? 1 }, (_, shard) => {
    const of = `${`${shard}`.padStart(5, '0')}-of-${`${every.shards ?? 1}`.padStart(5, '0')}`;
    return join(directory, `${every.name}-train-${of}.${ending}`);
  });

/** A value that a reader gives, be it one number or a list. */
function numbers(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return Array.isArray(value) || value instanceof Vector ? Array.from(value, Number) : [];
}

describe('the columns of tensors of every type and rank', () => {
  const prepared: Prepared[] = [];
  let folder = '';
  beforeAll(async () => {
    folder = await newFolder();
    for (const every of TENSORS) {
      const { words, definition, folder: archives } = await writeEveryIdx(folder, every);
      const more = every.shards === undefined ? [] : ['--num-shards', `${every.shards}`];
      // Some go through scratch files.
      const memory = every.dtype === 'int16' ? ['--memory', '256KiB', '--workers', '1'] : [];
      const directory = await prepare(join(folder, 'out'), [...words, ...more, ...memory]);
      prepared.push({ every, directory, definition, archives });
    }
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('are read value for value by pyarrow, DuckDB and Polars, with true bounds', async (context) => {
    const sets = prepared.map(({ directory, definition, archives }) => ({ directory, definition, archives }));
    const words = [JSON.stringify(sets)];
    const report = await askReader(context, 'read_every_idx_columns.py', words, 'requirements-columns.txt');
    const ways = ['pyarrow, parquet', 'pyarrow, arrow', 'duckdb', 'polars, parquet', 'polars, arrow'];
    const readings = Object.fromEntries(
      TENSORS.map(({ name, rows }) => [name, Object.fromEntries(ways.map((way) => [way, rows]))]),
    );
    expect(report).toEqual({ readings, faults: [] });
  });

  it('are read value for value by hyparquet and apache-arrow', async () => {
    for (const set of prepared) {
      const { every } = set;
      const name = 'features';
      const parquet: number[][] = [];
      for (const path of shards(set, 'parquet')) {
        const file = await asyncBufferFromFile(path);
        const rows = await parquetReadObjects({ file, compressors: await hyparquetCompressors() });
        for (const row of rows) parquet.push(numbers(row[name]));
      }
      const arrow: number[][] = [];
      for (const path of shards(set, 'arrow')) {
        const column = tableFromIPC(await readFile(path)).getChild(name);
        for (const value of column ?? []) arrow.push(numbers(value));
      }
      const expected = expectedRows(every);
      expect({ set: every.name, rows: parquet }).toEqual({ set: every.name, rows: expected });
      expect({ set: every.name, rows: arrow }).toEqual({ set: every.name, rows: expected });
    }
  });
});
