import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, type TestContext } from 'vitest';
import { prepare as prepareDataset } from '../../src/index.js';
import { definitionOf, FILES, gzip, idx, labelsIdx, writeArchives } from '../fixtures/archives.js';
import { emptyFolder, newFolder } from '../fixtures/folder.js';
import { given } from './given.js';
import { prepare } from './prepared.js';

/** A prepared data set with Arrow and Parquet shards, and what it was prepared from and how. */
export interface ColumnsDataset {
  name: string;
  /** Where its files are. */
  directory: string;
  /** Where its archives are, named as MNIST's. */
  archives: string;
  shape: readonly [height: number, width: number];
  rows: { train: number; test: number };
  shards: number;
  image: 'png' | 'tensor';
  /** What the column is where it holds samples. */
  tensors: 'list' | 'extension';
  index: boolean;
  arrowStream: boolean;
  classNames?: readonly string[];
}

/** How a data set is prepared. */
export interface Variant {
  title: string;
  shards: number;
  image?: 'tensor';
  tensors?: 'extension';
  index?: true;
  arrowStream?: true;
  compression?: 'snappy' | 'zstd' | 'none';
}

/** What the tests of readers go through: every option, and numbers of shards that do not divide the rows. */
export const VARIANTS: readonly Variant[] = [
  { title: 'as it comes', shards: 1 },
  { title: 'in 3 shards, with zstd and the index', shards: 3, compression: 'zstd', index: true },
  { title: 'in 7 shards, uncompressed, streams', shards: 7, compression: 'none', arrowStream: true },
  { title: 'in 3 shards, as tensors, with the index', shards: 3, image: 'tensor', index: true },
  {
    title: 'as tensors, with zstd, streams',
    shards: 1,
    image: 'tensor',
    compression: 'zstd',
    arrowStream: true,
  },
  { title: "as tensors of Arrow's extension type", shards: 1, image: 'tensor', tensors: 'extension' },
];

/** The words of the command that ask for a variant. */
export function wordsOf({ shards, image, tensors, index, arrowStream, compression }: Variant): string[] {
  return [
    ...['--formats', 'arrow,parquet', '--num-shards', `${shards}`],
    ...(image === undefined ? [] : ['--image', image]),
    ...(tensors === undefined ? [] : ['--tensors', tensors]),
    ...(index === undefined ? [] : ['--index']),
    ...(arrowStream === undefined ? [] : ['--arrow-stream']),
    ...(compression === undefined ? [] : ['--compression', compression]),
  ];
}

function asked({
  shards,
  image,
  tensors,
  index,
  arrowStream,
}: Variant): Pick<ColumnsDataset, 'shards' | 'image' | 'tensors' | 'index' | 'arrowStream'> {
  return {
    shards,
    image: image ?? 'png',
    tensors: tensors ?? 'list',
    index: index ?? false,
    arrowStream: arrowStream ?? false,
  };
}

let drawn: Promise<string> | undefined;

/** A cache that holds the archives of `digits`, drawn once for all tests of a file. */
export function digitsCache(): Promise<string> {
  drawn ??= newFolder();
  return drawn;
}

afterAll(async () => {
  if (drawn !== undefined) await rm(await drawn, { recursive: true, force: true });
});

/** `digits` as a variant; it goes when the test ends. */
export async function digitsAs(variant: Variant): Promise<ColumnsDataset> {
  const [out, cache] = [await emptyFolder(), await digitsCache()];
  const directory = await prepare(out, ['--dataset', 'digits', ...wordsOf(variant)], cache);
  const archives = join(out, 'archives');
  await mkdir(archives);
  for (const checksum of await readdir(cache)) await cp(join(cache, checksum), archives, { recursive: true });
  const rows = { train: 6000, test: 1000 };
  return { name: 'digits', directory, archives, shape: [28, 28], rows, ...asked(variant) };
}

/** MNIST in all formats that nobody has to ask for, one shard a split; skips the test where its archives are not given. */
export async function mnist(context: TestContext): Promise<ColumnsDataset> {
  const archives = given(context, 'archives/mnist');
  const directory = await prepare(await emptyFolder(), ['--archives', archives, '--num-shards', '1']);
  const rows = { train: 60_000, test: 10_000 };
  return { name: 'mnist', directory, archives, shape: [28, 28], rows, ...asked({ title: '', shards: 1 }) };
}

const CLASS_NAMES = ['T-shirt/top', 'お', 'a "b"', 'c\\d', 'é', 'six', 'seven', 'eight', 'nine', 'ten'];

/** A data set of a few oblong images, with class names that are not plain ASCII, prepared by the library. */
export async function smallAs(
  rows: ColumnsDataset['rows'],
  variant: Omit<Variant, 'title'>,
): Promise<ColumnsDataset> {
  const folder = await emptyFolder();
  const shape = [5, 7] as const;
  const files = new Map([
    [FILES.trainImages, gzip(oblongImages(rows.train))],
    [FILES.trainLabels, gzip(labelsIdx(rows.train))],
    [FILES.testImages, gzip(oblongImages(rows.test))],
    [FILES.testLabels, gzip(labelsIdx(rows.test))],
  ]);
  const archives = join(folder, 'archives');
  await writeArchives(archives, files);
  const definition = definitionOf(files, {
    trainRows: rows.train,
    testRows: rows.test,
    image: { name: 'image', shape: [...shape, 1] },
    label: { name: 'label', classes: 10, classNames: CLASS_NAMES },
  });
  const { directory } = await prepareDataset(definition, {
    out: join(folder, 'out'),
    archives,
    cacheDir: join(folder, 'cache'),
    formats: ['arrow', 'parquet'],
    numShards: variant.shards,
    arrowForm: variant.arrowStream === true ? 'stream' : 'file',
    compression: variant.compression,
    image: variant.image,
    tensors: variant.tensors,
    index: variant.index,
    workers: 1,
  });
  return {
    name: 'own',
    directory,
    archives,
    shape,
    rows,
    ...asked({ title: '', ...variant }),
    classNames: CLASS_NAMES,
  };
}

function oblongImages(rows: number): Buffer {
  const pixels = Uint8Array.from({ length: rows * 35 }, (_, at) => (at * 37 + (at >> 3)) & 0xff);
  return idx([rows, 5, 7], pixels);
}
