import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { OwnData } from '../../src/cli/own-data.js';
import { resolveOwn } from '../../src/cli/resolve-own.js';
import { scanOwn } from '../../src/cli/scan-own.js';
import { takeSplits } from '../../src/cli/split-words.js';
import type { DatasetDefinition } from '../../src/index.js';
import { prepare } from '../../src/index.js';
import { gzip, idx } from '../fixtures/archives.js';
import { digestsIn, emptyFolder } from '../fixtures/folder.js';
import { bytesNpy, npyFile, npyHead, npz } from '../fixtures/npy.js';
import { zipOf } from '../fixtures/zip.js';

const SHAPE = [6, 5];
const ROW = 30;

/** Pixels of rows from `first` on, each unlike the others. */
function pixels(rows: number, first = 0): Uint8Array {
  return Uint8Array.from({ length: rows * ROW }, (_, at) => {
    const pixel = first * ROW + at;
    return pixel * 7 + Math.floor(pixel / ROW);
  });
}

/** Labels from 0 to 3 of rows from `first` on. */
function labels(rows: number, first = 0): Uint8Array {
  return Uint8Array.from({ length: rows }, (_, row) => (first + row) % 4);
}

const imagesNpy = (rows: number, first = 0): Buffer => bytesNpy([rows, ...SHAPE], pixels(rows, first));
const labelsNpy = (rows: number, first = 0): Buffer => bytesNpy([rows], labels(rows, first));

describe("one's own arrays", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await emptyFolder();
  });

  const at = (name: string): string => join(folder, name);

  async function write(files: Readonly<Record<string, Uint8Array | string>>): Promise<void> {
    for (const [name, bytes] of Object.entries(files)) {
      await mkdir(join(at(name), '..'), { recursive: true });
      await writeFile(at(name), bytes);
    }
  }

  /** What the command line makes of words, in which a path begins with `@/`, and what it says meanwhile. */
  async function define(words: readonly string[], own: Partial<OwnData> = {}) {
    const { splits } = takeSplits(words.map((word) => word.replaceAll('@/', `${folder}/`)));
    const resolved = await resolveOwn(
      { name: 'own', classNames: undefined, splits, ...own },
      { quiet: true },
    );
    return scanOwn(resolved, { quiet: true });
  }

  /** The bytes of the TFRecord shards that these words give, by the names of the files. */
  async function shards(
    words: readonly string[],
    own: Partial<OwnData> = {},
  ): Promise<Record<string, string>> {
    const { definition, archivePaths } = await define(words, own);
    return shardsBy(definition, { archivePaths });
  }

  async function shardsBy(
    definition: DatasetDefinition,
    sources: { archives?: string; archivePaths?: ReadonlyMap<string, string> },
  ): Promise<Record<string, string>> {
    const out = await mkdtemp(at('out-'));
    const options = { out, cacheDir: at('cache'), formats: ['tfrecord'] as const, workers: 1 };
    const { directory } = await prepare(definition, { ...options, ...sources });
    return digestsIn(directory);
  }

  async function idxShards(rows = 40): Promise<Record<string, string>> {
    await write({
      'idx/images.gz': gzip(idx([rows, ...SHAPE], pixels(rows))),
      'idx/labels.gz': gzip(idx([rows], labels(rows))),
    });
    return shards(['--train', '@/idx/images.gz', '@/idx/labels.gz']);
  }

  it('as NPY and NPZ are what they are as IDX', async () => {
    const expected = await idxShards();
    const tall = bytesNpy([40, 1], labels(40));
    await write({
      'images.npy': imagesNpy(40),
      'labels.npy': labelsNpy(40),
      'images.npy.gz': gzip(imagesNpy(40)),
      'tall.npy': tall,
      'fortran.npy': npyFile({ descr: '|u1', shape: [40, 1], elements: labels(40), fortran: true }),
      'big.npy': npyFile({
        descr: '>i4',
        shape: [40],
        elements: Uint8Array.from({ length: 160 }, (_, at) => (at % 4 === 3 ? labels(40)[(at - 3) / 4]! : 0)),
        version: 3,
      }),
      'two.npy': npyFile({
        descr: '<i2',
        shape: [40, 2],
        elements: Uint8Array.from({ length: 160 }, (_, at) => (at % 4 === 2 ? labels(40)[(at - 2) / 4]! : 0)),
      }),
      'flat.npy': bytesNpy([40, ROW], pixels(40)),
      'stored.npz': npz({ x_train: imagesNpy(40), y_train: labelsNpy(40) }),
      'deflated.npz': npz({ images: imagesNpy(40), labels: tall }, true),
      'nameless.npz': npz({ arr_0: imagesNpy(40), arr_1: labelsNpy(40) }),
      'one.npz': npz({ pictures: imagesNpy(40) }),
      'idx.zip': zipOf([
        { name: 'gzip/', content: new Uint8Array() },
        { name: 'gzip/images', content: gzip(idx([40, ...SHAPE], pixels(40))) },
        { name: 'gzip/labels', content: idx([40], labels(40)), deflate: true },
      ]),
    });
    const ways: [string[], Partial<OwnData>?][] = [
      [['--train', '@/images.npy', '@/labels.npy']],
      [['--train', '@/images.npy.gz', '@/tall.npy']],
      [['--train', '@/images.npy', '@/fortran.npy']],
      [['--train', '@/images.npy', '@/big.npy']],
      [['--train', '@/images.npy', '@/two.npy'], { labelColumn: 1 }],
      [['--train', '@/flat.npy', '@/labels.npy'], { shape: SHAPE }],
      [['--train', '@/flat.npy', '@/labels.npy'], { shape: [...SHAPE, 1] }],
      [['--train', '@/images.npy', '@/labels.npy'], { shape: [...SHAPE, 1] }],
      [['--train', '@/stored.npz:x_train', '@/stored.npz:y_train']],
      [['--train', '@/stored.npz:x_train.npy', '@/labels.npy']],
      [['--train', '@/one.npz', '@/deflated.npz:labels']],
      [['--train', '@/idx.zip:gzip/images', '@/idx.zip:gzip/labels']],
      [[], { npz: at('stored.npz') }],
      [[], { npz: at('deflated.npz') }],
      [[], { npz: at('nameless.npz') }],
    ];
    for (const [words, own] of ways)
      expect({ words, own, shards: await shards(words, own) }).toEqual({ words, own, shards: expected });
  });

  it('in many files are what they are in one', async () => {
    const expected = await idxShards(60);
    const sizes = [17, 3, 25, 15];
    let first = 0;
    for (const [part, rows] of sizes.entries()) {
      await write({
        [`parts/images-${part}.${part % 2 === 0 ? 'npy' : 'gz'}`]:
          part % 2 === 0 ? imagesNpy(rows, first) : gzip(idx([rows, ...SHAPE], pixels(rows, first))),
        [`parts/labels-${part}`]: labelsNpy(rows, first),
        [`same/${part}/images.npy`]: imagesNpy(rows, first),
        [`same/${part}/labels.npy`]: labelsNpy(rows, first),
        [`npz/${part}.npz`]: npz({ x: imagesNpy(rows, first), y: labelsNpy(rows, first) }, true),
      });
      first += rows;
    }
    // What the patterns have to pass over.
    await write({ 'parts/.images-9.npy': 'x', 'parts/readme': 'x', 'npz/.x.npz': 'x' });
    await mkdir(at('parts/images-7.npy'));
    const pairs = sizes.flatMap((_, part) => [
      '--train',
      `@/parts/images-${part}.${part % 2 === 0 ? 'npy' : 'gz'}`,
      `@/parts/labels-${part}`,
    ]);
    const ways = [
      pairs,
      ['--train', '@/parts/images-*', '@/parts/labels-*'],
      [
        '--train',
        '@/parts/images-{0,1}.*',
        '@/parts/labels-[01]',
        '--train',
        '@/parts/images-[2-3].*',
        '@/parts/labels-[2-3]',
      ],
      ['--train', '@/same/*/images.npy', '@/same/*/labels.npy'],
      ['--train', '@/same/**/images.npy', '@/same/?/labels.npy'],
      ['--train', '@/npz/*.npz:x', '@/npz/*.npz:y'],
    ];
    for (const words of ways)
      expect({ words, shards: await shards(words) }).toEqual({ words, shards: expected });
    // The order of the parts is that of the rows.
    const turned = await shards([
      '--train',
      '@/parts/images-[2-3].*',
      '@/parts/labels-[23]',
      ...pairs.slice(0, 6),
    ]);
    expect(turned).not.toEqual(expected);
  });

  it('find their labels by what the stars stand for, in whatever order', async () => {
    // By their paths 10-labels comes before 1-labels, and 1.npy before 10.npy.
    await write({
      'p/1.npy': imagesNpy(5),
      'p/10.npy': imagesNpy(8, 5),
      'p/1_labels': labelsNpy(5),
      'p/10_labels': labelsNpy(8, 5),
    });
    await write({ 'whole.npy': imagesNpy(13), 'whole-labels': labelsNpy(13) });
    expect(await shards(['--train', '@/p/*.npy', '@/p/*_labels'])).toEqual(
      await shards(['--train', '@/whole.npy', '@/whole-labels']),
    );
  });

  it('of one class a file have their classes by the names of the files', async () => {
    const names = ['The%20Eiffel%20Tower', 'ant', 'zebra', 'Émile'];
    for (const [at, name] of names.entries()) {
      await write({
        [`c/${name}.npy`]: imagesNpy(5 + at, at * 9),
        [`c/.${name}.npy`]: 'x',
        'c/readme.txt': 'x',
      });
    }
    const own = (classes: string[]) => ({ class: classes, all: names.map(decodeURIComponent) });
    const ordered = own(['The Eiffel Tower', 'ant', 'zebra', 'Émile']);
    const { definition, archivePaths } = await define(['--class-per-file', '@/c/*.npy']);
    expect(definition.label).toEqual({ name: 'label', classes: 4, classNames: ordered.class });
    expect(definition.splits).toEqual([
      {
        name: 'train',
        rows: 26,
        parts: ordered.class.map((name, part) => expect.objectContaining({ class: name, rows: 5 + part })),
      },
    ]);
    expect([...archivePaths.values()].map((path) => basename(path))).toEqual(
      names.map((name) => `${name}.npy`),
    );
    // The same with labels, class by class.
    const numbers = names.flatMap((_, at) => Array.from({ length: 5 + at }, () => at));
    const rows = names.map((_, at) => pixels(5 + at, at * 9));
    await write({
      'all.npy': bytesNpy([26, ...SHAPE], Buffer.concat(rows)),
      'all-labels.npy': bytesNpy([26], Uint8Array.from(numbers)),
      names: ordered.class.join('\n'),
    });
    const labelled = await shards(['--train', '@/all.npy', '@/all-labels.npy'], { classNames: at('names') });
    expect(await shards(['--class-per-file', '@/c/*.npy'])).toEqual(labelled);
    const each = names.map((name) => `@/c/${name}.npy`);
    expect(await shards(['--class-per-file', ...each])).toEqual(labelled);
    expect(await shards(['--train', ...each, '--class-per-file'])).toEqual(labelled);
    const keyed = Object.fromEntries(
      names.map((name, at) => [decodeURIComponent(name), imagesNpy(5 + at, at * 9)]),
    );
    await write({ 'all.npz': npz(keyed) });
    expect(await shards(['--class-per-file', ...ordered.class.map((name) => `@/all.npz:${name}`)])).toEqual(
      labelled,
    );

    await write({ names: ordered.class.toReversed().join('\n') });
    const turned = await define(['--test', '@/c/ant.npy', '--class-per-file', '@/c/*.npy'], {
      classNames: at('names'),
    });
    expect(turned.definition.label?.classNames).toEqual(ordered.class.toReversed());
    expect(turned.definition.splits.map(({ name, parts }) => [name, parts?.length])).toEqual([
      ['test', 1],
      ['train', 4],
    ]);
  });

  it('may be called by names that look like patterns and keys', async () => {
    const names = ['a*b.npy', 'a[1].npy', 'a (1).npy', 'a{x,y}.npy', 'a.npz:x', 'C:x', 'a?', '!a.npy'];
    for (const [at, name] of names.entries()) await write({ [name]: imagesNpy(4 + at) });
    // What they would match.
    await write({
      'aXb.npy': imagesNpy(20),
      'a1.npy': imagesNpy(21),
      'ax.npy': imagesNpy(22),
      a1: imagesNpy(23),
    });
    for (const [at, name] of names.entries()) {
      const { definition } = await define(['--train', `@/${name}`]);
      expect({ name, rows: definition.splits[0]?.rows }).toEqual({ name, rows: 4 + at });
    }
    // Parentheses and the like are no pattern of a shell's without being asked for.
    expect((await define(['--train', '@/a (*).npy'])).definition.splits[0]?.rows).toBe(6);
    expect((await define(['--train', '@/!*.npy'])).definition.splits[0]?.rows).toBe(11);
  });

  it('may lie in the home folder', async () => {
    const home = await mkdtemp(join(homedir(), '.idx-shards-test-'));
    onTestFinished(() => rm(home, { recursive: true }));
    await writeFile(join(home, 'i.npz'), npz({ x: imagesNpy(3) }));
    const short = `~/${basename(home)}`;
    for (const word of [`${short}/i.npz`, `${short}/*.npz`, `${short}/i.npz:x`, `${short}/*.npz:x`])
      expect((await define(['--train', word])).definition.splits[0]?.rows).toBe(3);
    const { definition } = await define(['--train', `${short}/i.npz`]);
    const { directory } = await prepare(definition, {
      out: `${short}/out`,
      archives: short,
      cacheDir: `${short}/cache`,
      formats: ['tfrecord'],
      workers: 1,
    });
    expect(directory).toBe(join(home, 'out/own/1.0.0'));
  });

  /** What is wrong, the files, the words, and the error. */
  interface Refusal {
    what: string;
    files?: Record<string, Uint8Array | string>;
    words: string[];
    own?: Partial<OwnData>;
    code: string;
    message: string;
    found?: string | RegExp;
  }

  const NPY: Refusal[] = [
    [
      'a version that is not known',
      Buffer.from('\x93NUMPY\x04\0\x02\0{}', 'latin1'),
      'NPY_INVALID',
      'is of a version of NPY',
    ],
    ['a head that is no dict', npyHead('[1, 2]'), 'NPY_INVALID', 'has a head that is not as numpy writes it'],
    [
      'a head of 4 GB',
      Buffer.from('\x93NUMPY\x02\0\xff\xff\xff\xff', 'latin1'),
      'NPY_INVALID',
      'has a head that is too long',
    ],
    [
      'objects',
      npyFile({ descr: '|O', shape: [4], elements: new Uint8Array(9) }),
      'NPY_TYPE',
      'does not hold an array of numbers',
    ],
    [
      'structures',
      npyHead("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (4,), }"),
      'NPY_TYPE',
      'does not hold an array',
    ],
    [
      'texts',
      npyFile({ descr: '<U4', shape: [4], elements: new Uint8Array(64) }),
      'NPY_TYPE',
      'does not hold an array',
    ],
    [
      'Fortran order',
      npyFile({ descr: '|u1', shape: [4, ...SHAPE], elements: pixels(4), fortran: true }),
      'NPY_INVALID',
      'lies in Fortran order',
    ],
    [
      'a shape that promises more',
      bytesNpy([5, ...SHAPE], pixels(4)),
      'NPY_TRUNCATED',
      'ends before the rows',
    ],
    [
      'a shape that promises less',
      bytesNpy([3, ...SHAPE], pixels(4)),
      'NPY_TRAILING',
      'goes on behind the rows',
    ],
    [
      'a shape that promises more than there can be',
      bytesNpy([2 ** 40, 1000], pixels(4)),
      'NPY_DIMENSIONS',
      'has dimensions that cannot be prepared',
    ],
    [
      'no dimension',
      bytesNpy([], new Uint8Array(1)),
      'NPY_DIMENSIONS',
      'has dimensions that cannot be prepared',
    ],
    [
      'no rows',
      bytesNpy([0, ...SHAPE], new Uint8Array()),
      'NPY_DIMENSIONS',
      'has dimensions that cannot be prepared',
    ],
    [
      'five dimensions',
      bytesNpy([1, 1, 1, 1, 1], new Uint8Array(1)),
      'NPY_DIMENSIONS',
      'has dimensions that cannot be prepared',
    ],
  ].map(([what, bytes, code, message]) => ({
    what: `an NPY of ${what}`,
    files: { 'x.npy': bytes as Buffer },
    words: ['--train', '@/x.npy'],
    code: String(code),
    message: `@/x.npy ${message}`,
  }));

  const keyed = npz({ x_train: imagesNpy(4), y_train: labelsNpy(4) });
  const NPZ: Refusal[] = [
    {
      what: 'a key that is not there',
      files: { 'k.npz': keyed },
      words: ['--train', '@/k.npz:images', '@/k.npz:y_train'],
      code: 'ZIP_MEMBER_MISSING',
      message: '@/k.npz has no array images',
      found: 'x_train, y_train',
    },
    {
      what: 'no key, and two arrays',
      files: { 'k.npz': keyed },
      words: ['--train', '@/k.npz', '@/k.npz:y_train'],
      code: 'ZIP_MEMBER_MISSING',
      message: '@/k.npz has several arrays',
      found: 'x_train, y_train',
    },
    {
      what: 'no array',
      files: { 'k.npz': zipOf([]) },
      words: ['--train', '@/k.npz'],
      code: 'ZIP_MEMBER_MISSING',
      message: '@/k.npz has no arrays',
      found: 'no files',
    },
    {
      what: 'a key of a file that is no NPZ',
      files: { 'i.npy': imagesNpy(4) },
      words: ['--train', '@/i.npy:x'],
      code: 'ZIP_INVALID',
      message: '@/i.npy is no NPZ: it has no keys',
    },
    {
      what: 'an NPZ that is not there',
      words: ['--train', '@/none.npz:x'],
      code: 'ARCHIVE_MISSING',
      message: '@/none.npz does not exist',
    },
    {
      what: 'a Windows path that is not there',
      words: ['--train', 'C:\\x.npy'],
      code: 'ARCHIVE_MISSING',
      message: 'C:\\x.npy does not exist',
    },
    {
      what: 'two members of one name',
      files: {
        'k.npz': zipOf([
          { name: 'x.npy', content: imagesNpy(4) },
          { name: 'x.npy', content: imagesNpy(5) },
        ]),
      },
      words: ['--train', '@/k.npz:x'],
      code: 'ZIP_INVALID',
      message: '@/k.npz is not a zip archive as it should be',
      found: 'two',
    },
    {
      what: 'an encrypted member',
      files: {
        'k.npz': zipOf([{ name: 'x.npy', content: imagesNpy(4), deflate: true, says: { flags: 0x801 } }]),
      },
      words: ['--train', '@/k.npz:x'],
      code: 'ZIP_INVALID',
      message: '@/k.npz is not a zip archive as it should be',
      found: 'encrypted',
    },
    {
      what: 'a member that is a folder',
      files: {
        'k.npz': zipOf([
          { name: 'x/', content: new Uint8Array() },
          { name: 'y.npy', content: labelsNpy(4) },
        ]),
      },
      words: ['--train', '@/k.npz:x/'],
      code: 'ZIP_MEMBER_MISSING',
      message: '@/k.npz has no array x/',
      found: 'y',
    },
    {
      what: 'a member that leads out',
      files: {
        'k.npz': zipOf([
          { name: 'x.npy', content: imagesNpy(4) },
          { name: '../y.npy', content: labelsNpy(4) },
        ]),
      },
      words: ['--train', '@/k.npz:x'],
      code: 'ZIP_INVALID',
      message: '@/k.npz is not a zip archive as it should be',
      found: /^invalid relative path/,
    },
    {
      what: 'a member with a wrong checksum',
      files: { 'k.npz': zipOf([{ name: 'x.npy', content: imagesNpy(4), says: { crc32: 1 } }]) },
      words: ['--train', '@/k.npz:x'],
      code: 'ZIP_INVALID',
      message: '@/k.npz is not a zip archive as it should be',
    },
    {
      what: 'half an NPZ',
      files: { 'k.npz': keyed.subarray(0, 300) },
      words: ['--train', '@/k.npz:x_train'],
      code: 'ZIP_INVALID',
      message: '@/k.npz is not a zip archive as it should be',
    },
    {
      what: 'names that tell no splits',
      files: { 'k.npz': npz({ pixels: imagesNpy(4), numbers: labelsNpy(4) }) },
      words: [],
      own: { npz: '@/k.npz' },
      code: 'ZIP_MEMBER_MISSING',
      message: 'the arrays of @/k.npz have names that tell no splits',
      found: 'pixels: uint8 4 x 6 x 5; numbers: uint8 4',
    },
  ];

  const parts = (...numbers: number[]): Record<string, Uint8Array> =>
    Object.fromEntries(
      numbers.flatMap((part) => [
        [`i-${part}.npy`, imagesNpy(4 + part, part)],
        [`l-${part}.npy`, labelsNpy(4 + part)],
      ]),
    );
  const PATTERNS = ['--train', '@/i-*.npy', '@/l-*.npy'];

  const MANY: Refusal[] = [
    {
      what: 'a pattern that finds nothing',
      words: ['--train', '@/none-*.gz'],
      code: 'ARCHIVE_MISSING',
      message: 'no file matches @/none-*.gz',
      found: 'nothing',
    },
    {
      what: 'a pattern that finds folders and hidden files',
      files: { 'f1/x': 'x', 'ef1/x': 'x', '.f1': 'x' },
      words: ['--train', '@/*f1'],
      code: 'ARCHIVE_MISSING',
      message: 'no file matches @/*f1',
      found: '2 folders, 1 file with a dot in front',
    },
    {
      what: 'labels that are missing',
      files: { ...parts(1, 2, 10), 'i-3.npy': imagesNpy(9, 3), 'i-4.npy': imagesNpy(9, 4) },
      words: PATTERNS,
      code: 'COUNT_MISMATCH',
      message: 'some files have no partner',
      found: 'no labels for @/i-3.npy, no labels for @/i-4.npy',
    },
    {
      what: 'one missing on both sides',
      files: { ...parts(1, 2), 'i-3.npy': imagesNpy(9, 3), 'l-4.npy': labelsNpy(9) },
      words: PATTERNS,
      code: 'COUNT_MISMATCH',
      message: 'some files have no partner',
      found: 'no labels for @/i-3.npy, no images for @/l-4.npy',
    },
    {
      what: 'many missing',
      files: { ...parts(1), ...Object.fromEntries([...'abcde'].map((key) => [`i-${key}.npy`, 'x'])) },
      words: PATTERNS,
      code: 'COUNT_MISMATCH',
      message: 'some files have no partner',
      found: /^no labels for \S*i-a\.npy, .*i-b.*i-c\.npy, \.\.\. \(5 in all\)$/,
    },
    {
      what: 'patterns with nothing in common, and other counts',
      files: { 'a.npy': imagesNpy(4), 'b.npy': imagesNpy(4, 4), 'x.lab': labelsNpy(4) },
      words: ['--train', '@/?.npy', '@/*.lab'],
      code: 'COUNT_MISMATCH',
      message: 'there are not as many files of labels as of images',
      found: '2 files and 1 file: @/b.npy is left over',
    },
    {
      what: 'one file of labels for many of images',
      files: { ...parts(1, 2) },
      words: ['--train', '@/i-*.npy', '@/l-1.npy'],
      code: 'COUNT_MISMATCH',
      message: 'there are not as many files of labels as of images',
    },
    {
      what: 'a pattern that matches the labels too',
      files: parts(1, 2),
      words: ['--train', '@/*.npy', '@/l-*.npy'],
      code: 'USAGE',
      message: '@/l-1.npy is named for images and for labels',
    },
    {
      what: 'labels among the rows',
      files: parts(1, 2),
      words: ['--train', '@/*.npy'],
      code: 'NPY_DIMENSIONS',
      message: '@/l-1.npy has rows of another size than @/i-1.npy',
    },
    {
      what: 'other rows than labels in one of them',
      files: { ...parts(1, 2), 'l-2.npy': labelsNpy(9) },
      words: PATTERNS,
      code: 'COUNT_MISMATCH',
      message: '@/i-2.npy has not one label for each row',
    },
    {
      what: 'one of another shape',
      files: { ...parts(1, 2), 'i-2.npy': bytesNpy([6, 5, 6], pixels(6)) },
      words: PATTERNS,
      code: 'NPY_DIMENSIONS',
      message: '@/i-2.npy has rows of another size than @/i-1.npy',
    },
    {
      what: 'one of another type',
      files: {
        ...parts(1, 2),
        'i-2.npy': npyFile({ descr: '|i1', shape: [6, ...SHAPE], elements: pixels(6) }),
      },
      words: PATTERNS,
      code: 'NPY_TYPE',
      message: '@/i-2.npy has rows of another type than @/i-1.npy',
    },
    {
      what: 'one file twice',
      files: parts(1, 2),
      words: [...PATTERNS, '--train', '@/i-1.npy', '@/l-1.npy'],
      code: 'ARCHIVE_REPEATED',
      message: '@/i-1.npy and @/i-1.npy are the same file',
    },
    {
      what: 'two of the same content',
      files: { ...parts(1, 2), 'i-3.npy': imagesNpy(5, 1), 'l-3.npy': labelsNpy(5) },
      words: PATTERNS,
      code: 'ARCHIVE_REPEATED',
      message: '@/i-3.npy and @/i-1.npy are the same file',
    },
    {
      what: 'a class file whose name is no class name',
      files: { 'ant.npy': imagesNpy(4), 'bee.npy': imagesNpy(4, 4), names: 'ant\ncat' },
      words: ['--class-per-file', '@/*.npy'],
      own: { classNames: '@/names' },
      code: 'CLASS_NAMES',
      message: '@/bee.npy is named by no class',
      found: 'bee',
    },
    {
      what: 'two files of one class',
      files: { 'ant.npy': imagesNpy(4), 'ant.npy.gz': gzip(imagesNpy(4)) },
      words: ['--class-per-file', '@/ant*'],
      code: 'CLASS_NAMES',
      message: '@/ant.npy and @/ant.npy.gz are both of the class ant',
    },
    {
      what: 'a class without a file',
      files: { 'ant.npy': imagesNpy(4), names: 'ant\ncat' },
      words: ['--class-per-file', '@/*.npy'],
      own: { classNames: '@/names' },
      code: 'ARCHIVE_MISSING',
      message: 'there is no file for the class cat',
      found: 'none for 1: cat',
    },
    {
      what: 'a column that the labels do not have',
      files: { 'i.npy': imagesNpy(4), 'l.npy': bytesNpy([4, 2], labels(8)) },
      words: ['--train', '@/i.npy', '@/l.npy'],
      own: { labelColumn: 2 },
      code: 'NPY_DIMENSIONS',
      message: '@/l.npy does not hold one label a row',
    },
    {
      what: 'labels of several columns without a column',
      files: { 'i.npy': imagesNpy(4), 'l.npy': bytesNpy([4, 2], labels(8)) },
      words: ['--train', '@/i.npy', '@/l.npy'],
      code: 'NPY_DIMENSIONS',
      message: '@/l.npy does not hold one label a row',
    },
    ...[[5, 7], [30], [5, 6], [1, 30]].map((shape) => ({
      what: `a shape of ${shape} for rows of 6x5`,
      files: { 'i.npy': imagesNpy(4) },
      words: ['--train', '@/i.npy'],
      own: { shape },
      code: 'NPY_DIMENSIONS',
      message: `the rows of the split train cannot be of the shape ${shape.join('x')}`,
      found: 'rows of 6 x 5',
    })),
    {
      what: 'a shape of as many values, and one channel, for tensors',
      files: { 'i.npy': imagesNpy(4) },
      words: ['--train', '@/i.npy'],
      own: { shape: [6, 5, 1], as: 'tensor' as const },
      code: 'NPY_DIMENSIONS',
      message: 'the rows of the split train cannot be of the shape 6x5x1',
    },
  ];

  it.each([...NPY, ...NPZ, ...MANY])(
    'are refused for $what',
    async ({ files = {}, words, own = {}, ...error }) => {
      await write(files);
      const inFolder = (text: string): string => text.replaceAll('@/', `${folder}/`);
      const given = Object.fromEntries(
        Object.entries(own).map(([field, value]) => [
          field,
          typeof value === 'string' ? inFolder(value) : value,
        ]),
      );
      await expect(define(words, given)).rejects.toMatchObject({
        name: 'DatasetError',
        code: error.code,
        message: expect.stringContaining(inFolder(error.message)),
        next: expect.stringMatching(/^[A-Z].*\.$/),
        ...(error.found === undefined
          ? {}
          : {
              found:
                typeof error.found === 'string' ? inFolder(error.found) : expect.stringMatching(error.found),
            }),
      });
    },
  );

  it('are refused where a link that a pattern matches leads nowhere', async () => {
    await write(parts(1));
    await symlink(at('gone'), at('i-2.npy'));
    await write({ 'l-2.npy': labelsNpy(6) });
    await expect(define(PATTERNS)).rejects.toMatchObject({
      code: 'ARCHIVE_MISSING',
      message: `${at('i-2.npy')} does not exist`,
    });
  });

  it('by a definition are the same, in whatever folder, part for part', async () => {
    await write({ ...parts(1, 2, 10), 'k.npz': keyed });
    const { definition, archivePaths } = await define([
      ...PATTERNS,
      '--test',
      '@/k.npz:x_train',
      '@/k.npz:y_train',
    ]);
    const names = definition.splits[0]?.parts?.map(({ images }) => images.file);
    expect(names).toEqual(['i-1.npy', 'i-10.npy', 'i-2.npy']);
    const again: DatasetDefinition = JSON.parse(JSON.stringify(definition));
    expect(await shardsBy(again, { archives: folder })).toEqual(await shardsBy(definition, { archivePaths }));
  });
});
