import { cpSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findDatasets } from '../../src/directory/find.js';
import { prepare } from '../../src/index.js';
import { newFolder } from '../fixtures/folder.js';
import { sample } from '../sample.js';
import { ALL_FORMATS, type SmallDigits, smallDigits, sumAgain, told } from './small-digits.js';

let folder: string;
let digits: SmallDigits;

beforeAll(async () => {
  folder = await newFolder();
  digits = await smallDigits(folder, { numShards: 3 });
});
afterAll(() => rm(folder, { recursive: true }));

/** Changes the data set, sums it again, verifies it, and puts it back as it was. */
async function afterChange(
  change: (directory: string) => void | Promise<void>,
  archives = true,
): Promise<string[]> {
  const kept = join(folder, 'kept');
  cpSync(digits.directory, kept, { recursive: true });
  try {
    await change(digits.directory);
    await sumAgain(digits.directory);
    const verified = await digits.verify(archives ? {} : { archives: undefined });
    for (const { error } of verified.faults) expect(error.code).not.toBe('INTERNAL');
    return told(verified);
  } finally {
    rmSync(digits.directory, { recursive: true });
    renameSync(kept, digits.directory);
  }
}

/** The framed records of a TFRecord file. */
function framedRecords(path: string): Buffer[] {
  const file = readFileSync(path);
  const records: Buffer[] = [];
  for (let at = 0; at < file.length; at += records.at(-1)?.length ?? 0)
    records.push(file.subarray(at, at + 16 + Number(file.readBigUInt64LE(at))));
  return records;
}

function changeRecords(path: string, change: (records: Buffer[]) => Buffer[]): void {
  writeFileSync(path, Buffer.concat(change(framedRecords(path))));
}

const FIRST = 'digits-train.tfrecord-00000-of-00003';
const SECOND = 'digits-train.tfrecord-00001-of-00003';

function swap(directory: string, one: string, other: string): void {
  const bytes = readFileSync(join(directory, one));
  writeFileSync(join(directory, one), readFileSync(join(directory, other)));
  writeFileSync(join(directory, other), bytes);
}

describe('a data set with SHA256SUMS made again', () => {
  it('is right where nothing was changed', async () => {
    expect(await afterChange(() => {})).toEqual([]);
  });

  it.each(ALL_FORMATS)('is found out where a shard of %s is cut short, wherever that is', async (format) => {
    for (const bytes of sample([1, 4, 9, 100, 1000], 2)) {
      const faults = await afterChange((directory) => {
        const file = readdirSync(directory).find(
          (name) => name.includes(`train`) && name.includes(`.${format}`),
        );
        const path = join(directory, file!);
        truncateSync(path, readFileSync(path).length - bytes);
      });
      expect(faults.join()).toMatch(new RegExp(`\\.${format}\\S* (RECORD_CORRUPT|\\w+_INVALID)`));
    }
  });

  it.each([
    [FIRST, SECOND],
    ['digits-train-00000-of-00003.arrow', 'digits-train-00001-of-00003.arrow'],
    ['digits-train-00000-of-00003.parquet', 'digits-train-00001-of-00003.parquet'],
    ['digits-train.array_record-00000-of-00003', 'digits-train.array_record-00001-of-00003'],
  ])('is found out where shards are swapped: %s', async (one, other) => {
    expect((await afterChange((directory) => swap(directory, one, other))).join()).toMatch(
      /(ROW|ORDER)_MISMATCH/,
    );
  });

  it('is found out where all formats have two shards swapped', async () => {
    const faults = await afterChange((directory) => {
      for (const name of readdirSync(directory))
        if (name.includes('train') && name.includes('00000-of'))
          swap(directory, name, name.replace('00000-of', '00001-of'));
    });
    expect(faults.join()).toMatch(/ORDER_MISMATCH/);
    expect(faults.join()).toMatch(/SOURCE_MISMATCH/);
  });

  it('is found out where a row is dropped, doubled, or moved', async () => {
    const dropped = await afterChange((directory) =>
      changeRecords(join(directory, FIRST), (records) => records.toSpliced(4, 1)),
    );
    expect(dropped).toContain(`${FIRST} COUNT_MISMATCH`);
    const doubled = await afterChange((directory) =>
      changeRecords(join(directory, FIRST), (records) => records.toSpliced(4, 0, records[3]!)),
    );
    expect(doubled).toContain(`${FIRST} COUNT_MISMATCH`);
    const moved = await afterChange((directory) =>
      changeRecords(join(directory, FIRST), (records) => [
        ...records.slice(2, 4),
        ...records.slice(0, 2),
        ...records.slice(4),
      ]),
    );
    expect(moved).toContain('digits-train-00000-of-00003.parquet#0 ROW_MISMATCH');
  });

  it('is found out where its TFRecord shards alone are moved about, by the archives', async () => {
    const faults = await afterChange((directory) => {
      for (const name of readdirSync(directory))
        if (/arrow|parquet|array_record/.test(name)) rmSync(join(directory, name));
      changeRecords(join(directory, FIRST), (records) => records.toReversed());
    });
    expect(faults.join()).toMatch(/#\d+ SOURCE_MISMATCH/);
  });

  it('is found out where a shard is of another run', async () => {
    const other = await prepareOther();
    const first = {
      tfrecord: FIRST,
      arrow: 'digits-train-00000-of-00003.arrow',
      parquet: 'digits-train-00000-of-00003.parquet',
      array_record: 'digits-train.array_record-00000-of-00003',
    };
    const { tfrecord, ...others } = first;
    for (const name of Object.values(first)) {
      const faults = await afterChange((directory) =>
        writeFileSync(join(directory, name), readFileSync(join(other, name))),
      );
      const kinds = [...new Set(faults.map((one) => one.replace(/#\d+/, '')))].sort();
      // The columns and array_record are compared with the TFRecord shards, and these with the archives.
      const isRecords = name === tfrecord;
      const differing = isRecords ? Object.values(others) : [name];
      const expected = differing.map((file) => `${file} ROW_MISMATCH`);
      expect(kinds).toEqual([...expected, ...(isRecords ? [`${name} SOURCE_MISMATCH`] : [])].sort());
    }
    rmSync(join(folder, 'other'), { recursive: true });
  });

  it('is found out where everything is of another run, by the archives alone', async () => {
    const other = await prepareOther();
    const replace = (directory: string): void => {
      for (const name of readdirSync(other))
        writeFileSync(join(directory, name), readFileSync(join(other, name)));
    };
    // The definition's archives are others, and with them the size of a download.
    const download = 'dataset_info.json MANIFEST_INVALID';
    expect(await afterChange(replace, false)).toEqual([download]);
    const [first, ...faults] = await afterChange(replace);
    expect(first).toBe(download);
    expect(faults.length).toBeGreaterThan(0);
    for (const one of faults) expect(one).toMatch(/SOURCE_MISMATCH$/);
    rmSync(join(folder, 'other'), { recursive: true });
  });

  it('is found out where no reader looks, and it is said that no row is lost', async () => {
    const name = 'digits-train-00001-of-00003.parquet';
    const path = join(digits.directory, name);
    const bytes = readFileSync(path);
    const changed = Buffer.from(bytes);
    changed.write('idx-sharps', bytes.lastIndexOf('idx-shards'));
    writeFileSync(path, changed);
    const { faults } = await digits.verify({ withoutChecksums: true });
    writeFileSync(path, bytes);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatchObject({ file: name, error: { code: 'FILE_BYTES' } });
    expect(faults[0]!.error.message).toMatch(
      /^its rows are right, but from byte \d+ on it is not what they make$/,
    );
    expect(faults[0]!.error.next).toMatch(/^No row is lost or changed\./);
  });

  it('is found out where a file is missing, or one too many', async () => {
    expect(
      await afterChange((directory) => rmSync(join(directory, 'digits-test-00001-of-00003.arrow'))),
    ).toContain('digits-test-00001-of-00003.arrow FILE_MISSING');
    expect(await afterChange((directory) => writeFileSync(join(directory, 'notes.txt'), ''))).toContain(
      'notes.txt FILE_EXTRA',
    );
    expect(await afterChange((directory) => rmSync(join(directory, 'features.json')))).toContain(
      'features.json FILE_MISSING',
    );
  });

  it('is found out where its manifest tells of other counts', async () => {
    const faults = await afterChange((directory) => {
      const path = join(directory, 'dataset_info.json');
      writeFileSync(path, readFileSync(path, 'utf8').replace('"30"', '"31"'));
    });
    expect(faults.join()).toMatch(/COUNT_MISMATCH/);
  });
});

/** The same data set with the labels of test in train too: every file has the name of one of ours, and other rows. */
async function prepareOther(): Promise<string> {
  const { definition, archives } = digits;
  const [train, test] = definition.splits;
  const splits = [{ ...train!, images: { ...train!.images! }, labels: test!.labels, rows: 90 }, test!];
  const { directory } = await prepare(
    { ...definition, splits },
    {
      archives,
      cacheDir: join(folder, 'cache'),
      out: join(folder, 'other'),
      formats: ALL_FORMATS,
      numShards: 3,
      workers: 1,
    },
  );
  return directory;
}

describe('a data set that TFDS prepared', () => {
  it('is verified without checksums, and what is not checked is said', async () => {
    const copy = join(folder, 'tfds');
    cpSync(digits.directory, copy, { recursive: true });
    for (const name of readdirSync(copy))
      if (/arrow|parquet|array_record|SHA256SUMS/.test(name)) rmSync(join(copy, name));
    const { verifyDataset } = await import('../../src/verify/verify.js');
    const shallow = await verifyDataset(copy, { cacheDir: folder });
    expect(shallow).toMatchObject({ total: 0, formats: ['tfrecord'] });
    expect(shallow.unchecked).toEqual([
      { what: 'the files by their checksums', why: expect.stringContaining('TFDS does not write') },
    ]);
    const deep = await verifyDataset(copy, {
      deep: true,
      cacheDir: folder,
      archives: digits.archives,
      definitions: [digits.definition],
    });
    expect(deep).toMatchObject({ total: 0, rows: 110 });
    changeRecords(join(copy, FIRST), (records) => [...records.slice(1), records[0]!]);
    expect(
      (
        await verifyDataset(copy, {
          deep: true,
          cacheDir: folder,
          archives: digits.archives,
          definitions: [digits.definition],
        })
      ).total,
    ).toBeGreaterThan(9);
    rmSync(copy, { recursive: true });
  });
});

describe('findDatasets', () => {
  it('finds those below a folder, and says where there is none', async () => {
    expect(await findDatasets(join(folder, 'out'))).toEqual([digits.directory]);
    expect(await findDatasets(digits.directory)).toEqual([digits.directory]);
    await expect(findDatasets(join(folder, 'archives'))).rejects.toMatchObject({
      code: 'NO_DATASET',
      exitCode: 4,
    });
    await expect(findDatasets(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'NO_DATASET' });
  });
});

describe('the layouts', () => {
  it.each(
    sample(
      [
        { image: 'tensor', index: true, arrowForm: 'stream', compression: 'none' },
        { image: 'png', index: true, compression: 'zstd' },
        { formats: ['arrow', 'parquet'], image: 'tensor' },
        { formats: ['arrow', 'parquet'], image: 'tensor', tensors: 'extension', index: true },
        { image: 'tensor', tensors: 'extension', arrowForm: 'stream' },
        { formats: ['parquet'] },
        { formats: ['array_record'] },
      ] as const,
      3,
    ),
  )('are all read: %j', async (options) => {
    const other = join(folder, 'layout');
    const { verify } = await smallDigits(other, options);
    const { faults, unchecked } = await verify();
    expect(faults).toEqual([]);
    // Without TFRecord, nothing tells what the bytes of array_record around its records should be.
    expect(unchecked).toHaveLength('formats' in options && options.formats[0] === 'array_record' ? 2 : 0);
    rmSync(other, { recursive: true });
  });
});
