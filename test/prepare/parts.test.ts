import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { rowKeysOf } from '../../src/dataset/row-keys.js';
import {
  type DatasetDefinition,
  defineDataset,
  type PartFiles,
  prepare,
  readExamples,
} from '../../src/index.js';
import { orderOfRows } from '../../src/plan/order.js';
import { verifyDataset } from '../../src/verify/verify.js';
import { gzip, idx } from '../fixtures/archives.js';
import { digestsIn, emptyFolder } from '../fixtures/folder.js';

const CLASSES = ['ant', 'bee', 'cat', 'The dog'];

/** Samples of a row: its own number, in all places. */
function rowsOf(first: number, rows: number): Uint8Array {
  return Uint8Array.from({ length: rows * 12 }, (_, at) => (first + Math.floor(at / 12)) % 251);
}

/** Parts of these sizes with the rows of one split, the first plain, the others gzipped; a class or labels for each. */
async function writeParts(
  folder: string,
  sizes: readonly number[],
  of: 'classes' | 'labels',
): Promise<PartFiles[]> {
  let first = 0;
  const parts: PartFiles[] = [];
  for (const [at, rows] of sizes.entries()) {
    const bytes = idx([rows, 3, 4], rowsOf(first, rows));
    const images = join(folder, `${of}-${at}`);
    await writeFile(images, at === 0 ? bytes : gzip(bytes));
    const labels = `${images}-labels`;
    const numbers = Uint8Array.from({ length: rows }, (_, row) => (first + row) % 4);
    await writeFile(labels, gzip(idx([rows], numbers)));
    parts.push(of === 'classes' ? { images, class: CLASSES[at % 4] } : { images, labels });
    first += rows;
  }
  return parts;
}

describe('a split of many archives', () => {
  let folder: string;
  const sizes = [700, 1, 2, 3000, 5, 900, 1, 1];
  const rows = sizes.reduce((sum, size) => sum + size, 0);

  beforeEach(async () => {
    folder = await emptyFolder();
  });

  const options = (out: string, more: object = {}) => ({
    out,
    cacheDir: join(out, 'cache'),
    formats: ['tfrecord', 'arrow', 'parquet'] as const,
    workers: 2,
    ...more,
  });

  it('has the bytes that one archive of all rows gives, with any number of workers, in memory or spilled', async () => {
    const [one, many] = [join(folder, 'one'), join(folder, 'many')];
    const images = join(folder, 'whole.gz');
    const labels = join(folder, 'whole-labels.gz');
    await writeFile(images, gzip(idx([rows, 3, 4], rowsOf(0, rows))));
    await writeFile(
      labels,
      gzip(
        idx(
          [rows],
          Uint8Array.from({ length: rows }, (_, row) => row % 4),
        ),
      ),
    );
    const whole = await defineDataset({ name: 'own', splits: [{ name: 'train', images, labels }] });
    const { directory } = await prepare(whole.definition, {
      ...options(one),
      archivePaths: whole.archivePaths,
    });
    const expected = shards(await digestsIn(directory));

    const parts = await writeParts(folder, sizes, 'labels');
    const own = await defineDataset({ name: 'own', splits: [{ name: 'train', parts }] });
    for (const [at, more] of [{ workers: 1 }, { workers: 3 }, { memory: 600_000 }].entries()) {
      const result = await prepare(own.definition, {
        ...options(join(many, String(at)), more),
        archivePaths: own.archivePaths,
      });
      expect(shards(await digestsIn(result.directory))).toEqual(expected);
    }
  });

  it('orders rows by the keys of its definition, and tells of them beside the shards', async () => {
    const parts = (await writeParts(folder, sizes.slice(0, 4), 'classes')).map((part) => ({ ...part }));
    const own = await defineDataset({ name: 'own', classNames: CLASSES, splits: [{ name: 'train', parts }] });
    const [split] = own.definition.splits;
    const definition = { ...own.definition, splits: [{ ...split!, key: '{class}_{row}' }] };
    const { directory } = await prepare(definition, {
      ...options(join(folder, 'keys'), { index: true }),
      archivePaths: own.archivePaths,
    });

    const keys = sizes
      .slice(0, 4)
      .flatMap((size, part) => Array.from({ length: size }, (_, row) => `${CLASSES[part]}_${row}`));
    const hashes = keys.map((key, row) => ({
      row,
      hash: createHash('md5').update(`train${key}`).digest('hex'),
    }));
    const order = hashes.toSorted((a, b) => (a.hash < b.hash ? -1 : 1)).map(({ row }) => row);
    expect(Array.from(orderOfRows(rowKeysOf(definition.splits[0]!), keys.length))).toEqual(order);
    const starts = [0, 700, 701, 703];
    const labels: number[] = [];
    const shard = join(directory, 'own-train.tfrecord-00000-of-00001');
    for await (const { label } of readExamples(shard)) labels.push(label);
    expect(labels).toEqual(order.map((row) => starts.findLastIndex((start) => row >= start)));

    // Without the definition, from row_keys.json.
    const verified = await verifyDataset(directory, { deep: true, cacheDir: folder });
    expect(verified.faults).toEqual([]);
  });

  it('is refused where two rows have the same key', async () => {
    const parts = await writeParts(folder, [20, 3], 'classes');
    const classNames = ['a', 'a1', 'b', 'c'];
    const named = parts.map((part, at) => ({ ...part, class: classNames[at] }));
    const own = await defineDataset({ name: 'own', classNames, splits: [{ name: 'train', parts: named }] });
    const [split] = own.definition.splits;
    const definition: DatasetDefinition = { ...own.definition, splits: [{ ...split!, key: '{class}{row}' }] };
    await expect(
      prepare(definition, { ...options(join(folder, 'same')), archivePaths: own.archivePaths }),
    ).rejects.toMatchObject({
      code: 'DEFINITION_INVALID',
      message: 'two rows of the split train have the same key',
      found: expect.stringMatching(/^"a1[012]" for the rows 1[012] and 2[012]$/),
    });
  });
});

function shards(digests: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(digests).filter(([file]) => /-of-\d+$/.test(file)));
}
