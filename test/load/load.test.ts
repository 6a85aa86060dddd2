import { cp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { maskedCrc32c } from '../../src/formats/tfrecord/crc32c.js';
import {
  type Dataset,
  DatasetError,
  type Examples,
  type FeatureValue,
  type ImageAndLabel,
  type LoadOptions,
  load,
  open,
  type Pairs,
  type PngAndLabel,
  readExamples,
  type Tensor,
} from '../../src/index.js';
import { PROJECT, run } from '../fixtures/cli.js';
import { emptyFolder, newFolder } from '../fixtures/folder.js';
import { readPng } from '../formats/png/read-png.js';
import { ALL_FORMATS, smallDigits } from '../verify/small-digits.js';

/** An example as the TFRecord shards have it, read without the code under test. */
interface Read {
  place: number;
  label: number;
  pixels: Uint8Array;
}

let folder: string;
let directory: string;
let train: Read[];
let test: Read[];

beforeAll(async () => {
  folder = await newFolder();
  ({ directory } = await smallDigits(folder, { numShards: 3 }));
  train = await readSplit('train');
  test = await readSplit('test');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function readSplit(split: string): Promise<Read[]> {
  const examples: Read[] = [];
  for (const shard of [0, 1, 2])
    for await (const { image, label } of readExamples(
      join(directory, `digits-${split}.tfrecord-0000${shard}-of-00003`),
    ))
      examples.push({ place: examples.length, label, pixels: samplesOf(image) });
  return examples;
}

/** By another decoder, in an array of no other class than the loader's. */
function samplesOf(png: Uint8Array): Uint8Array {
  return Uint8Array.from(readPng(png).pixels);
}

type Split = ReturnType<Dataset['split']>;

async function all<T>(things: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const thing of things) found.push(thing);
  return found;
}

async function readAll(split: AsyncIterable<Awaited<ReturnType<typeof first>>>): Promise<Read[]> {
  return (await all(split)).map(({ place, label, image }) => ({ place, label, pixels: image.data }));
}

async function first(split: Split) {
  for await (const example of split) return example;
  throw new Error('there is none');
}

async function refusal(take: () => unknown): Promise<DatasetError> {
  try {
    await take();
  } catch (error) {
    if (error instanceof DatasetError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('open', () => {
  it('tells what the manifests say', async () => {
    const { info } = await open(directory);
    expect(info).toMatchObject({
      name: 'digits',
      version: '1.0.0',
      config: undefined,
      supervisedKeys: ['image', 'label'],
      formats: ['tfrecord', 'array_record', 'arrow', 'parquet'],
      manifest: { name: 'digits', fileFormat: 'tfrecord' },
    });
    expect(info.splits.map(({ name, rows, shardLengths }) => ({ name, rows, shardLengths }))).toEqual([
      { name: 'train', rows: 90, shardLengths: [30, 30, 30] },
      { name: 'test', rows: 20, shardLengths: [7, 6, 7] },
    ]);
    expect(info.features).toEqual([
      { name: 'image', kind: 'image', dtype: 'uint8', shape: [28, 28, 1] },
      { name: 'label', kind: 'label', classes: 10 },
    ]);
    expect(info.description).toMatch(/digits/);
  });

  it('finds a data set by its name, its version and its folder', async () => {
    const dataDir = join(folder, 'out');
    for (const name of ['digits', 'digits:1.0.0', 'digits:1.*.*', 'digits:*.*.*'])
      expect((await open(name, { dataDir })).info.directory).toBe(directory);
    expect((await open(dirname(directory))).info.directory).toBe(directory);
    const missing = await refusal(() => open('digits:2.0.0', { dataDir }));
    expect([missing.code, missing.found]).toEqual(['NO_DATASET', '1.0.0']);
    expect((await refusal(() => open('mnist', { dataDir }))).code).toBe('NO_DATASET');
    expect((await refusal(() => open('../digits', { dataDir }))).code).toBe('USAGE');
  });

  it('takes the newest version, and the config that the name stands for', async () => {
    const dataDir = await emptyFolder();
    for (const version of ['1.9.0', '1.10.0', '1.2.0'])
      await cp(directory, join(dataDir, 'own', version), { recursive: true });
    expect(basename((await open('own', { dataDir })).info.directory)).toBe('1.10.0');
    expect(basename((await open('own:1.2.*', { dataDir })).info.directory)).toBe('1.2.0');
    await cp(directory, join(dataDir, 'many', 'letters', '3.0.0'), { recursive: true });
    const undecided = await refusal(() => open('many', { dataDir }));
    expect([undecided.code, undecided.found]).toEqual(['NO_DATASET', 'letters']);
    await cp(join(dataDir, 'many', 'letters'), join(dataDir, 'many', '.config'), { recursive: true });
    await writeFile(join(dataDir, 'many', '.config', 'metadata.json'), '{"default_config_name": "letters"}');
    for (const name of ['many', 'many/letters', 'many:3.0.0', 'many/letters:3.*.*'])
      expect((await open(name, { dataDir })).info.directory).toBe(join(dataDir, 'many', 'letters', '3.0.0'));
  });

  it('refuses what is no data set, and half of one', async () => {
    const empty = await emptyFolder();
    expect(await refusal(() => open(empty))).toMatchObject({ code: 'NO_DATASET', found: 'nothing' });
    expect(await refusal(() => open(join(empty, 'none')))).toMatchObject({ code: 'NO_DATASET' });
    const half = join(empty, '1.0.0');
    await cp(directory, half, { recursive: true });
    await rm(join(half, 'features.json'));
    const error = await refusal(() => open(half));
    expect([error.code, error.message]).toEqual(['FILE_MISSING', expect.stringContaining('features.json')]);
    await writeFile(join(half, 'features.json'), '{');
    expect((await refusal(() => open(half))).code).toBe('MANIFEST_INVALID');
    await cp(join(directory, 'features.json'), join(half, 'features.json'));
    await writeFile(join(half, 'dataset_info.json'), '{"name": "digits"}');
    expect((await refusal(() => open(half))).message).toMatch(/`version`|`splits`/);
  });
});

describe.each(ALL_FORMATS)('examples of the format %s', (format) => {
  it('are those that were written, in order', async () => {
    const dataset = await open(directory);
    const split = dataset.split('train', { format });
    expect([split.count, split.format]).toEqual([90, format]);
    expect(await readAll(split)).toEqual(train);
    expect((await first(split)).image.shape).toEqual([28, 28, 1]);
    // Once more, and the same.
    expect(await readAll(split)).toEqual(train);
  });

  it('of any range are those of that range', async () => {
    const dataset = await open(directory);
    for (const [start, end] of [
      [0, 1],
      [29, 31],
      [30, 60],
      [13, 77],
      [89, 90],
    ] as const)
      expect(await readAll(dataset.split(`train[${start}:${end}]`, { format }))).toEqual(
        train.slice(start, end),
      );
    expect(await readAll(dataset.split('test[-3:]+train[:2]', { format }))).toEqual([
      ...test.slice(-3),
      ...train.slice(0, 2),
    ]);
    expect(await readAll(dataset.split('train[25:]', { format }).take(40))).toEqual(train.slice(25, 65));
    expect(await readAll(dataset.split('train', { format }).take(0))).toEqual([]);
  });

  it('come in batches', async () => {
    const split = (await open(directory)).split('train[:50]', { format });
    const batches = await all(split.batch(16));
    expect(batches.map(({ image }) => image.shape)).toEqual([
      ...Array(3).fill([16, 28, 28, 1]),
      [2, 28, 28, 1],
    ]);
    expect(batches.flatMap(({ label }) => [...label])).toEqual(train.slice(0, 50).map(({ label }) => label));
    expect(batches.flatMap(({ place }) => [...place])).toEqual(train.slice(0, 50).map(({ place }) => place));
    const pixels = Buffer.concat(train.slice(0, 50).map(({ pixels }) => pixels));
    expect(Buffer.compare(Buffer.concat(batches.map(({ image }) => image.data)), pixels)).toBe(0);
    expect(await all(split.batch(16, { dropRemainder: true }))).toHaveLength(3);
    expect(await all(split.batch(25))).toHaveLength(2);
    expect(await all(split.batch(60, { dropRemainder: true }))).toHaveLength(0);
    for (const size of [0, -1, 1.5]) expect(() => split.batch(size)).toThrow(DatasetError);
  });

  it('open no shard that is not needed', async () => {
    const copy = join(await emptyFolder(), '1.0.0');
    await cp(directory, copy, { recursive: true });
    const isSecond = (file: string) =>
      file.includes('-00001-of-') && file.includes(format) && file.includes('train');
    for (const file of (await readdir(copy)).filter(isSecond)) await rm(join(copy, file));
    const dataset = await open(copy);
    expect(dataset.info.formats).not.toContain(format);
    expect(await readAll(dataset.split('train[:30]', { format }))).toEqual(train.slice(0, 30));
    expect(await readAll(dataset.split('train[60:]', { format }))).toEqual(train.slice(60));
    const error = await refusal(() => dataset.split('train[:31]', { format }));
    expect(error.code).toBe('FILE_MISSING');
    expect(error.message).toMatch(/-00001-of-00003/);
    expect(error.expected).not.toContain(format);
    // Another one serves where nobody chose.
    expect(await readAll(dataset.split('train'))).toEqual(train);
  });

  it('that are damaged name their file', async () => {
    const copy = join(await emptyFolder(), '1.0.0');
    await cp(directory, copy, { recursive: true });
    const name = (await readdir(copy)).find(
      (file) => file.includes('-00001-of-') && file.includes(format) && file.includes('train'),
    )!;
    const bytes = await readFile(join(copy, name));
    // Within the PNG of the first row, where each format sees it by a checksum of its own, or the PNG's.
    bytes[bytes.indexOf('IDAT') + 100]! ^= 4;
    await writeFile(join(copy, name), bytes);
    const split = (await open(copy)).split('train', { format });
    for (const read of [() => all(split), () => all(split.batch(8))]) {
      const error = await refusal(read);
      expect(error.exitCode).toBe(4);
      expect(error.message).toMatch(new RegExp(`^${name}, record \\d+: `));
    }
    // What stands before the damage comes, even in the same shard.
    expect(await readAll((await open(copy)).split('train[:30]', { format }))).toHaveLength(30);
    const seen: number[] = [];
    const goThrough = async () => {
      for await (const { place } of split) seen.push(place);
    };
    expect(await refusal(goThrough)).toBeInstanceOf(DatasetError);
    expect(seen).toEqual(Array.from({ length: 30 }, (_, index) => index));
    await writeFile(join(copy, name), bytes.subarray(0, bytes.length >> 1));
    expect((await refusal(() => all(split))).message).toContain(name);
  });
});

describe('a split', () => {
  it('gives pairs', async () => {
    const pairs = await load(directory, { split: 'test', asSupervised: true });
    expect(pairs.count).toBe(20);
    const found = await all(pairs);
    expect(found.map(([image, label]) => ({ label, pixels: image.data }))).toEqual(
      test.map(({ label, pixels }) => ({ label, pixels })),
    );
    expect(await all(pairs.take(3))).toEqual(found.slice(0, 3));
    const [[images, labels] = []] = await all(pairs.batch(20));
    expect(images?.shape).toEqual([20, 28, 28, 1]);
    expect([...(labels ?? [])]).toEqual(test.map(({ label }) => label));
    const dataset = await open(directory);
    expect(
      (await refusal(() => dataset.split('test', { features: { image: 'image' } }).asSupervised())).code,
    ).toBe('FEATURES');
  });

  it('shuffles its files by a seed', async () => {
    const dataset = await open(directory);
    const orders = [0, 0, 1, 2, 3, 4].map(async (seed) => {
      const read = await readAll(dataset.split('train', { shuffleFiles: true, seed }));
      expect(new Set(read.map(({ place }) => place)).size).toBe(90);
      return [0, 30, 60].map((at) => read[at]!.place).join();
    });
    const found = await Promise.all(orders);
    expect(found[0]).toBe(found[1]);
    expect(new Set(found).size).toBeGreaterThan(2);
    // The orders are part of what is promised.
    expect(found).toEqual(['60,0,30', '60,0,30', '60,30,0', '60,0,30', '30,60,0', '60,0,30']);
  });

  it('gives the features that are asked for, and refuses those that are not there', async () => {
    const dataset = await open(directory);
    const [labels] = await all(dataset.split('test[:1]', { features: { label: 'label' } }));
    expect(labels).toEqual({ place: 0, label: test[0]!.label });
    const [encoded] = await all(dataset.split('test[:1]', { decode: false }));
    expect(samplesOf(encoded!.image.png)).toEqual(test[0]!.pixels);
    const [everything] = await all(dataset.split('test[:1]', { features: 'all' }));
    expect(Object.keys(everything!)).toEqual(['place', 'image', 'label']);
    const error = await refusal(() => dataset.split('test', { features: { picture: 'image' } }));
    expect(error).toMatchObject({ code: 'FEATURES', expected: "of { image: 'image', label: 'label' }" });
    expect((await refusal(() => dataset.split('test', { features: { image: 'float32' } }))).code).toBe(
      'FEATURES',
    );
  });

  it('is typed by its features', async () => {
    const dataset = await open(directory);
    const example = await first(dataset.split('test'));
    expectTypeOf(example.image).toEqualTypeOf<Tensor<'uint8'>>();
    expectTypeOf(example.image.data).toEqualTypeOf<Uint8Array>();
    expectTypeOf(example.label).toEqualTypeOf<number>();
    expectTypeOf(example.place).toEqualTypeOf<number>();
    const [encoded] = await all(dataset.split('test[:1]', { decode: false }));
    expectTypeOf(encoded!.image.png).toEqualTypeOf<Uint8Array>();
    const [whole] = await all(dataset.split('test[:1]', { features: 'all' }));
    expectTypeOf(whole!['image']).toExtend<FeatureValue | undefined>();
    const [batch] = await all(dataset.split('test[:2]').batch(2));
    expectTypeOf(batch!.label).toEqualTypeOf<Int32Array>();
    const [pair] = await all(await load(directory, { split: 'test[:1]', asSupervised: true }));
    expectTypeOf(pair!).toEqualTypeOf<readonly [input: Tensor<'uint8'>, label: number]>();
    // @ts-expect-error the data set need not have such a feature
    expect(example.picture).toBeUndefined();
  });

  it('takes options that are known only when it runs', async () => {
    type Both = Pairs<ImageAndLabel> | Examples<ImageAndLabel>;
    const options: LoadOptions = { split: 'test[:1]' };
    const whatever = await load(directory, options);
    expectTypeOf(whatever).toEqualTypeOf<Both>();
    const asked: boolean = whatever.count === 1;
    const pairs = await load(directory, { split: 'test[:1]', asSupervised: asked });
    expectTypeOf(pairs).toEqualTypeOf<Both>();
    expect((await all<unknown>(pairs))[0]).toHaveLength(2);
    const examples = await load(directory, { split: 'test[:1]', asSupervised: undefined });
    expectTypeOf(examples).toEqualTypeOf<Examples<ImageAndLabel>>();
    const decoded = await load(directory, { split: 'test[:1]', decode: true });
    expectTypeOf(decoded).toEqualTypeOf<Examples<ImageAndLabel>>();
    expect((await all(decoded))[0]?.image.data).toEqual(test[0]?.pixels);
    const either = (await open(directory)).split('test[:1]', { decode: asked });
    expectTypeOf(either).toEqualTypeOf<Examples<ImageAndLabel> | Examples<PngAndLabel>>();
    const labels = await load(directory, {
      split: 'test',
      features: { label: 'label' },
      asSupervised: false,
    });
    expectTypeOf(labels).toEqualTypeOf<Examples<{ readonly label: 'label' }>>();
  });

  it('names what is not there: a split, a format', async () => {
    const dataset = await open(directory);
    expect(await refusal(() => dataset.split('validation'))).toMatchObject({
      code: 'SPLIT_INVALID',
      expected: 'train (90 examples, shards: 3), test (20 examples, shards: 3)',
    });
    // @ts-expect-error there is no such format
    expect((await refusal(() => dataset.split('test', { format: 'riegeli' }))).code).toBe('USAGE');
  });

  it.each([NaN, 1.5, -1, 2 ** 32, 'x', 1n, null])('refuses the seed %s', async (seed) => {
    const dataset = await open(directory);
    const split = () => Reflect.apply(dataset.split, dataset, ['train', { shuffleFiles: true, seed }]);
    expect(await refusal(split)).toMatchObject({ code: 'USAGE', found: `${seed}, a ${typeof seed}` });
    dataset.split('train', { shuffleFiles: true, seed: 2 ** 32 - 1 });
  });

  it('refuses options by name that there are not', async () => {
    const dataset = await open(directory);
    const options = { split: 'train', batchSize: 32 };
    for (const [take, where] of [
      [() => load(directory, options), 'load'],
      [() => Reflect.apply(dataset.split, dataset, ['train', options]), 'split'],
      [() => Reflect.apply(open, undefined, [directory, options]), 'open'],
    ] as const)
      expect(await refusal(take)).toMatchObject({
        code: 'USAGE',
        message: expect.stringMatching(new RegExp(`^${where} has no option .*batchSize$`)),
      });
  });

  it('becomes an Arrow table', async () => {
    const table = await (await open(directory)).split('train[10:40]').toArrowTable();
    expect(table.schema.toString()).toBe(
      'Schema<{ 0: place: Int32, 1: image: FixedSizeList[784]<Uint8>, 2: label: Int32 }>',
    );
    expect(table.numRows).toBe(30);
    const rows = train.slice(10, 40);
    expect([...table.getChild('label')!]).toEqual(rows.map(({ label }) => label));
    expect([...table.getChild('image')!.get(7)]).toEqual([...rows[7]!.pixels]);
    const encoded = await (await open(directory)).split('train[10:40]', { decode: false }).toArrowTable();
    expect(samplesOf(encoded.getChild('image')!.get(7))).toEqual(rows[7]!.pixels);
  });
});

/** The records of a TFRecord file with the two features of each Example the other way round, as TFDS may write them. */
function labelsFirst(file: Buffer): Buffer {
  const records: Buffer[] = [];
  for (let at = 0; at < file.length; ) {
    const length = file.readUInt32LE(at);
    const record = Buffer.from(file.subarray(at, at + 16 + length));
    const data = record.subarray(12, 12 + length);
    // Example{1: Features{1: entry, 1: entry}}, where the second entry is the label's, of less than 128 bytes.
    const label = data.lastIndexOf('label') - 4;
    expect(data[label]).toBe(0x0a);
    // And the first one, of 128 bytes at least.
    const start = data.indexOf('image') - 5;
    expect(data[start]).toBe(0x0a);
    const [image, rest] = [Buffer.from(data.subarray(start, label)), Buffer.from(data.subarray(label))];
    data.set(rest, start);
    data.set(image, start + rest.length);
    record.writeUInt32LE(maskedCrc32c(record, 12, 12 + length), 12 + length);
    records.push(record);
    at += record.length;
  }
  return Buffer.concat(records);
}

describe('a table without the package apache-arrow', () => {
  it('is refused with what is to be installed', async () => {
    const hook = `export async function resolve(name, context, next) {
      if (name === 'apache-arrow') throw Object.assign(new Error('no such package'), { code: 'ERR_MODULE_NOT_FOUND' });
      return next(name, context);
    }`;
    const library = pathToFileURL(join(PROJECT, 'dist/src/index.js')).href;
    const code = `import { register } from 'node:module';
      register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hook)}));
      const { load } = await import(${JSON.stringify(library)});
      const split = await load(${JSON.stringify(directory)}, { split: 'test' });
      await split.toArrowTable().catch(({ code, next }) => console.log(code, next));`;
    const { stdout, stderr } = await run(process.execPath, ['--input-type=module', '--eval', code]);
    expect([stdout, stderr]).toEqual(['USAGE npm install apache-arrow\n', '']);
  });
});

describe('a data set of TFDS itself', () => {
  it('is read without checksums, by the template of its manifest, with the features in another order', async () => {
    const copy = join(await emptyFolder(), '1.0.0');
    await cp(directory, copy, { recursive: true });
    for (const file of await readdir(copy)) {
      if (!/tfrecord|json$/.test(file)) await rm(join(copy, file));
      const [, split, shard] = /^digits-(\w+)\.tfrecord-(\d{5})-of-/.exec(file) ?? [];
      if (split === undefined) continue;
      const name = join(copy, `${split}.${shard}.of.00003.tfrecord`);
      await rename(join(copy, file), name);
      await writeFile(name, labelsFirst(await readFile(name)));
    }
    const manifest = await readFile(join(copy, 'dataset_info.json'), 'utf8');
    const template = '{SPLIT}.{SHARD_INDEX}.of.{NUM_SHARDS}.{FILEFORMAT}';
    await writeFile(
      join(copy, 'dataset_info.json'),
      manifest.replaceAll('{DATASET}-{SPLIT}.{FILEFORMAT}-{SHARD_X_OF_Y}', template),
    );
    const dataset = await open(copy);
    expect(dataset.info.formats).toEqual(['tfrecord']);
    expect(await readAll(dataset.split('train[5:70]'))).toEqual(train.slice(5, 70));
  });
});
