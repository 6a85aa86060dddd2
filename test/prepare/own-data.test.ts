import { mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gzip, idx, imagesIdx, labelsIdx } from '../fixtures/archives.js';
import { lines } from '../fixtures/cli.js';
import { digestsIn, everythingIn } from '../fixtures/folder.js';
import { type OwnFiles, ownFiles } from '../fixtures/own-files.js';
import { sample } from '../sample.js';

const TRAIN = ['--train', 'images.gz', 'labels.gz'];
const TEST = ['--test', 'more-images.gz', 'more-labels.gz'];
const OWN = ['--name', 'own'];

async function manifest({ folder }: OwnFiles, version = '1.0.0') {
  const text = await readFile(join(folder, 'out/own', version, 'dataset_info.json'), 'utf8');
  const json: { splits: { name: string; shardLengths: string[] }[] } & Record<string, unknown> =
    JSON.parse(text);
  return json;
}

describe("one's own IDX files", () => {
  it('are a data set with one command', async () => {
    const files = await ownFiles();
    const { code, stdout, stderr } = await files.prepare(...OWN, ...TRAIN, ...TEST);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('Prepared own 1.0.0: 50 examples');
    expect(stderr).toContain('found train: 30 images of 28x28, labels 0 to 9\n');
    expect(await manifest(files)).toEqual({
      description: 'Gray images of 28x28 in 10 classes.',
      fileFormat: 'tfrecord',
      name: 'own',
      splits: [
        expect.objectContaining({ name: 'train', shardLengths: ['30'] }),
        expect.objectContaining({ name: 'test', shardLengths: ['20'] }),
      ],
      supervisedKeys: { tuple: { items: [{ featureKey: 'image' }, { featureKey: 'label' }] } },
      version: '1.0.0',
    });
    expect(await everythingIn(join(files.folder, 'out/own/1.0.0'))).not.toContain('label.labels.txt');
  });

  it('have the splits in the order of the words, a version, names and a description', async () => {
    const files = await ownFiles();
    await files.write('names', 'T-shirt/top\r\ntwo words\nthree\n4\n5\n6\n7\n8\n9\n10\neleventh');
    const words = ['--class-names', 'names', '--description', 'Größe.', '--version', '2.10.0'];
    const splits = ['--split', 'val-1', 'more-images.gz', 'more-labels.gz', ...TEST, ...TRAIN];
    const { code, stderr } = await files.prepare(
      ...OWN,
      ...splits,
      '--split',
      'b',
      ...TEST.slice(1),
      ...words,
    );
    expect(code, stderr).toBe(0);
    const { splits: written, ...info } = await manifest(files, '2.10.0');
    expect(written.map(({ name }) => name)).toEqual(['val-1', 'test', 'train', 'b']);
    expect(info).toMatchObject({ description: 'Größe.', version: '2.10.0' });
    const directory = join(files.folder, 'out/own/2.10.0');
    expect(await readFile(join(directory, 'label.labels.txt'), 'utf8')).toBe(
      'T-shirt/top\ntwo words\nthree\n4\n5\n6\n7\n8\n9\n10\neleventh\n',
    );
    // TFDS counts the names, whether each is used or not.
    expect(await readFile(join(directory, 'features.json'), 'utf8')).toContain('"numClasses": "11"');
  });

  it('may have one name in two folders, any name, and be one and the same file', async () => {
    const files = await ownFiles();
    await mkdir(join(files.folder, 'a b'));
    await rename(join(files.folder, 'more-images.gz'), join(files.folder, 'a b/images.gz'));
    await rename(join(files.folder, 'more-labels.gz'), join(files.folder, 'a b/-größe (1).gz'));
    const more = ['a b/images.gz', 'a b/-größe (1).gz'];
    const words = [...OWN, ...TRAIN, '--test', ...more, '--split', 'again', ...more];
    const { code, stderr } = await files.prepare(...words);
    expect(code, stderr).toBe(0);
    expect((await manifest(files)).splits.map(({ shardLengths }) => shardLengths)).toEqual([
      ['30'],
      ['20'],
      ['20'],
    ]);
  });

  it('are the same data set where they are not gzipped', async () => {
    const files = await ownFiles();
    await files.prepare(...OWN, ...TRAIN);
    const digests = await digestsIn(join(files.folder, 'out/own/1.0.0'));
    await files.write('plain-images', imagesIdx(30));
    await files.write('plain-labels', labelsIdx(30));
    const ended = await files.prepare(...OWN, '--train', 'plain-images', 'plain-labels', '--overwrite');
    expect(ended.code, ended.stderr).toBe(0);
    expect(await digestsIn(join(files.folder, 'out/own/1.0.0'))).toEqual(digests);
  });

  it('are left alone where they are there, and told from others of the same name', async () => {
    const files = await ownFiles();
    await files.write('names', [...'abcdefghij'].join('\n'));
    await files.write('others', [...'abcdefghiJ'].join('\n'));
    const words = [...OWN, ...TRAIN, ...TEST, '--class-names'];
    expect((await files.prepare(...words, 'names')).code).toBe(0);
    const directory = join(files.folder, 'out/own/1.0.0');
    const digests = await digestsIn(directory);
    const same = await files.prepare(...words, 'names', '--description', 'Another text.');
    expect(same).toMatchObject({ code: 0, stdout: expect.stringContaining('was left alone') });
    // What lies there was prepared by TFDS: its splits are in another order, and there are no checksums.
    const info = await manifest(files);
    await files.write(
      'out/own/1.0.0/dataset_info.json',
      Buffer.from(JSON.stringify({ ...info, splits: info.splits.toReversed(), moduleName: 'own' })),
    );
    for (const file of await readdir(directory))
      if (/SHA256SUMS|arrow|parquet/.test(file)) await rm(join(directory, file));
    expect((await files.prepare(...words, 'names')).code).toBe(0);
    const others: [string[], string, string, string][] = [
      [[...OWN, ...TRAIN, ...TEST], 'class names', 'class 0 is "0"', 'class 0 is "a"'],
      [[...words, 'others'], 'class names', 'class 9 is "J"', 'class 9 is "j"'],
      [[...OWN, ...TRAIN], 'splits', 'train: 30 examples', 'test: 20 examples, train: 30 examples'],
      [
        [...OWN, ...TRAIN, ...TEST, '--as', 'tensor'],
        'features',
        'features: tensor of 28x28, uint8, label: label of 10 classes',
        'image: image of 28x28x1, uint8, label: label of 10 classes',
      ],
    ];
    for (const [other, what, expected, found] of others) {
      const { code, stdout, stderr } = await files.prepare(...other);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toContain(
        `error: out/own/1.0.0 holds a data set with other ${what} [OUTPUT_OCCUPIED]\n  expected: ${expected}\n  found:    ${found}, in own 1.0.0 as TFDS 4.6 or newer writes it\n`,
      );
    }
    expect(await digestsIn(directory)).toMatchObject({ 'features.json': digests['features.json'] });
    expect((await files.prepare(...OWN, ...TRAIN, '--overwrite')).code).toBe(0);
  });

  it('tell of themselves as JSON, and of the plan', async () => {
    const files = await ownFiles();
    const { stdout } = await files.prepare(...OWN, ...TRAIN, '--json', '--dry-run');
    const labels = { least: 0, greatest: 9 };
    expect(lines(stdout)).toEqual([
      { event: 'scan', split: 'train', rows: 30, dtype: 'uint8', shape: [28, 28], labels },
      expect.objectContaining({
        event: 'plan',
        name: 'own',
        splits: [{ name: 'train', rows: 30, shards: '1 shard' }],
      }),
    ]);
    expect(stdout).toContain('"from images.gz"');
    expect(await everythingIn(files.folder)).not.toContain('out/');
  });
});

describe("one's own IDX files of other kinds", () => {
  it('are a data set without labels', async () => {
    const files = await ownFiles();
    const { code, stderr, stdout } = await files.prepare(...OWN, '--train', 'images.gz', ...TEST.slice(0, 2));
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('found train: 30 images of 28x28, no labels\n');
    expect(stdout).not.toContain('as_supervised');
    const { splits: _, ...info } = await manifest(files);
    expect(info).toEqual({
      description: 'Gray images of 28x28.',
      fileFormat: 'tfrecord',
      name: 'own',
      version: '1.0.0',
    });
    const features = await readFile(join(files.folder, 'out/own/1.0.0/features.json'), 'utf8');
    expect(features).not.toContain('label');
  });

  it.each([
    { how: 'RGB', dimensions: [30, 28, 7, 3], type: 8, what: 'RGB images of 28x7' },
    { how: 'RGBA', dimensions: [30, 7, 28, 4], type: 8, what: 'RGBA images of 7x28' },
    { how: 'shorts', dimensions: [30, 14, 28], type: 11, what: 'Tensors of 14x28 int16' },
    { how: 'doubles', dimensions: [30], type: 14, what: 'Numbers of float64' },
    {
      how: 'bytes as wished',
      dimensions: [30, 28, 28],
      type: 8,
      what: 'Tensors of 28x28 uint8',
      as: 'tensor',
    },
  ])('are told of: $how', async ({ dimensions, type, what, as }) => {
    const files = await ownFiles();
    const sizes: Record<number, number> = { 8: 1, 11: 2, 14: 8 };
    const bytes = dimensions.reduce((product, side) => product * side, sizes[type] ?? 0);
    await files.write('rows', idx(dimensions, Buffer.alloc(bytes, 7), type));
    const words = ['--train', 'rows', 'labels.gz', ...(as === undefined ? [] : ['--as', as])];
    const { code, stderr } = await files.prepare(...OWN, ...words);
    expect(code, stderr).toBe(0);
    expect(await manifest(files)).toMatchObject({
      description: `${what} in 10 classes.`,
      supervisedKeys: {
        tuple: {
          items: [{ featureKey: what.includes('images') ? 'image' : 'features' }, { featureKey: 'label' }],
        },
      },
    });
  });
});

describe('a definition from `define`', () => {
  it('prepares the same bytes, from the files beside it or in a folder', async () => {
    const files = await ownFiles();
    const defined = await files.define(...OWN, ...TRAIN, ...TEST, '--out', 'own.json');
    expect(defined).toEqual({
      code: 0,
      stdout: '',
      stderr: [
        'found train: 30 images of 28x28, labels 0 to 9',
        'found test: 20 images of 28x28, labels 0 to 9',
        '10 classes, counted from the labels',
        'wrote own.json\n',
      ].join('\n'),
    });
    const target = join(files.folder, 'out/own/1.0.0');
    expect(await files.prepare('--definition', 'own.json', '--quiet')).toEqual({
      code: 0,
      stdout: 'out/own/1.0.0\n',
      stderr: '',
    });
    const digests = await digestsIn(target);
    await files.prepare(...OWN, ...TRAIN, ...TEST, '--overwrite');
    expect(await digestsIn(target)).toEqual(digests);

    await mkdir(join(files.folder, 'elsewhere'));
    await rename(join(files.folder, 'own.json'), join(files.folder, 'elsewhere/own.json'));
    const words = ['--definition', 'elsewhere/own.json', '--overwrite'];
    const missing = await files.prepare(...words);
    expect(missing).toMatchObject({
      code: 4,
      stderr: expect.stringContaining(join('elsewhere', 'labels.gz')),
    });
    expect((await files.prepare(...words, '--archives', '.')).code).toBe(0);
    expect(await digestsIn(target)).toEqual(digests);
  });

  it('goes to stdout without --out, and says where to put files that lie elsewhere with it', async () => {
    const files = await ownFiles();
    const { code, stdout } = await files.define(...OWN, ...TRAIN, '--version', '3.0.0');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ name: 'own', version: '3.0.0', mirrors: [] });
    await mkdir(join(files.folder, 'there'));
    const { stderr } = await files.define(...OWN, ...TRAIN, '--out', 'there/own.json');
    expect(stderr).toContain('not beside it: images.gz, labels.gz; ');
    expect(JSON.parse(await readFile(join(files.folder, 'there/own.json'), 'utf8'))).toMatchObject({
      splits: [{ images: { file: 'images.gz' } }],
    });
  });

  it.each([
    { words: ['--out', 'labels.gz'], message: 'labels.gz is there already', code: 2 },
    {
      words: ['--out', 'no/own.json'],
      message: 'the file system refused while writing the definition',
      code: 5,
    },
    {
      words: ['--test', 'sub/images.gz', 'labels.gz'],
      message: 'two files have the name images.gz',
      code: 2,
    },
    {
      words: ['--test', 'a&b.gz', 'labels.gz'],
      message: 'a&b.gz has a name that a definition cannot give',
      code: 2,
    },
    { words: ['--dataset', 'mnist'], message: "unknown option '--dataset'", code: 2 },
    { words: ['--out', ''], message: '--out is empty', code: 2 },
  ])('is refused with $words', async ({ words, message, code }) => {
    const files = await ownFiles();
    const ended = await files.define(...OWN, ...TRAIN, ...words);
    expect(ended).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(`error: ${message}`) });
  });

  it('helps', async () => {
    const { define } = await ownFiles();
    const { code, stdout } = await define('--help');
    expect(code).toBe(0);
    for (const text of ['--train <images> [labels]', 'Examples:', '--out letters.json'])
      expect(stdout).toContain(text);
    expect((await define('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(await define()).toMatchObject({ code: 2, stderr: expect.stringContaining('--name is missing') });
  });
});

/** What goes wrong, with which words, given which files beside those of `ownFiles`. */
interface Refusal {
  what: string;
  words: readonly string[];
  files?: Readonly<Record<string, Uint8Array | string>>;
  message: string;
  code: string;
  exit: number;
}

const pixels = imagesIdx(30).subarray(16);
const bad = (file: Uint8Array) => ({ 'bad.gz': gzip(file) });
const badImages = ['--train', 'bad.gz', 'labels.gz'];
const badLabels = ['--train', 'images.gz', 'bad.gz'];
const named = [...TRAIN, '--class-names', 'names'];
const ten = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];

const FILES: Refusal[] = [
  {
    what: 'swapped files',
    words: ['--train', 'labels.gz', 'images.gz'],
    message: 'images and labels are swapped: labels.gz holds labels',
    code: 'IDX_DIMENSIONS',
    exit: 4,
  },
  {
    what: 'images twice',
    words: ['--train', 'images.gz', 'images.gz'],
    message: 'images.gz is named for images and for labels',
    code: 'USAGE',
    exit: 2,
  },
  {
    what: 'rows of four dimensions',
    words: badImages,
    files: bad(idx([30, 28, 7, 2, 2], pixels)),
    message: 'bad.gz has dimensions that cannot be prepared',
    code: 'IDX_DIMENSIONS',
    exit: 4,
  },
  {
    what: 'rows of 254 dimensions',
    words: ['--train', 'bad.gz'],
    files: bad(idx([30, ...new Array<number>(254).fill(1)], new Uint8Array(30))),
    message: 'bad.gz has dimensions that cannot be prepared',
    code: 'IDX_DIMENSIONS',
    exit: 4,
  },
  {
    what: 'rows of too many numbers',
    words: ['--train', 'bad.gz'],
    files: bad(idx([1, 2 ** 16, 2 ** 16], pixels)),
    message: 'bad.gz has dimensions that cannot be prepared',
    code: 'IDX_DIMENSIONS',
    exit: 4,
  },
  {
    what: 'images that are two channels',
    words: [...badImages, '--as', 'image'],
    files: bad(idx([30, 28, 14, 2], pixels)),
    message: 'bad.gz does not hold images',
    code: 'IDX_DIMENSIONS',
    exit: 4,
  },
  {
    what: 'labels of two dimensions',
    words: badLabels,
    files: bad(idx([30, 2], pixels.subarray(0, 60))),
    message: 'bad.gz does not hold one label a row',
    code: 'IDX_DIMENSIONS',
    exit: 4,
  },
  {
    what: 'images of width zero',
    words: badImages,
    files: bad(idx([30, 28, 0], new Uint8Array())),
    message: 'bad.gz has dimensions',
    code: 'IDX_DIMENSIONS',
    exit: 4,
  },
  {
    what: 'no rows',
    words: ['--train', 'bad.gz', 'bad2.gz'],
    files: { ...bad(idx([0, 28, 28], new Uint8Array())), 'bad2.gz': gzip(labelsIdx(0)) },
    message: 'bad.gz has dimensions',
    code: 'IDX_DIMENSIONS',
    exit: 4,
  },
  {
    what: 'images of floats',
    words: [...badImages, '--as', 'image'],
    files: bad(idx([30, 28, 28], Buffer.alloc(4 * pixels.length), 13)),
    message: 'bad.gz does not hold images',
    code: 'IDX_TYPE',
    exit: 4,
  },
  {
    what: 'labels of floats',
    words: badLabels,
    files: bad(idx([30], Buffer.alloc(120), 13)),
    message: 'bad.gz does not hold labels',
    code: 'IDX_TYPE',
    exit: 4,
  },
  {
    what: 'labels of doubles',
    words: badLabels,
    files: bad(idx([30], Buffer.alloc(240), 14)),
    message: 'bad.gz does not hold labels',
    code: 'IDX_TYPE',
    exit: 4,
  },
  {
    what: 'a negative label',
    words: badLabels,
    files: bad(idx([30], Buffer.from([...new Array<number>(28).fill(3), 0xff, 0]), 9)),
    message: 'row 28 of bad.gz has a label that is no class',
    code: 'LABEL_RANGE',
    exit: 4,
  },
  {
    what: 'a label beyond 31 bits of classes',
    words: badLabels,
    files: bad(idx([30], Buffer.concat([Buffer.from('7fffffff', 'hex'), Buffer.alloc(116)]), 12)),
    message: 'row 0 of bad.gz has a label that is no class',
    code: 'LABEL_RANGE',
    exit: 4,
  },
  {
    what: 'one label less',
    words: badLabels,
    files: bad(labelsIdx(29)),
    message: 'images.gz has not one label for each row',
    code: 'COUNT_MISMATCH',
    exit: 4,
  },
  {
    what: '2^31 rows promised in one file',
    words: badImages,
    files: bad(idx([2 ** 31, 28, 28], pixels)),
    message: 'bad.gz has dimensions that cannot be prepared',
    code: 'IDX_DIMENSIONS',
    exit: 4,
  },
  {
    what: '2^31 - 1 rows promised in one file',
    words: badImages,
    files: bad(idx([2 ** 31 - 1, 28, 28], pixels)),
    message: 'bad.gz has not one label for each row',
    code: 'COUNT_MISMATCH',
    exit: 4,
  },
  {
    what: '2^31 - 1 rows promised without labels',
    words: ['--train', 'bad.gz'],
    files: bad(idx([2 ** 31 - 1, 28, 28], Buffer.alloc(8 * pixels.length), 14)),
    message: 'bad.gz ends before the rows that its head promises',
    code: 'IDX_TRUNCATED',
    exit: 4,
  },
  {
    what: '2^31 - 1 rows promised in both',
    words: ['--train', 'bad.gz', 'bad2.gz'],
    files: {
      ...bad(idx([2 ** 31 - 1, 2 ** 13, 2 ** 13], pixels)),
      'bad2.gz': gzip(idx([2 ** 31 - 1], pixels)),
    },
    message: 'bad2.gz ends before the rows that its head promises',
    code: 'IDX_TRUNCATED',
    exit: 4,
  },
  {
    what: 'images cut short',
    words: badImages,
    files: bad(imagesIdx(30).subarray(0, -1)),
    message: 'bad.gz ends before',
    code: 'IDX_TRUNCATED',
    exit: 4,
  },
  {
    what: 'one byte too many',
    words: badLabels,
    files: bad(Buffer.concat([labelsIdx(30), Buffer.alloc(1)])),
    message: 'bad.gz goes on behind',
    code: 'IDX_TRAILING',
    exit: 4,
  },
  {
    what: 'images of another size in another split',
    words: [...TRAIN, '--test', 'bad.gz', 'more-labels.gz'],
    files: bad(idx([20, 14, 28], pixels.subarray(0, 20 * 14 * 28))),
    message: 'bad.gz has rows of another size than images.gz',
    code: 'IDX_DIMENSIONS',
    exit: 4,
  },
  {
    what: 'rows of another type in another split',
    words: [...TRAIN, '--test', 'bad.gz', 'more-labels.gz'],
    files: bad(idx([20, 28, 28], pixels.subarray(0, 20 * 784), 9)),
    message: 'bad.gz has rows of another type than images.gz',
    code: 'IDX_TYPE',
    exit: 4,
  },
  {
    what: 'text',
    words: badImages,
    files: { 'bad.gz': 'label,pixel\n' },
    message: 'bad.gz is plain text',
    code: 'ARCHIVE_KIND',
    exit: 4,
  },
  {
    what: 'an empty file',
    words: badImages,
    files: { 'bad.gz': '' },
    message: 'bad.gz is empty',
    code: 'ARCHIVE_KIND',
    exit: 4,
  },
  {
    what: 'gzip cut short',
    words: badLabels,
    files: { 'bad.gz': gzip(labelsIdx(30)).subarray(0, -5) },
    message: 'bad.gz is not a whole gzip archive',
    code: 'GZIP_INVALID',
    exit: 4,
  },
  {
    what: 'no such file',
    words: ['--train', 'none.gz', 'labels.gz'],
    message: 'none.gz does not exist',
    code: 'ARCHIVE_MISSING',
    exit: 4,
  },
  {
    what: 'a folder',
    words: ['--train', 'images.gz', '.'],
    message: '. is a folder',
    code: 'ARCHIVE_MISSING',
    exit: 4,
  },
  {
    what: 'a device',
    words: ['--train', '/dev/null', 'labels.gz'],
    message: '/dev/null is no regular file',
    code: 'ARCHIVE_MISSING',
    exit: 4,
  },
];

const NAMES: Refusal[] = [
  {
    what: 'fewer class names than labels ask for',
    words: named,
    files: { names: ten.slice(1).join('\n') },
    message: 'row 9 of labels.gz has a label without a class name',
    code: 'LABEL_RANGE',
    exit: 4,
  },
  {
    what: 'two class names alike',
    words: named,
    files: { names: [...ten, 'c'].join('\n') },
    message: 'names names two classes alike',
    code: 'CLASS_NAMES',
    exit: 2,
  },
  {
    what: 'no class name',
    words: named,
    files: { names: '' },
    message: 'names has no class name',
    code: 'CLASS_NAMES',
    exit: 2,
  },
  {
    what: 'an empty line',
    words: named,
    files: { names: 'a\n\nb\n' },
    message: 'names has no name in line 2',
    code: 'CLASS_NAMES',
    exit: 2,
  },
  {
    what: 'an image for class names',
    words: [...TRAIN, '--class-names', 'images.gz'],
    message: 'images.gz is not text',
    code: 'CLASS_NAMES',
    exit: 2,
  },
  {
    what: 'no file of class names',
    words: named,
    message: 'names does not exist',
    code: 'CLASS_NAMES',
    exit: 2,
  },
  {
    what: 'class names without labels',
    words: ['--train', 'images.gz', '--class-names', 'names'],
    files: { names: ten.join('\n') },
    message: 'there are class names and no labels',
    code: 'USAGE',
    exit: 2,
  },
  {
    what: 'a name with a hyphen',
    words: ['--name', 'my-data', ...TRAIN],
    message: 'what was given is not a definition: `name` must begin with a letter',
    code: 'USAGE',
    exit: 2,
  },
  {
    what: 'a split named all',
    words: ['--split', 'all', 'images.gz', 'labels.gz'],
    message: 'what was given is not a definition: `splits.0.name` must not be all',
    code: 'USAGE',
    exit: 2,
  },
  {
    what: 'a split named as a slice',
    words: ['--split', 'train[:1]', 'images.gz', 'labels.gz'],
    message: 'what was given is not a definition: `splits.0.name` must be letters',
    code: 'USAGE',
    exit: 2,
  },
  {
    what: 'two splits whose names differ by case alone',
    words: [...TRAIN, '--split', 'Train', 'more-images.gz', 'more-labels.gz'],
    message:
      'what was given is not a definition: `splits` must have different names, also where case does not count',
    code: 'USAGE',
    exit: 2,
  },
  {
    what: 'a version of two numbers',
    words: [...TRAIN, '--version', '1.0'],
    message: 'what was given is not a definition: `version` must be x.y.z',
    code: 'USAGE',
    exit: 2,
  },
  {
    what: 'an empty description',
    words: [...TRAIN, '--description', ''],
    message: 'what was given is not a definition: `description` must not be empty',
    code: 'USAGE',
    exit: 2,
  },
];

const WORDS: Refusal[] = [
  ...[
    { what: 'no split', words: [], message: '--name needs a split' },
    {
      what: 'no file',
      words: ['--train'],
      message: '--train takes files: images, then labels, if any',
    },
    {
      what: 'an option for a file',
      words: ['--train', '--quiet'],
      message: '--train takes files',
    },
    {
      what: 'a name alone',
      words: ['--split', 'val'],
      message: '--split takes a name and files',
    },
    {
      what: 'files joined to the option',
      words: ['--train=images.gz', 'labels.gz'],
      message: '--train takes files',
    },
    {
      what: 'labels in one split alone',
      words: [...TRAIN, '--test', 'more-images.gz'],
      message: 'some splits have labels and some have none',
    },
    {
      what: 'another feature',
      words: [...TRAIN, '--as', 'text'],
      message: "option '--as <feature>' argument 'text' is invalid",
    },
    {
      what: 'three files',
      words: [...TRAIN, 'more-images.gz'],
      message: '--train takes images and labels, and here are 3 files',
    },
    {
      what: 'a data set too',
      words: [...TRAIN, '--dataset', 'mnist'],
      message: "option '--name <name>' cannot be used with option '--dataset <names>'",
    },
    {
      what: 'a definition too',
      words: [...TRAIN, '--definition', 'own.json'],
      message: "option '--name <name>' cannot be used with option '--definition <file>'",
    },
    {
      what: 'a folder of archives too',
      words: [...TRAIN, '--archives', '.'],
      message: "option '--name <name>' cannot be used with option '--archives <dir>'",
    },
  ].map((refusal) => ({ ...refusal, code: 'USAGE', exit: 2 })),
];

const WITHOUT_NAME: Refusal[] = [
  ...[
    { what: 'files', words: TRAIN, message: '--name is missing' },
    {
      what: 'files and a data set',
      words: [...TEST, '--dataset', 'mnist'],
      message: "option '--test <images> [labels]' cannot be used with option '--dataset <names>'",
    },
    {
      what: 'files and a definition',
      words: ['--definition', 'own.json', '--split', 'val', ...TRAIN.slice(1)],
      message: "option '--split <name> <images> [labels]' cannot be used with option '--definition <file>'",
    },
    {
      what: 'a definition and a data set',
      words: ['--definition', 'own.json', '--dataset', 'mnist'],
      message: "option '--definition <file>' cannot be used with option '--dataset <names>'",
    },
    { what: 'class names', words: ['--class-names', 'names'], message: '--class-names without --name' },
    { what: 'a wish for tensors', words: ['--as', 'tensor'], message: '--as without --name' },
    { what: 'a description', words: ['--description', 'x'], message: '--description without --name' },
    { what: 'a version', words: ['--version', '1.0.0'], message: '--version with a value without --name' },
  ].map((refusal) => ({ ...refusal, code: 'USAGE', exit: 2 })),
  {
    what: 'a definition that is not there',
    words: ['--definition', 'none.json'],
    message: 'the definition none.json does not exist',
    code: 'DEFINITION_INVALID',
    exit: 2,
  },
  {
    what: 'a definition that is not JSON',
    words: ['--definition', 'images.gz'],
    message: 'images.gz is not JSON',
    code: 'DEFINITION_INVALID',
    exit: 2,
  },
  {
    what: 'JSON that is no definition',
    words: ['--definition', 'own.json'],
    files: { 'own.json': '{}' },
    message: 'own.json is not a definition: `name` is missing',
    code: 'DEFINITION_INVALID',
    exit: 2,
  },
];

async function expectRefused(words: readonly string[], { files = {}, message, code, exit }: Refusal) {
  const own = await ownFiles();
  for (const [name, bytes] of Object.entries(files)) await own.write(name, bytes);
  const ended = await own.prepare('--quiet', ...words);
  expect(ended.stderr).toContain(`error: ${message}`);
  expect(ended.stderr.split('\n')[0]).toMatch(new RegExp(` \\[${code}\\]$`));
  expect(ended.stderr).toMatch(/\n {2}next: {5}[A-Z].*\.\n$/);
  expect(ended).toMatchObject({ code: exit, stdout: '' });
  expect(await everythingIn(own.folder)).not.toContain('out/');
}

describe("one's own data", () => {
  it.each(sample([...FILES, ...NAMES], 3))('are refused for $what', (refusal) =>
    expectRefused([...(refusal.words.includes('--name') ? [] : OWN), ...refusal.words], refusal),
  );

  it.each(sample(WORDS, 2))('are refused with $what', (refusal) =>
    expectRefused([...OWN, ...refusal.words], refusal),
  );

  it.each(sample(WITHOUT_NAME, 1))('without --name are refused: $what', (refusal) =>
    expectRefused(refusal.words, refusal),
  );

  it('are refused where a file cannot be read', async () => {
    const own = await ownFiles();
    // Also for root, whom permissions do not stop.
    await symlink('loop.gz', join(own.folder, 'loop.gz'));
    const { code, stderr } = await own.prepare(...OWN, '--train', 'images.gz', 'loop.gz');
    expect(stderr).toMatch(
      /^error: the file system refused while reading loop\.gz \[DISK\]\n {2}found: .*ELOOP/,
    );
    expect(code).toBe(5);
  });
});
