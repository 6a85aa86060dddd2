import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { tableFromIPC, Vector } from 'apache-arrow';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeCatalog } from '../../src/catalog/write.js';
import { valuesOf } from '../../src/dataset/feature.js';
import { DEFAULT_FORMATS } from '../../src/formats/formats.js';
import { open, readDefinition } from '../../src/index.js';
import { orderOfRows } from '../../src/plan/order.js';
import { verifyDataset } from '../../src/verify/verify.js';
import { digestsIn, newFolder } from '../fixtures/folder.js';
import { valuesIn } from '../fixtures/values.js';
import { hyparquetCompressors } from './columns-tools.js';
import {
  EVERY_NPY,
  type EveryNpy,
  elementsOf,
  prepareNpy,
  type WrittenNpy,
  writeEveryNpy,
} from './every-npy.js';
import { askReader } from './readers.js';

interface Prepared extends WrittenNpy {
  every: EveryNpy;
  directory: string;
}

/** Every value of a row in TFDS's order, those of 64 bits as bigints. */
function expectedRows({ dtype, littleEndian, shape, rows, ...rest }: EveryNpy): (number | bigint)[][] {
  const values = valuesIn(elementsOf({ dtype, littleEndian, shape, rows, ...rest }), dtype, littleEndian);
  const size = valuesOf(shape);
  return Array.from(orderOfRows({ splitName: 'train' }, rows), (row) =>
    values.slice(row * size, (row + 1) * size),
  );
}

const shards = ({ every, directory }: Prepared, ending: string): string[] =>
  Array.from({ length: every.shards }, (_, shard) => {
    const of = `${`${shard}`.padStart(5, '0')}-of-${`${every.shards}`.padStart(5, '0')}`;
    return join(directory, `${every.name}-train-${of}.${ending}`);
  });

/** A value that a reader gives, be it one number or a list; bools are 0 and 1. */
function values(value: unknown): (number | bigint)[] {
  if (typeof value === 'number' || typeof value === 'bigint') return [value];
  if (typeof value === 'boolean') return [value ? 1 : 0];
  return Array.isArray(value) || value instanceof Vector ? Array.from(value).flatMap(values) : [];
}

describe('tensors of every type, in both orders of bytes', () => {
  const prepared: Prepared[] = [];
  let folder = '';
  beforeAll(async () => {
    folder = await newFolder();
    for (const every of EVERY_NPY) {
      const written = await writeEveryNpy(folder, every);
      prepared.push({ every, ...written, directory: await prepareNpy(join(folder, 'ours'), every, written) });
    }
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  const sets = (wanted: (every: EveryNpy) => boolean = () => true): string =>
    JSON.stringify(
      prepared
        .filter(({ every }) => wanted(every))
        .map(({ directory, definition, folder: archives }) => ({ directory, definition, archives })),
    );

  it('become byte for byte what TFDS writes, and TFDS reads them', async (context) => {
    const jobs = prepared.map(({ every, folder: archives, definition }) => ({
      definition,
      archives,
      shards: every.shards,
    }));
    const words = [join(folder, 'theirs'), JSON.stringify(jobs)];
    const theirs = await askReader(context, 'prepare_with_definition.py', words);
    if (!Array.isArray(theirs)) throw new Error(`no directories: ${JSON.stringify(theirs)}`);
    for (const [at, { every, directory }] of prepared.entries()) {
      const expected = await digestsIn(theirs[at]);
      const files = await digestsIn(directory);
      const ours = Object.fromEntries(Object.entries(files).filter(([name]) => name in expected));
      expect({ name: every.name, files: ours }).toEqual({ name: every.name, files: expected });
    }
    const report = await askReader(context, 'read_every_idx_with_tfds.py', [sets()]);
    expect(report).toEqual(EVERY_NPY.map(({ name, rows }) => ({ name, rows, equal: rows })));
  });

  it('are read value for value by pyarrow, DuckDB and Polars, with true bounds', async (context) => {
    const report = await askReader(
      context,
      'read_every_idx_columns.py',
      [sets()],
      'requirements-columns.txt',
    );
    const ways = ['pyarrow, parquet', 'pyarrow, arrow', 'duckdb', 'polars, parquet', 'polars, arrow'];
    const readings = Object.fromEntries(
      EVERY_NPY.map(({ name, rows }) => [name, Object.fromEntries(ways.map((way) => [way, rows]))]),
    );
    expect(report).toEqual({ readings, faults: [] });
  });

  it('are read value for value by Hugging Face datasets, which knows their types', async (context) => {
    const isList = ({ tensors }: EveryNpy): boolean => tensors === 'list';
    const words = [sets(isList)];
    const report = await askReader(
      context,
      'read_every_idx_with_datasets.py',
      words,
      'requirements-columns.txt',
    );
    expect(report).toEqual(
      EVERY_NPY.filter(isList).map(({ name, dtype, rows }) => ({ name, dtype, equal: rows })),
    );
  });

  it('are read value for value by hyparquet and apache-arrow', async () => {
    for (const set of prepared) {
      const { every } = set;
      const name = 'features';
      const parquet: (number | bigint)[][] = [];
      for (const path of shards(set, 'parquet')) {
        const file = await asyncBufferFromFile(path);
        const rows = await parquetReadObjects({ file, compressors: await hyparquetCompressors() });
        for (const row of rows) parquet.push(values(row[name]));
      }
      const arrow: (number | bigint)[][] = [];
      for (const path of shards(set, 'arrow')) {
        const column = tableFromIPC(await readFile(path)).getChild(name);
        for (const value of column ?? []) arrow.push(values(value));
      }
      const expected = expectedRows(every);
      expect({ set: every.name, rows: parquet }).toEqual({ set: every.name, rows: expected });
      expect({ set: every.name, rows: arrow }).toEqual({ set: every.name, rows: expected });
    }
  });

  it('are loaded from every format, verified against their arrays, and measured in the catalog', async () => {
    for (const { every, directory, definition, folder: archives } of prepared) {
      const expected = expectedRows(every);
      const dataset = await open(directory);
      for (const format of DEFAULT_FORMATS) {
        const found: (number | bigint)[][] = [];
        for await (const { features } of dataset.split('train', { format, features: 'all' }))
          if (typeof features === 'object' && 'data' in features) found.push([...features.data]);
        expect({ set: every.name, format, rows: found }).toEqual({ set: every.name, format, rows: expected });
      }
      const definitions = [await readDefinition(definition)];
      const options = { deep: true, archives, cacheDir: folder, definitions };
      const verified = await verifyDataset(directory, options);
      expect({ set: every.name, ...verified }).toMatchObject({
        set: every.name,
        faults: [],
        unchecked: [],
        rows: every.rows,
      });
      await writeCatalog(directory);
      const statistics = JSON.parse(await readFile(join(directory, 'catalog', 'statistics.json'), 'utf8'));
      const finite = expected.flat().map(Number).filter(Number.isFinite);
      expect({ set: every.name, ...statistics.splits[0].tensor }).toMatchObject({
        set: every.name,
        min: finite.reduce((least, value) => Math.min(least, value)) + 0,
        max: finite.reduce((most, value) => Math.max(most, value)) + 0,
      });
    }
  });
});
