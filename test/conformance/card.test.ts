import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it, type TestContext } from 'vitest';
import { orderOfRows } from '../../src/plan/order.js';
import { idx } from '../fixtures/archives.js';
import { run } from '../fixtures/cli.js';
import { emptyFolder } from '../fixtures/folder.js';
import { defineWords, splitWords } from '../fixtures/own-files.js';
import { given } from './given.js';
import { prepare } from './prepared.js';
import { askReader, type Requirements } from './readers.js';

/** What `load_dataset(DIR)` gives of a split; see read_card_with_datasets.py. */
interface Loaded {
  rows: number;
  features: Record<string, unknown>;
  labels: readonly number[] | null;
  /** SHA-256 of the samples of all rows, of some 1,000 where there are more. */
  samples: string;
}

/** A data set of one's own: rows of `shape` of an IDX type, and what its columns are to be. */
interface Own {
  name: string;
  /** How many rows each split has, by its name; and its name in datasets, where that is another. */
  splits: Readonly<Record<string, { rows: number; loaded?: string }>>;
  shape: readonly number[];
  type: { code: number; bytes: number; dtype: string };
  classNames?: readonly string[];
  /** Whether the rows become images in the columns. */
  isImage: boolean;
  config?: string;
  words?: readonly string[];
}

const UBYTE = { code: 8, bytes: 1, dtype: 'uint8' };
const ODD_NAMES = ['ō 😀', 'a "b" \\ c', "it's: #1", '- yes', 'null'];

const OWN: readonly Own[] = [
  {
    name: 'writers',
    splits: { writers_a: { rows: 31 }, writers_b: { rows: 17 } },
    shape: [5, 4],
    type: UBYTE,
    isImage: true,
    words: ['--num-shards', '3'],
  },
  {
    name: 'odd_names',
    splits: {
      Train: { rows: 20 },
      'dev-set': { rows: 9, loaded: 'dev_set_' },
      dev_set: { rows: 8 },
      test: { rows: 7 },
    },
    shape: [3, 3],
    type: UBYTE,
    classNames: ODD_NAMES,
    isImage: true,
    words: ['--num-shards', '2'],
  },
  {
    name: 'letters_like',
    config: 'balanced',
    splits: { train: { rows: 12 }, test: { rows: 5 } },
    shape: [2, 2],
    type: UBYTE,
    isImage: true,
  },
  {
    name: 'samples',
    splits: { train: { rows: 12 } },
    shape: [2, 3],
    type: UBYTE,
    isImage: false,
    words: ['--image', 'tensor', '--index', '--formats', 'parquet'],
  },
  {
    name: 'shorts',
    splits: { train: { rows: 11 }, test: { rows: 1 } },
    shape: [7],
    type: { code: 11, bytes: 2, dtype: 'int16' },
    isImage: false,
  },
  {
    name: 'numbers',
    splits: { train: { rows: 15 } },
    shape: [],
    type: { code: 13, bytes: 4, dtype: 'float32' },
    isImage: false,
  },
];

const ARROW: readonly Own[] = OWN.slice(0, 5).map((own) => ({
  ...own,
  name: `${own.name}_arrow`,
  words: [...(own.words ?? []), '--formats', 'arrow'],
}));

const CLASSES = 5;

/** The element bytes of a split, big-endian as IDX has them, each other than its neighbours. */
function elements({ shape, type }: Own, rows: number): Buffer {
  const count = rows * shape.reduce((product, side) => product * side, 1);
  const bytes = Buffer.alloc(count * type.bytes);
  for (let at = 0; at < count; at++)
    if (type.dtype === 'float32') bytes.writeFloatBE(at / 8, at * 4);
    else if (type.bytes === 2) bytes.writeInt16BE(at * 37 - 900, at * 2);
    else bytes[at] = at * 7;
  return bytes;
}

const labelOf = (row: number): number => (row * 3) % CLASSES;

/** Writes its files and prepares it; gives its directory. */
async function prepareOwn(own: Own): Promise<string> {
  const folder = await emptyFolder();
  const words: string[] = ['--name', own.name];
  for (const [name, { rows }] of Object.entries(own.splits)) {
    const images = join(folder, `${name}-images`);
    const labels = join(folder, `${name}-labels`);
    await writeFile(images, idx([rows, ...own.shape], elements(own, rows), own.type.code));
    await writeFile(
      labels,
      idx(
        [rows],
        Uint8Array.from({ length: rows }, (_, row) => labelOf(row)),
      ),
    );
    words.push(...splitWords({ name, images, labels }));
  }
  if (own.classNames !== undefined) {
    await writeFile(join(folder, 'names.txt'), own.classNames.map((name) => `${name}\n`).join(''));
    words.push('--class-names', join(folder, 'names.txt'));
  }
  const definition = join(folder, 'definition.json');
  const { code, stderr } = await run(process.execPath, defineWords([...words, '--out', definition]));
  expect(code, stderr).toBe(0);
  if (own.config !== undefined) {
    const json: unknown = JSON.parse(await readFile(definition, 'utf8'));
    await writeFile(definition, JSON.stringify(Object.assign({}, json, { config: { name: own.config } })));
  }
  return prepare(join(folder, 'out'), ['--definition', definition, ...(own.words ?? [])]);
}

/** What datasets is to give of it. */
function expectedOf(own: Own): Record<string, Loaded> {
  const { shape, type, isImage, words = [] } = own;
  const values = shape.reduce((product, side) => product * side, 1);
  const tensor = shape.length === 0 ? type.dtype : [type.dtype, values];
  const names = own.classNames ?? Array.from({ length: CLASSES }, (_, label) => `${label}`);
  return Object.fromEntries(
    Object.entries(own.splits).map(([name, { rows, loaded }]) => {
      const order = [...orderOfRows({ splitName: name }, rows)];
      const bytes = elements(own, rows);
      if (type.bytes === 2) bytes.swap16();
      if (type.bytes === 4) bytes.swap32();
      const rowBytes = values * type.bytes;
      const hash = createHash('sha256');
      for (const row of order) hash.update(bytes.subarray(row * rowBytes, (row + 1) * rowBytes));
      const image = isImage || words.includes('tensor') ? 'image' : 'features';
      // Fewer rows than classes: as many classes as the greatest label of any split asks for are there all the same.
      const features = { [image]: isImage ? 'image' : tensor, label: names };
      return [
        loaded ?? name,
        {
          rows,
          features: words.includes('--index') ? { ...features, index: 'int64' } : features,
          labels: order.map(labelOf),
          samples: hash.digest('hex'),
        },
      ];
    }),
  );
}

async function loaded(
  context: TestContext,
  directories: readonly string[],
  requirements: Requirements,
): Promise<unknown[]> {
  const answer = await askReader(context, 'read_card_with_datasets.py', directories, requirements);
  if (typeof answer !== 'object' || answer === null) throw new Error(`no answer: ${JSON.stringify(answer)}`);
  return directories.map((directory) => Reflect.get(answer, directory));
}

/** What datasets is to give of a data set of the family, by its archives. */
async function expectedOfArchives(
  archives: string,
  names: readonly string[],
): Promise<Record<string, Loaded>> {
  const loaded = async (split: string, prefix: string): Promise<[string, Loaded]> => {
    const read = async (kind: string): Promise<Buffer> =>
      gunzipSync(await readFile(join(archives, `${prefix}-${kind}-ubyte.gz`)));
    const images = (await read('images-idx3')).subarray(16);
    const labels = (await read('labels-idx1')).subarray(8);
    const order = [...orderOfRows({ splitName: split }, labels.length)];
    const hash = createHash('sha256');
    const step = Math.max(1, Math.floor(order.length / 1000));
    for (const row of order.filter((_, place) => place % step === 0))
      hash.update(images.subarray(row * 784, (row + 1) * 784));
    const features = { image: 'image', label: names };
    const [rows, samples] = [labels.length, hash.digest('hex')];
    return [split, { rows, features, labels: order.map((row) => labels[row]!), samples }];
  };
  return Object.fromEntries([await loaded('train', 'train'), await loaded('test', 't10k')]);
}

describe('load_dataset(DIR) of Hugging Face datasets, by the card', () => {
  it.for([
    ['of today', 'requirements-columns.txt', [...OWN, ...ARROW]],
    // It reads no Arrow files.
    ['of 2.14', 'requirements-old-columns.txt', OWN],
  ] as const)('gives every row of own data: %s', async ([, requirements, all], context) => {
    const directories: string[] = [];
    for (const own of all) directories.push(await prepareOwn(own));
    const answers = await loaded(context, directories, requirements);
    expect(Object.fromEntries(all.map(({ name }, at) => [name, answers[at]]))).toEqual(
      Object.fromEntries(all.map((own) => [own.name, expectedOf(own)])),
    );
  });

  it.for([
    ['mnist', Array.from({ length: 10 }, (_, label) => `${label}`)],
    [
      'fashion_mnist',
      'T-shirt/top,Trouser,Pullover,Dress,Coat,Sandal,Shirt,Sneaker,Bag,Ankle boot'.split(','),
    ],
  ] as const)('gives every row of %s', async ([name, names], context) => {
    const archives = given(context, 'archives', name);
    const words = ['--dataset', name, '--archives', archives, '--formats', 'parquet'];
    const directory = await prepare(join(await emptyFolder(), 'out'), words);
    const [answer] = await loaded(context, [directory], 'requirements-columns.txt');
    expect(answer).toEqual(await expectedOfArchives(archives, names));
  });
});
