import {
  cpSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DatasetError, load, type PrepareEvent, prepare, verifyDataset } from '../../src/index.js';
import { newFolder, sha256 } from '../fixtures/folder.js';
import {
  asTfds,
  changeJson,
  OLDER_FORMS,
  withContent,
  withDictionary,
  withInputAndOutput,
  withMessageInText,
  withoutFormat,
  withoutTemplates,
} from '../fixtures/older-tfds.js';
import { sample } from '../sample.js';
import { type SmallDigits, smallDigits, told } from '../verify/small-digits.js';

const ROWS = 110;
const TRAIN = 'digits-train.tfrecord-00000-of-00001';
const PARQUET = 'digits-train-00000-of-00001.parquet';

let folder: string;
let digits: SmallDigits;
/** The same data set with other rows. */
let other: SmallDigits;
let whole: Record<string, string>;

beforeAll(async () => {
  folder = await newFolder();
  digits = await smallDigits(folder, { formats: ['tfrecord', 'parquet'] });
  other = await smallDigits(
    join(folder, 'other'),
    { formats: ['tfrecord', 'parquet'] },
    { train: 60, test: 10 },
  );
  whole = stateOf(digits.directory).bytes;
});
afterAll(() => rm(folder, { recursive: true }));

/** What a directory is made of, and what becomes of it. */
interface Case {
  what: string;
  /** Changes a whole data set that lies there. */
  make: (directory: string) => void;
  /** What `prepare` does, and what it says that is there: where it is refused, and with `--overwrite`. */
  prepare: 'left alone' | 'refused';
  is: string;
  /** What the refusal says beside that. */
  says?: string;
  /** The faults that `verify` finds, and what it says it did not check. */
  verify: string[];
  unchecked?: string[];
  /** What `load` comes to: pairs that are read, or the code of the error. */
  load: number | string;
}

const NO_SUMS = 'the files by their checksums';
const write = (file: string, text: string) => (directory: string) =>
  writeFileSync(join(directory, file), text);
const remove =
  (...files: string[]) =>
  (directory: string) => {
    for (const file of files) rmSync(join(directory, file));
  };
const cut = (file: string, bytes: number) => (directory: string) =>
  truncateSync(join(directory, file), bytes);
const all =
  (...changes: readonly ((directory: string) => void)[]) =>
  (directory: string) => {
    for (const change of changes) change(directory);
  };
const older = (version: string): ((directory: string) => void) => all(...(OLDER_FORMS[version] ?? []));
const asFolder = (file: string) => (directory: string) => {
  rmSync(join(directory, file), { force: true });
  mkdirSync(join(directory, file));
};
const asLink = (file: string, to: string) => (directory: string) => {
  rmSync(join(directory, file), { force: true });
  symlinkSync(to, join(directory, file));
};

/** A form of TFDS that is read, and is the data set that is asked for. */
function readForm(what: string, make: Case['make'], writer: string): Case {
  const is = `digits 1.0.0 as ${writer} writes it`;
  return { what, make, prepare: 'left alone', is, verify: [], unchecked: [NO_SUMS], load: ROWS };
}

const OURS = 'digits 1.0.0 as idx-shards writes it';
const PARTS = 'parts of a data set';
const INFO = 'dataset_info.json';
const FEATURES = 'features.json';
const ANOTHER_TOOL = '{"name": "digits", "files": ["a.bin"], "splits": {"train": 90}}';

/** A manifest of ours that cannot be read. */
function unread(what: string, file: string, make: Case['make'], why: string, code: string): Case {
  const is = `${file === INFO ? PARTS : OURS}, of which ${why}`;
  const isThere = code === 'MANIFEST_INVALID';
  const verify = [`${file} ${code}`, ...(isThere ? [`${file} FILE_CHECKSUM`] : [])];
  return { what: `${file}: ${what}`, make, prepare: 'refused', is, verify, load: code };
}

const CASES: Case[] = [
  // Whole, in every form and mixed.
  { what: 'as it was prepared', make: () => {}, prepare: 'left alone', is: OURS, verify: [], load: ROWS },
  readForm('TFDS 4.0', older('TFDS 4.0'), 'TFDS 4.0 to 4.4'),
  readForm('TFDS 4.4', older('TFDS 4.4'), 'TFDS 4.0 to 4.4'),
  readForm('TFDS 4.5', older('TFDS 4.5'), 'TFDS 4.5'),
  readForm('TFDS 4.6', older('TFDS 4.6'), 'TFDS 4.6 or newer'),
  readForm(
    'a manifest of 4.0 and features of 4.6',
    all(asTfds, withoutTemplates, withoutFormat, withInputAndOutput),
    'TFDS 4.6 or newer',
  ),
  readForm('a manifest of 4.6 and features of 4.0', all(asTfds, withContent), 'TFDS 4.0 to 4.4'),
  readForm(
    'a manifest of 4.0 and features of 4.5',
    all(asTfds, withoutTemplates, withInputAndOutput, withMessageInText),
    'TFDS 4.5',
  ),
  {
    ...readForm('supervised keys that are a dictionary', all(asTfds, withDictionary), 'TFDS 4.6 or newer'),
    load: 'FEATURES',
  },

  // Features that are not there.
  ...['TFDS 3.0', 'TFDS 3.2.1'].map(
    (version): Case => ({
      what: version,
      make: older(version),
      prepare: 'refused',
      is: 'digits 1.0.0 as TFDS 3.2.1 or older writes it, without features.json',
      verify: [],
      unchecked: [NO_SUMS, 'what the examples hold'],
      load: 'FILE_MISSING',
    }),
  ),
  {
    what: 'TFDS 4.6 without features.json',
    make: all(asTfds, remove(FEATURES)),
    prepare: 'refused',
    is: 'digits 1.0.0 as TFDS writes it, of which features.json is missing',
    verify: [`${FEATURES} FILE_MISSING`],
    unchecked: [NO_SUMS],
    load: 'FILE_MISSING',
  },
  {
    what: 'features.json alone',
    make: all(asTfds, remove(INFO, TRAIN, TRAIN.replace('train', 'test'))),
    prepare: 'refused',
    is: `${PARTS}, of which ${INFO} is missing`,
    verify: [`${INFO} FILE_MISSING`],
    unchecked: [NO_SUMS],
    load: 'FILE_MISSING',
  },

  // Other data, which nobody may take for what is asked for, or replace.
  {
    what: 'other splits of ours',
    make: otherData,
    prepare: 'refused',
    is: OURS,
    says: 'train: 60 examples',
    verify: [],
    load: 70,
  },
  ...['TFDS 4.0', 'TFDS 4.5', 'TFDS 4.6'].map(
    (version): Case => ({
      ...readForm(`other splits of ${version}`, all(otherData, older(version)), ''),
      prepare: 'refused',
      is: 'digits 1.0.0 as TFDS 4.',
      says: 'train: 60 examples',
      load: 70,
    }),
  ),
  {
    ...readForm(
      'other class names of TFDS 4.0',
      all(older('TFDS 4.0'), write('label.labels.txt', 'a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n')),
      'TFDS 4.0 to 4.4',
    ),
    prepare: 'refused',
    says: 'class 0 is "a"',
  },
  {
    ...readForm(
      'other features of TFDS 4.0',
      all(older('TFDS 4.0'), (directory) =>
        write(FEATURES, readFileSync(join(directory, FEATURES), 'utf8').replace('10', '12'))(directory),
      ),
      'TFDS 4.0 to 4.4',
    ),
    prepare: 'refused',
    says: 'label: label of 12 classes',
  },
  {
    what: 'another data set of TFDS 4.0',
    make: all(older('TFDS 4.0'), (directory) =>
      changeJson(directory, INFO, (info) => ({ ...info, name: 'ours' })),
    ),
    prepare: 'refused',
    is: `ours 1.0.0 as TFDS 4.0 to 4.4 writes it, of which ${TRAIN.replace('digits', 'ours')} is missing, and 1 more of the kind, beside files that are not its own: ${TRAIN.replace('train', 'test')}, ${TRAIN}`,
    verify: [
      ...['train', 'test'].map((split) => `${TRAIN.replace('digits-train', `ours-${split}`)} FILE_MISSING`),
      ...['test', 'train'].map((split) => `${TRAIN.replace('train', split)} FILE_EXTRA`),
    ],
    unchecked: [NO_SUMS],
    load: 'FILE_MISSING',
  },

  // A manifest that is none.
  unread('cut', INFO, cut(INFO, 100), `${INFO} is not JSON`, 'MANIFEST_INVALID'),
  unread('empty', INFO, cut(INFO, 0), `${INFO} is not JSON`, 'MANIFEST_INVALID'),
  unread(
    'of another tool',
    INFO,
    write(INFO, ANOTHER_TOOL),
    `${INFO} is in no form that TFDS has written: \`version\``,
    'MANIFEST_INVALID',
  ),
  unread('a directory', INFO, asFolder(INFO), `${INFO} is no regular file`, 'FILE_MISSING'),
  unread('a link to nothing', INFO, asLink(INFO, 'nowhere'), `${INFO} is no regular file`, 'FILE_MISSING'),
  unread('cut', FEATURES, cut(FEATURES, 100), `${FEATURES} is not JSON`, 'MANIFEST_INVALID'),
  unread('empty', FEATURES, cut(FEATURES, 0), `${FEATURES} is not JSON`, 'MANIFEST_INVALID'),
  unread(
    'of another tool',
    FEATURES,
    write(FEATURES, ANOTHER_TOOL),
    `${FEATURES} is in no form that TFDS has written: \`featuresDict\``,
    'MANIFEST_INVALID',
  ),
  unread(
    'a text that is no JSON within the JSON',
    FEATURES,
    write(FEATURES, '{"type": "x.FeaturesDict", "proto_cls": "x.FeaturesDict", "content": "{"}'),
    `${FEATURES} is not JSON`,
    'MANIFEST_INVALID',
  ),
  unread(
    'nested without end',
    FEATURES,
    write(FEATURES, `${'{"type":"x.FeaturesDict","content":{"a":'.repeat(50_000)}{}${'}}'.repeat(50_000)}`),
    `${FEATURES} is not JSON`,
    'MANIFEST_INVALID',
  ),
  unread('a directory', FEATURES, asFolder(FEATURES), `${FEATURES} is no regular file`, 'FILE_MISSING'),
  unread(
    'a link to nothing',
    FEATURES,
    asLink(FEATURES, 'nowhere'),
    `${FEATURES} is no regular file`,
    'FILE_MISSING',
  ),
  {
    what: 'SHA256SUMS of another form',
    make: write('SHA256SUMS', 'no checksums\n'),
    prepare: 'refused',
    is: `${OURS}, of which SHA256SUMS has a line of another form, or its last line is not ended`,
    verify: ['SHA256SUMS MANIFEST_INVALID'],
    load: ROWS,
  },

  // Shards that are not what the manifest says.
  {
    what: 'shards of two shard counts side by side',
    make: (directory) => {
      for (const shard of ['00000', '00001'])
        cpSync(join(directory, TRAIN), join(directory, `digits-train.tfrecord-${shard}-of-00002`));
    },
    prepare: 'left alone',
    is: `${OURS}, beside files that are not its own: digits-train.tfrecord-00000-of-00002, digits-train.tfrecord-00001-of-00002`,
    verify: ['00000', '00001'].map((shard) => `digits-train.tfrecord-${shard}-of-00002 FILE_EXTRA`),
    load: ROWS,
  },
  {
    what: 'shards of another shard count alone',
    make: all(older('TFDS 4.0'), (directory) => {
      renameSync(join(directory, TRAIN), join(directory, 'digits-train.tfrecord-00000-of-00002'));
    }),
    prepare: 'refused',
    is: `digits 1.0.0 as TFDS 4.0 to 4.4 writes it, of which ${TRAIN} is missing, beside files that are not its own: digits-train.tfrecord-00000-of-00002`,
    verify: [`${TRAIN} FILE_MISSING`, 'digits-train.tfrecord-00000-of-00002 FILE_EXTRA'],
    unchecked: [NO_SUMS],
    load: 'FILE_MISSING',
  },
  ...[TRAIN, PARQUET].map(
    (file): Case => ({
      what: `a shard of length zero: ${file}`,
      make: cut(file, 0),
      prepare: 'refused',
      is: `${OURS}, of which ${file} is empty`,
      verify: [`${file} FILE_BYTES`, `${file} FILE_CHECKSUM`],
      load: file === TRAIN ? 'COUNT_MISMATCH' : ROWS,
    }),
  ),
  {
    what: 'a shard cut short, of TFDS 4.0',
    make: all(older('TFDS 4.0'), cut(TRAIN, 1000)),
    prepare: 'refused',
    is: 'digits 1.0.0 as TFDS 4.0 to 4.4 writes it, of which the TFRecord shards of train have another size than the manifest says',
    verify: [`${TRAIN} FILE_BYTES`],
    unchecked: [NO_SUMS],
    load: 'RECORD_CORRUPT',
  },

  // Files of a user.
  {
    what: 'files of a user beside the shards',
    make: all(write('thesis.txt', 'years of work'), asFolder('mine')),
    prepare: 'left alone',
    is: `${OURS}, beside files that are not its own: mine, thesis.txt`,
    verify: ['mine FILE_EXTRA', 'thesis.txt FILE_EXTRA'],
    load: ROWS,
  },
  {
    what: 'files of a user alone',
    make: (directory) => {
      for (const file of readdirSync(directory)) rmSync(join(directory, file));
      write('thesis.txt', 'years of work')(directory);
    },
    prepare: 'refused',
    is: 'files that belong to no data set: thesis.txt',
    verify: [`${INFO} FILE_MISSING`, `${FEATURES} FILE_MISSING`, 'thesis.txt FILE_EXTRA'],
    unchecked: [NO_SUMS],
    load: 'NO_DATASET',
  },
];

/** The same data set with other numbers of rows in its splits. */
function otherData(directory: string): void {
  rmSync(directory, { recursive: true });
  cpSync(other.directory, directory, { recursive: true });
}

/** Everything about the files of a directory that a run could change. */
function stateOf(directory: string): { bytes: Record<string, string>; about: Record<string, string> } {
  const bytes: Record<string, string> = {};
  const about: Record<string, string> = {};
  for (const name of ['.', ...readdirSync(directory, { encoding: 'utf8', recursive: true })].sort()) {
    const path = join(directory, name);
    const found = lstatSync(path, { bigint: true });
    about[name] = `${found.ino} ${found.mode} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`;
    if (found.isFile()) bytes[name] = sha256(readFileSync(path));
    if (found.isSymbolicLink()) bytes[name] = readlinkSync(path);
  }
  return { bytes, about };
}

/** Prepares the data set into `out`; how that ended, and what it says that it found. */
async function preparing(out: string, overwrite: boolean): Promise<{ ended: string; found: string }> {
  let found = '';
  const onEvent = (event: PrepareEvent): void => {
    if (event.event === 'replace') found = event.found;
  };
  const { definition, archives } = digits;
  const cacheDir = join(folder, 'cache');
  try {
    const formats = ['tfrecord', 'parquet'] as const;
    const result = await prepare(definition, {
      out,
      overwrite,
      archives,
      cacheDir,
      workers: 1,
      onEvent,
      ...(overwrite ? { formats } : {}),
    });
    return { ended: result.state === 'existing' ? 'left alone' : 'prepared', found };
  } catch (error) {
    if (!(error instanceof DatasetError)) throw error;
    return { ended: error.code === 'OUTPUT_OCCUPIED' ? 'refused' : error.code, found: error.found ?? '' };
  }
}

/** Reads every pair; how many there were, or why there are none. */
async function loading(directory: string): Promise<number | string> {
  try {
    let pairs = 0;
    for await (const _ of await load(directory, { split: 'all', asSupervised: true })) pairs++;
    return pairs;
  } catch (error) {
    if (!(error instanceof DatasetError)) throw error;
    return error.code;
  }
}

describe('what stands in the place of a data set', () => {
  it.each(sample(CASES, 8))('$what', async ({ make, says = '', ...expected }) => {
    const out = join(folder, 'case');
    const directory = join(out, 'digits', '1.0.0');
    cpSync(digits.directory, directory, { recursive: true });
    try {
      make(directory);
      const before = stateOf(directory);
      const { ended, found } = await preparing(out, false);
      expect(ended).toBe(expected.prepare);
      if (ended === 'refused') expect(found).toContain(expected.is);
      if (ended === 'refused') expect(found).toContain(says);
      const verified = await verifyDataset(directory, { cacheDir: folder });
      expect(told(verified)).toEqual(expected.verify);
      expect(verified.unchecked.map(({ what }) => what)).toEqual(expected.unchecked ?? []);
      expect(await loading(directory)).toBe(expected.load);
      expect(stateOf(directory)).toEqual(before);
      expect(readdirSync(join(out, 'digits'))).toEqual(['1.0.0']);
      const replaced = await preparing(out, true);
      expect(replaced.ended).toBe('prepared');
      expect(replaced.found).toContain(expected.is);
      expect(stateOf(directory).bytes).toEqual(whole);
    } finally {
      rmSync(out, { recursive: true });
    }
  });

  it('an empty directory is as good as none', async () => {
    const out = join(folder, 'case');
    const directory = join(out, 'digits', '1.0.0');
    mkdirSync(directory, { recursive: true });
    await expect(verifyDataset(directory, { cacheDir: folder })).rejects.toMatchObject({
      code: 'NO_DATASET',
    });
    expect(await loading(directory)).toBe('NO_DATASET');
    expect(await preparing(out, false)).toEqual({ ended: 'prepared', found: '' });
    rmSync(out, { recursive: true });
  });

  // Reading a process's memory from its beginning fails for everybody, root too.
  it.skipIf(process.platform !== 'linux')('a manifest that cannot be read', async () => {
    const out = join(folder, 'case');
    const directory = join(out, 'digits', '1.0.0');
    cpSync(digits.directory, directory, { recursive: true });
    asLink(INFO, '/proc/self/mem')(directory);
    const { ended, found } = await preparing(out, false);
    expect(ended).toBe('refused');
    expect(found).toMatch(
      /^parts of a data set, of which the file system refused while reading \S+dataset_info\.json$/,
    );
    const verified = await verifyDataset(directory, { cacheDir: folder });
    expect(told(verified)).toEqual([`${INFO} DISK`, `${INFO} DISK`]);
    expect(await loading(directory)).toBe('DISK');
    expect(readlinkSync(join(directory, INFO))).toBe('/proc/self/mem');
    expect((await preparing(out, true)).ended).toBe('prepared');
    rmSync(out, { recursive: true });
  });
});
