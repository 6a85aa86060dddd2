import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, it, type TestContext } from 'vitest';
import { gzip, idx } from '../fixtures/archives.js';
import { run } from '../fixtures/cli.js';
import { digestsIn, emptyFolder } from '../fixtures/folder.js';
import { bytesNpy, npyFile, npz } from '../fixtures/npy.js';
import { defineWords } from '../fixtures/own-files.js';
import { zipOf } from '../fixtures/zip.js';
import { given } from './given.js';
import { prepare } from './prepared.js';
import { askReader } from './readers.js';

/** Files of one's own, and the words for them; in both `@` stands for their folder. */
interface Own {
  name: string;
  files: Readonly<Record<string, Uint8Array | string>>;
  words: readonly string[];
  /** How many rows each split has. */
  rows: Readonly<Record<string, number>>;
}

const SIDE = [9, 11];

/** Bytes of rows from `first` on. */
function bytes(count: number, first = 0): Uint8Array {
  return Uint8Array.from({ length: count }, (_, at) => ((first + at) % 13 < 7 ? 0 : (first + at) * 31));
}

const images = (rows: number, first = 0): Uint8Array => bytes(rows * 99, first * 99);
const labels = (rows: number, first = 0): Uint8Array =>
  Uint8Array.from({ length: rows }, (_, row) => (first + row) % 5);

/** Integers of so many bytes, the most significant one first or last. */
function wide(values: Uint8Array, size: number, big = false): Uint8Array {
  const elements = new Uint8Array(values.length * size);
  for (const [at, value] of values.entries()) elements[at * size + (big ? size - 1 : 0)] = value;
  return elements;
}

const imagesNpy = (rows: number, first = 0): Buffer => bytesNpy([rows, ...SIDE], images(rows, first));
const labelsNpy = (rows: number, first = 0): Buffer =>
  npyFile({ descr: '<i8', shape: [rows], elements: wide(labels(rows, first), 8) });

const floats = new Uint8Array(Float32Array.from({ length: 60 * 12 }, (_, at) => at / 7 - 50).buffer);

const OWN: readonly Own[] = [
  {
    name: 'npy',
    files: {
      'x.npy': imagesNpy(300),
      'y.npy': labelsNpy(300),
      'tx.npy': imagesNpy(30),
      'ty.npy': labelsNpy(30),
    },
    words: ['--train', '@/x.npy', '@/y.npy', '--test', '@/tx.npy', '@/ty.npy'],
    rows: { train: 300, test: 30 },
  },
  {
    name: 'npy_shorts',
    files: {
      'x.npy': npyFile({ descr: '>i2', shape: [80, 3, 5, 2], elements: bytes(80 * 60), version: 2 }),
      'y.npy.gz': gzip(
        npyFile({ descr: '>i4', shape: [80, 1], elements: wide(labels(80), 4, true), version: 3 }),
      ),
    },
    words: ['--train', '@/x.npy', '@/y.npy.gz'],
    rows: { train: 80 },
  },
  {
    name: 'npy_floats',
    files: { 'x.npy': npyFile({ descr: '<f4', shape: [60, 12], elements: floats }) },
    words: ['--split', 'all_of_it', '@/x.npy', '--shape', '3x4'],
    rows: { all_of_it: 60 },
  },
  {
    name: 'npz_keras',
    files: {
      'k.npz': npz({
        x_test: imagesNpy(40),
        x_train: imagesNpy(200),
        y_train: labelsNpy(200),
        y_test: labelsNpy(40),
      }),
    },
    words: ['--npz', '@/k.npz'],
    rows: { train: 200, test: 40 },
  },
  {
    name: 'npz_deflated',
    files: {
      'k.npz': npz(
        { images: imagesNpy(150), labels: bytesNpy([150, 1], labels(150)), more: labelsNpy(9) },
        true,
      ),
    },
    words: ['--npz', '@/k.npz', '--as', 'tensor'],
    rows: { train: 150 },
  },
  {
    name: 'npz_keyed',
    files: {
      'k.npz': npz({
        pixels: bytesNpy([70, 75], bytes(70 * 75)),
        numbers: labelsNpy(70),
        'a.b': labelsNpy(70, 1),
      }),
    },
    words: ['--split', 'val', '@/k.npz:pixels', '@/k.npz:a.b', '--shape', '5x5x3'],
    rows: { val: 70 },
  },
  {
    name: 'two_parts',
    files: {
      'a.npy': imagesNpy(90),
      'al.npy': labelsNpy(90),
      'b.npy': imagesNpy(61, 90),
      'bl.npy': labelsNpy(61, 3),
    },
    words: ['--train', '@/b.npy', '@/bl.npy', '--train', '@/a.npy', '@/al.npy'],
    rows: { train: 151 },
  },
  {
    name: 'three_parts',
    files: {
      'p-1.gz': gzip(idx([50, ...SIDE], images(50))),
      'p-10.npy': imagesNpy(20, 50),
      'l-1.gz': gzip(idx([50], labels(50))),
      'l-10.npy': labelsNpy(20, 2),
      'c.npz': npz({ x: imagesNpy(33, 70), y: labelsNpy(33) }, true),
      names: '0: zero\n1: one\n2: two\n3: three\n4: four\n',
    },
    words: ['--train', '@/p-*', '@/l-*', '--train', '@/c.npz:x', '@/c.npz:y', '--class-names', '@/names'],
    rows: { train: 103 },
  },
  {
    name: 'classes',
    files: Object.fromEntries(
      ['zebra', 'aircraft carrier', 'ant', 'The Great Wall'].map((name, at) => [
        `${name}.npy`,
        imagesNpy(20 + 7 * at, at * 100),
      ]),
    ),
    words: ['--class-per-file', '@/*.npy'],
    rows: { train: 122 },
  },
  {
    name: 'classes_named',
    files: {
      'zebra.npy': imagesNpy(20),
      'ant.gz': gzip(idx([31, ...SIDE], images(31, 20))),
      'bee.npz': npz({ arr_0: imagesNpy(12, 51) }),
      names: '["zebra", "bee", "ant"]',
    },
    words: ['--test', '@/ant.gz', '--class-per-file', '@/[ab]*', '@/zebra.npy', '--class-names', '@/names'],
    rows: { test: 31, train: 63 },
  },
  {
    name: 'columns',
    files: {
      'x.gz': gzip(idx([64, ...SIDE], images(64))),
      'y.gz': gzip(
        idx(
          [64, 8],
          wide(
            Uint8Array.from({ length: 512 }, (_, at) => (at % 8 === 1 ? at % 3 : 99)),
            4,
            true,
          ),
          12,
        ),
      ),
    },
    words: ['--train', '@/x.gz', '@/y.gz', '--label-column', '1'],
    rows: { train: 64 },
  },
  {
    name: 'zipped',
    files: {
      'z.zip': zipOf([
        { name: 'gzip/x', content: gzip(idx([64, ...SIDE], images(64))) },
        { name: 'gzip/y', content: gzip(idx([64], labels(64))), deflate: true },
      ]),
      mapping: '0 48\n1 49\n2 65\n3 66\n4 97\n',
    },
    words: ['--train', '@/z.zip:gzip/x', '@/z.zip:gzip/y', '--class-names', '@/mapping'],
    rows: { train: 64 },
  },
];

/** Writes the files and their definition beside them. */
async function writeOwn(folder: string, own: Own): Promise<{ words: string[]; definition: string }> {
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(own.files)) await writeFile(join(folder, name), content);
  const words = ['--name', own.name, ...own.words.map((word) => word.replace('@', folder))];
  const definition = join(folder, 'definition.json');
  const defined = await run(process.execPath, defineWords([...words, '--out', definition]));
  expect(defined.code, defined.stderr).toBe(0);
  const { splits }: { splits: { name: string; rows: number }[] } = JSON.parse(
    await readFile(definition, 'utf8'),
  );
  expect(Object.fromEntries(splits.map(({ name, rows }) => [name, rows]))).toEqual(own.rows);
  return { words, definition };
}

/** Has TFDS prepare data sets, and compares every byte with what both ways to name them give. */
async function compare(context: TestContext, sets: readonly Own[], folder: string): Promise<void> {
  const written = [];
  for (const own of sets) written.push({ own, ...(await writeOwn(join(folder, own.name), own)) });
  const jobs = written.map(({ own, definition }) => ({
    definition,
    archives: join(folder, own.name),
    shards: null,
  }));
  const theirs = await askReader(context, 'prepare_with_definition.py', [
    join(folder, 'theirs'),
    JSON.stringify(jobs),
  ]);
  if (!Array.isArray(theirs)) throw new Error(`no directories: ${JSON.stringify(theirs)}`);
  expect(theirs).toHaveLength(sets.length);
  for (const [at, { own, words, definition }] of written.entries()) {
    const expected = await digestsIn(theirs[at]);
    for (const [way, source] of [words, ['--definition', definition]].entries()) {
      const directory = await prepare(join(folder, `ours-${way}`), [...source, '--formats', 'tfrecord']);
      const { SHA256SUMS: _, 'README.md': _card, ...ours } = await digestsIn(directory);
      expect({ name: own.name, files: ours }).toEqual({ name: own.name, files: expected });
    }
  }
}

it("one's own NPY, NPZ and many archives are byte for byte what TFDS writes of the same definitions", async (context) => {
  await compare(context, OWN, await emptyFolder());
});

it('a real NPZ of MedMNIST is, too', async (context) => {
  const real = given(context, 'reports/real/pneumonia-subset.npz');
  const folder = await emptyFolder();
  await mkdir(join(folder, 'pneumonia'));
  await copyFile(real, join(folder, 'pneumonia', basename(real)));
  const own = {
    name: 'pneumonia',
    files: { names: '{"0": "normal", "1": "pneumonia"}' },
    words: ['--npz', `@/${basename(real)}`, '--class-names', '@/names'],
    rows: { train: 2428, val: 270, test: 468 },
  };
  await compare(context, [own], folder);
});
