import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defineDataset, type PrepareOptions, prepare } from '../../../src/index.js';
import { idx } from '../../fixtures/archives.js';
import { tfdsOrder } from '../../fixtures/digits.js';
import { emptyFolder } from '../../fixtures/folder.js';

/** Rows of one split, as arrays that a test changes before they are prepared. */
export interface OwnSplit {
  name: string;
  images: Uint8Array;
  labels?: Uint8Array;
  rows: number;
}

/** Bytes that look drawn by lot, and are the same each time. */
export function noise(length: number, seed = 1): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
}

/** Prepares a data set of these splits, and gives its directory. */
export async function prepareOwn(
  splits: readonly OwnSplit[],
  shape: readonly number[],
  options: Partial<PrepareOptions> = {},
  { type = 8, classNames }: { type?: number; classNames?: readonly string[] } = {},
): Promise<string> {
  const folder = await emptyFolder();
  const files = await Promise.all(
    splits.map(async ({ name, images, labels, rows }) => {
      const paths = { name, images: join(folder, `${name}-images`), labels: join(folder, `${name}-labels`) };
      await writeFile(paths.images, idx([rows, ...shape], images, type));
      if (labels === undefined) return { name, images: paths.images };
      await writeFile(paths.labels, idx([rows], labels));
      return paths;
    }),
  );
  const { definition, archivePaths } = await defineDataset({ name: 'own', splits: files, classNames });
  const { directory } = await prepare(definition, {
    formats: ['tfrecord', 'parquet'],
    workers: 1,
    ...options,
    archivePaths,
    cacheDir: join(folder, 'cache'),
    out: join(folder, 'out'),
  });
  return directory;
}

/** Where the rows of a split's source stand in it. */
export function places(split: string, rows: number): number[] {
  const order = tfdsOrder(split, rows);
  return Array.from({ length: rows }, (_, row) => order.indexOf(row));
}
