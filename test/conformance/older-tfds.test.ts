import { createHash } from 'node:crypto';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import { load, open } from '../../src/index.js';
import { type Ended, PROGRAM, run } from '../fixtures/cli.js';
import { digitsRows, tfdsOrder } from '../fixtures/digits.js';
import { digestsIn, emptyFolder } from '../fixtures/folder.js';
import { prepare } from './prepared.js';
import { askReader } from './readers.js';

const ROWS = 25;

/** A data set that a version of TFDS wrote, and what runs the commands on it. */
interface Older {
  directory: string;
  run: (command: string, ...words: string[]) => Promise<Ended>;
  /** The same rows from IDX files, into the same place. */
  prepare: (...words: string[]) => Promise<Ended>;
}

async function writtenBy(context: TestContext, version: string): Promise<Older> {
  const folder = await emptyFolder();
  for (const name of ['out', 'idx']) await mkdir(join(folder, name));
  const pin = `tensorflow-datasets==${version}`;
  const words = [join(folder, 'out'), join(folder, 'idx')];
  expect(await askReader(context, 'write_older_tfds.py', words, 'requirements-old-tfds.txt', pin)).toBe(
    version,
  );
  await writeFile(join(folder, 'names'), 'a\nb\nc\nd\n');
  const about = { cwd: folder, env: { IDX_SHARDS_CACHE: join(folder, 'cache') } };
  const idx = (split: string): string[] => [`--${split}`, `idx/${split}-images`, `idx/${split}-labels`];
  const own = ['--name', 'older', ...idx('train'), ...idx('test'), '--class-names', 'names'];
  return {
    directory: join(folder, 'out/older/1.0.0'),
    run: (command, ...more) =>
      run(process.execPath, [PROGRAM, command, ...(command === 'define' ? own : []), ...more], about),
    prepare: (...more) => run(process.execPath, [PROGRAM, 'prepare', '--out', 'out', ...own, ...more], about),
  };
}

/** Every way in which an example may have its features, of which any number is found. */
const ORDERS = String.raw`order of the features: (?:(?:image, label|label, image) in \d+ examples?(?:; )?)+ \(TFDS leaves it open`;

describe.for(['4.1.0', '4.4.0', '4.5.2'])('a data set that TFDS %s wrote', (version) => {
  it('is read by every command, and is the one that is asked for', async (context) => {
    const older = await writtenBy(context, version);
    const { directory } = older;
    const before = await digestsIn(directory);
    const writer = version === '4.5.2' ? '4\\.5' : '4\\.0 to 4\\.4';

    const definition = await older.run('define', '--out', 'idx/older.json');
    expect(definition).toMatchObject({ code: 0 });
    const deep = ['--deep', '--archives', 'idx', '--definition', 'idx/older.json'];
    const verified = await older.run('verify', directory, ...deep);
    expect(verified).toMatchObject({ code: 0, stderr: '' });
    expect(verified.stdout).toMatch(
      new RegExp(
        `^older 1\\.0\\.0, as TFDS ${writer} writes it, is whole and right, every row of it: 5 files`,
      ),
    );
    expect(verified.stdout).toMatch(new RegExp(ORDERS));
    expect(verified.stdout).toContain('not checked: the files by their checksums');
    expect(verified.stdout).not.toContain('against its archives');

    const { info } = await open(directory);
    expect(info).toMatchObject({
      name: 'older',
      supervisedKeys: ['image', 'label'],
      formats: ['tfrecord'],
      features: [
        { name: 'image', kind: 'image', dtype: 'uint8', shape: [8, 8, 1] },
        { name: 'label', kind: 'label', classes: 4 },
      ],
    });
    expect(info.classNames.get('label')).toEqual(['a', 'b', 'c', 'd']);
    const labels = [0, 0, 0, 0];
    for await (const [, label] of await load(directory, { split: 'all', asSupervised: true }))
      labels[label]!++;
    expect(labels).toEqual([7, 6, 6, 6]);

    expect(await older.run('show', directory, '--split', 'train[:1]')).toMatchObject({ code: 0, stderr: '' });
    expect(await older.prepare()).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('is there already and was left alone'),
    });
    expect(await digestsIn(directory)).toEqual(before);

    expect(await older.run('catalog', directory)).toMatchObject({ code: 0, stderr: '' });
    expect(await readFile(join(directory, 'catalog/catalog.md'), 'utf8')).toContain('Image(shape=(8, 8, 1)');
    expect((await stat(join(directory, 'catalog/explorer.html'))).isFile()).toBe(true);
  });
});

describe('TFDS 4.6.0, the oldest that was found to', () => {
  it('reads every row of what is prepared today', async (context) => {
    const directory = await prepare(await emptyFolder(), ['--dataset', 'digits', '--num-shards', '3']);
    const words = ['requirements-old-tfds.txt', 'tensorflow-datasets==4.6.0'] as const;
    const answer = await askReader(context, 'read_with_old_tfds.py', [directory], ...words);
    const splits = [
      ['train', 'train', 6000],
      ['test', 't10k', 1000],
    ] as const;
    expect(answer).toEqual({
      version: '4.6.0',
      splits: Object.fromEntries(
        splits.map(([split, prefix, rows]) => {
          const { images, labels } = digitsRows(prefix);
          const order = tfdsOrder(split, rows);
          const samples = createHash('sha256');
          for (const row of order) samples.update(images.subarray(row * 784, (row + 1) * 784));
          return [split, { labels: order.map((row) => labels[row]), samples: samples.digest('hex') }];
        }),
      ),
    });
  });
});

describe('a data set that the oldest TFDS wrote which installs', () => {
  it('is checked as far as it can be, and refused with the reason', async (context) => {
    const older = await writtenBy(context, '3.0.0');
    const { directory } = older;
    const before = await digestsIn(directory);
    const verified = await older.run('verify', directory, '--deep');
    expect(verified).toMatchObject({ code: 0, stderr: '' });
    expect(verified.stdout).toMatch(
      /^older 1\.0\.0, as TFDS 3\.2\.1 or older writes it, is whole, every record of it by its own checksum: 5 files/,
    );
    expect(verified.stdout).toContain('not checked: what the examples hold (there is no features.json');

    // What a definition says of the rows takes the place of what TFDS did not write.
    expect(await older.run('define', '--out', 'idx/older.json')).toMatchObject({ code: 0 });
    const deep = ['--deep', '--archives', 'idx', '--definition', 'idx/older.json'];
    const defined = await older.run('verify', directory, ...deep);
    expect(defined).toMatchObject({ code: 0, stderr: '' });
    expect(defined.stdout).toMatch(/is whole and right, every row of it/);
    expect(defined.stdout).toContain('not checked: features.json (');

    for (const command of ['show', 'catalog'])
      expect(await older.run(command, directory)).toMatchObject({
        code: 4,
        stderr: expect.stringContaining('has no features.json: nothing says what its examples hold'),
      });
    expect(await older.prepare()).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(
        '  found:    older 1.0.0 as TFDS 3.2.1 or older writes it, without features.json\n',
      ),
    });
    expect(await digestsIn(directory)).toEqual(before);

    const replaced = await older.prepare('--overwrite');
    expect(replaced.stderr).toContain('out/older/1.0.0 will be replaced: it holds older 1.0.0 as TFDS 3.2.1');
    expect(replaced.code).toBe(0);
    let pairs = 0;
    for await (const _ of await load(directory, { split: 'all', asSupervised: true })) pairs++;
    expect(pairs).toBe(ROWS);
  });
});
