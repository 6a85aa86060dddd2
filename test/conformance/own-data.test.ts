import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, type TestContext } from 'vitest';
import { idx } from '../fixtures/archives.js';
import { run } from '../fixtures/cli.js';
import { digestsIn, emptyFolder } from '../fixtures/folder.js';
import { defineWords, splitWords } from '../fixtures/own-files.js';
import { given } from './given.js';
import { prepare } from './prepared.js';
import { askReader } from './readers.js';

/** A data set of one's own. */
interface Own {
  name: string;
  shape: readonly [height: number, width: number];
  /** Rows of each split, in the order of the splits. */
  rows: Readonly<Record<string, number>>;
  classes: number;
  classNames?: readonly string[];
  /** Shards a split; as TFDS chooses where it is left out. */
  shards?: number;
  /** How many there must be then, of each split. */
  automatic?: readonly number[];
  /** Words of the command line beside. */
  words?: readonly string[];
  /** Fields that only a definition has. */
  more?: Readonly<Record<string, string>>;
}

const names = (count: number): string[] => Array.from({ length: count }, (_, label) => `class ${label}`);
const LETTERS = [...'abcdefghijklmnopqrstuvwxyz'];

const OWN: readonly Own[] = [
  { name: 'dots', shape: [1, 1], rows: { train: 300, test: 40 }, classes: 3 },
  {
    name: 'dots_in_8',
    shape: [1, 1],
    rows: { train: 9, test: 8 },
    classes: 3,
    classNames: ['ō', '"', '\\'],
    shards: 8,
  },
  { name: 'lines', shape: [1, 200], rows: { train: 260, test: 26 }, classes: 26, classNames: LETTERS },
  { name: 'lines_in_3', shape: [1, 200], rows: { test: 7, train: 31 }, classes: 26, shards: 3 },
  { name: 'columns', shape: [130, 2], rows: { train: 256 }, classes: 256 },
  {
    name: 'columns_named',
    shape: [130, 2],
    rows: { train: 512 },
    classes: 256,
    classNames: names(256),
    shards: 8,
  },
  {
    name: 'Letters2',
    shape: [37, 53],
    rows: { train: 200, val: 50, test: 30 },
    classes: 26,
    words: ['--version', '2.10.0'],
  },
  {
    name: 'letters_in_1',
    shape: [37, 53],
    rows: { train: 200, 'train-2': 99 },
    classes: 26,
    classNames: LETTERS,
    shards: 1,
  },
  {
    name: 'letters_in_8',
    shape: [37, 53],
    rows: { train: 203 },
    classes: 26,
    shards: 8,
    words: ['--description', '  Größe\n   <&> "x"  '],
  },
  {
    name: 'described',
    shape: [28, 28],
    rows: { train: 30, test: 3 },
    classes: 3,
    classNames: ['T-shirt/top', 'a b', 'よ'],
    shards: 3,
    more: {
      description: '\n    Three\n      lines\n    here.\n  ',
      citation: '@misc{own,\n  title={Ōwn}\n}\n',
      homepage: 'https://own.invalid/a?b#c',
      moduleName: 'own.described_dataset_builder',
    },
  },
  { name: 'one_row', shape: [300, 301], rows: { train: 1, test: 1 }, classes: 1 },
  { name: 'pictures', shape: [300, 301], rows: { train: 30, test: 8 }, classes: 3, shards: 8 },
  { name: 'noise', shape: [300, 301], rows: { train: 2980, test: 1490 }, classes: 256, automatic: [4, 2] },
];

/** Noise, without many zeros: it does not deflate, so that a few thousand images fill shards. */
function noise(bytes: number): Uint8Array {
  const words = new Uint32Array(Math.ceil(bytes / 4));
  let state = 2463534242;
  for (let at = 0; at < words.length; at++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[at] = state;
  }
  return new Uint8Array(words.buffer, 0, bytes);
}

/** Flat areas with noise at some places, as drawings have them. */
function drawing(bytes: number): Uint8Array {
  return noise(bytes).map((value, at) => (at % 97 < 60 ? 0 : at % 97 < 80 ? at & 0xf0 : value));
}

/** Writes the files of a data set, some gzipped in one way and some in another, and its definition beside them. */
async function writeOwn(folder: string, own: Own): Promise<{ words: string[]; definition: string }> {
  await mkdir(folder);
  const [height, width] = own.shape;
  const splits = Object.entries(own.rows).map(([name, rows]) => ({
    name,
    images: join(folder, `${name}-images.gz`),
    labels: join(folder, `${name}-labels.gz`),
    rows,
  }));
  for (const { images, labels, rows } of splits) {
    const pixels = (own.automatic === undefined ? drawing : noise)(rows * height * width);
    await writeFile(
      images,
      gzipSync(idx([rows, height, width], pixels), { level: own.automatic === undefined ? 6 : 0 }),
    );
    const numbers = Uint8Array.from({ length: rows }, (_, row) => own.classes - 1 - (row % own.classes));
    await writeFile(labels, gzipSync(idx([rows], numbers)));
  }
  const words = ['--name', own.name, ...splits.flatMap(splitWords), ...(own.words ?? [])];
  if (own.classNames !== undefined) {
    await writeFile(join(folder, 'names.txt'), own.classNames.join('\n'));
    words.push('--class-names', join(folder, 'names.txt'));
  }
  const definition = join(folder, 'definition.json');
  const defined = await run(process.execPath, defineWords([...words, '--out', definition]));
  expect(defined.code, defined.stderr).toBe(0);
  const json: object = JSON.parse(await readFile(definition, 'utf8'));
  await writeFile(definition, JSON.stringify({ ...json, ...own.more }));
  return { words, definition };
}

describe("data sets of one's own", () => {
  it('are byte for byte what TFDS writes of the same definitions', async (context) => {
    const folder = await emptyFolder();
    const sets = [];
    for (const own of OWN) sets.push({ own, ...(await writeOwn(join(folder, own.name), own)) });
    const jobs = sets.map(({ own, definition }) => ({
      definition,
      archives: join(folder, own.name),
      shards: own.shards ?? null,
    }));
    const words = [join(folder, 'theirs'), JSON.stringify(jobs)];
    const theirs = await askReader(context, 'prepare_with_definition.py', words);
    if (!Array.isArray(theirs)) throw new Error(`no directories: ${JSON.stringify(theirs)}`);
    expect(theirs).toHaveLength(OWN.length);

    for (const [at, { own, words, definition }] of sets.entries()) {
      const expected = await digestsIn(theirs[at]);
      const shards = own.shards === undefined ? [] : ['--num-shards', `${own.shards}`];
      const ways =
        own.more === undefined ? [words, ['--definition', definition]] : [['--definition', definition]];
      for (const [way, source] of ways.entries()) {
        const out = join(folder, `ours-${way}`);
        const directory = await prepare(out, [...source, ...shards, '--formats', 'tfrecord']);
        const { SHA256SUMS: _, 'README.md': _card, ...ours } = await digestsIn(directory);
        expect({ name: own.name, files: ours }).toEqual({ name: own.name, files: expected });
      }
      for (const [split, count] of own.automatic?.entries() ?? []) {
        const name = `-${Object.keys(own.rows)[split]}.tfrecord-`;
        expect(Object.keys(expected).filter((file) => file.includes(name))).toHaveLength(count);
      }
    }
  });
});

describe('the test split of KMNIST, by a definition,', () => {
  const CLASSES = ['o', 'ki', 'su', 'tsu', 'na', 'ha', 'ma', 'ya', 're', 'wo'];

  async function kmnist(context: TestContext) {
    const archives = given(context, 'archives/kmnist');
    const folder = await emptyFolder();
    const [names, definition] = [join(folder, 'names.txt'), join(folder, 'kuzushiji.json')];
    await writeFile(names, `${CLASSES.join('\n')}\n`);
    const files = {
      name: 'test',
      images: join(archives, 't10k-images-idx3-ubyte.gz'),
      labels: join(archives, 't10k-labels-idx1-ubyte.gz'),
    };
    const words = ['--name', 'kuzushiji', ...splitWords(files), '--class-names', names, '--out', definition];
    expect(await run(process.execPath, defineWords(words))).toMatchObject({ code: 0 });
    const out = join(folder, 'out');
    const directory = await prepare(out, ['--definition', definition, '--archives', archives]);
    return { archives, out, directory };
  }

  it('is read row for row by TFDS', async (context) => {
    const { archives, out } = await kmnist(context);
    const words = [out, archives, 'kuzushiji', '1.0.0', 'test=t10k'];
    expect(await askReader(context, 'read_with_tfds.py', words)).toMatchObject({
      info: { classNames: CLASSES, image: ['Image', [28, 28, 1], 'uint8'], downloadSize: 0 },
      read: { test: { expected: 10_000, examples: 10_000, equal: 10_000 } },
    });
  });

  it('is read row for row by readers of Arrow and Parquet', async (context) => {
    const { archives, directory } = await kmnist(context);
    const words = [
      directory,
      archives,
      'kuzushiji',
      'test=t10k',
      '--lookups',
      '200',
      '--class-names',
      JSON.stringify(CLASSES),
    ];
    for (const tool of ['pyarrow', 'duckdb', 'polars', 'datasets']) {
      const report = await askReader(context, `read_with_${tool}.py`, words, 'requirements-columns.txt');
      expect(report).toMatchObject({ faults: [], readings: expect.any(Array) });
      if (
        typeof report !== 'object' ||
        report === null ||
        !('readings' in report) ||
        !Array.isArray(report.readings)
      )
        continue;
      const whole = report.readings.filter(({ expected }) => expected === 10_000);
      expect(new Set(whole.map(({ format }) => format)), tool).toEqual(
        new Set(tool === 'duckdb' ? ['parquet'] : ['arrow', 'parquet']),
      );
      for (const { how, expected, rows, equal } of report.readings)
        expect({ tool, how, rows, equal }).toEqual({ tool, how, rows: expected, equal: expected });
    }
  });
});
