import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { smallArchives } from '../fixtures/archives.js';
import { lines, PROGRAM, PROJECT, prepareCli, run } from '../fixtures/cli.js';
import { digestsIn, emptyFolder, everythingIn } from '../fixtures/folder.js';
import { ownDataset } from '../fixtures/own-dataset.js';
import { sample, times } from '../sample.js';

/** Runs the command in an empty folder, which `out` and `cache` lie in; tells what is there afterwards. */
async function runIn(...words: string[]) {
  const folder = await emptyFolder();
  const ended = await prepareCli(words, join(folder, 'cache'), { cwd: folder });
  return { folder, ...ended, left: await everythingIn(folder) };
}

describe('what only tells', () => {
  it('--help names every option, exit codes and how to begin', async () => {
    const { code, stdout, stderr, left } = await runIn('--help');
    expect({ code, stderr, left }).toEqual({ code: 0, stderr: '', left: [] });
    const options = [
      '--dataset',
      '--out',
      '--archives',
      '--formats',
      '--image',
      '--tensors',
      '--index',
      '--compression',
      '--arrow-stream',
      '--workers',
      '--num-shards',
      '--max-shard-size',
      '--overwrite',
      '--dry-run',
      '--json',
      '--quiet',
      '--list',
      '--version',
      '--help',
    ];
    for (const option of options) expect(stdout).toMatch(new RegExp(`^ +(-\\w, )?${option}\\b`, 'm'));
    expect(stdout).toContain('$ idx-shards prepare --out ./data');
    expect(stdout).toContain('Exit codes: 0 done, 2 usage, 3 network, 4 integrity, 5 disk, 130 interrupted.');
  });

  it("--version tells the package's", async () => {
    const manifest: unknown = JSON.parse(await readFile(join(PROJECT, 'package.json'), 'utf8'));
    const { code, stdout, stderr } = await runIn('--version');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(manifest).toMatchObject({ version: stdout.trimEnd() });
  });

  it('--list names the data sets with their rows', async () => {
    const { code, stdout, stderr, left } = await runIn('--list');
    expect({ code, stderr, left }).toEqual({ code: 0, stderr: '', left: [] });
    expect(stdout).toMatch(/^digits +1\.0\.0 +train 6,000, test 1,000\n {4}Ten digits/m);
    expect(stdout).toMatch(
      /^mnist +3\.0\.1 +train 60,000, test 10,000, 11\.1 MiB to download\n {4}The MNIST database/m,
    );
    expect(stdout).toMatch(/^emnist\/byclass .*\n {4}EMNIST ByClass \(what emnist alone stands for\)\.$/m);
    expect(stdout).toMatch(/^pneumonia_mnist .*\n {4}The PneumoniaMNIST is based on .* images\.$/m);
    expect(stdout).toMatch(/^quickdraw_bitmap .* 36\.8 GiB to download\n.* \(not among all\)\.$/m);
  });

  it('--list --json tells the same', async () => {
    const { code, stdout } = await runIn('--list', '--json');
    expect(code).toBe(0);
    expect(lines(stdout)).toContainEqual({
      event: 'dataset',
      name: 'mnist',
      version: '3.0.1',
      splits: [
        { split: 'train', rows: 60000 },
        { split: 'test', rows: 10000 },
      ],
      bytes: 11_594_722,
      description: 'The MNIST database of handwritten digits.',
    });
  });
});

describe('--dry-run', () => {
  it('says what would be done, and does nothing', async () => {
    const { code, stdout, stderr, left } = await runIn('--dry-run', '--out', 'out', '--num-shards', '4');
    expect({ code, stderr, left }).toEqual({ code: 0, stderr: '', left: [] });
    expect(stdout).toMatch(/^mnist 3\.0\.1 would go to out.mnist.3\.0\.1 \(new\)\n/);
    expect(stdout).toContain(
      '  train-images-idx3-ubyte.gz  9.5 MiB  from https://storage.googleapis.com/cvdf-datasets/mnist/train-images-idx3-ubyte.gz\n',
    );
    expect(stdout).toContain('  train  60,000 rows  4 shards\n  test  10,000 rows  4 shards\n');
  });

  it('--json says the same', async () => {
    const { code, stdout, left } = await runIn('--dry-run', '--json', '--out', 'out', '--dataset', 'digits');
    expect({ code, left }).toEqual({ code: 0, left: [] });
    expect(lines(stdout)).toEqual([
      {
        event: 'plan',
        dataset: 'digits',
        name: 'digits',
        version: '1.0.0',
        directory: join('out', 'digits', '1.0.0'),
        target: 'new',
        archives: expect.arrayContaining([
          { file: 'train-images-idx3-ubyte.gz', bytes: 984127, from: 'drawn here' },
        ]),
        origins: [{ from: 'drawn here', archives: 4, bytes: expect.any(Number) }],
        splits: [
          { name: 'train', rows: 6000, shards: '1 shard' },
          { name: 'test', rows: 1000, shards: '1 shard' },
        ],
        formats: ['tfrecord', 'arrow', 'parquet'],
        forTfds: true,
        space: {
          needed: expect.any(Number),
          free: expect.any(Number),
          downloads: { archives: 0, bytes: 0, directory: expect.any(String), free: expect.any(Number) },
          isOneDisk: expect.any(Boolean),
        },
        seconds: expect.any(Number),
        workers: expect.any(Number),
      },
    ]);
  });

  it('sums up where many archives come from, and tells of what is to be downloaded', async () => {
    const words = ['--dry-run', '--out', 'out', '--dataset', 'quickdraw_bitmap', '--workers', '2'];
    const { code, stdout, left } = await runIn(...words);
    expect({ code, left }).toEqual({ code: 0, left: [] });
    const size = /[\d.]+ [KMGT]iB/.source;
    expect(stdout.split('\n')).toEqual([
      `quickdraw_bitmap 3.0.0 would go to ${join('out', 'quickdraw_bitmap', '3.0.0')} (new)`,
      'Archives: 345, 36.8 GiB (each by its name: --json)',
      '  345 archives  36.8 GiB  from https://storage.googleapis.com/quickdraw_dataset/full/numpy_bitmap/',
      'Splits:',
      '  train  50,426,266 rows  1 to 512 shards, by the size of the encoded rows',
      'Formats: tfrecord, arrow, parquet',
      expect.stringMatching(`^Disk: ${size} at least, ${size} free(: TOO LITTLE)?$`),
      expect.stringMatching(`^Downloads: 36\\.8 GiB into .*, ${size} free(: TOO LITTLE)?$`),
      'Time: some 22 minutes for 2 workers once the archives are there, by docs/benchmarks.md',
      '',
    ]);
    const [plan] = lines((await runIn(...words, '--json')).stdout);
    expect(plan?.['archives']).toHaveLength(345);
    expect(plan).toMatchObject({ space: { downloads: { archives: 345, bytes: 39_534_220_144 } } });
  });

  it('knows what is at the target and in the archives, and touches neither', async () => {
    const own = await ownDataset(smallArchives());
    expect((await own.prepare()).code).toBe(0);
    const before = await everythingIn(own.folder);
    const { stdout } = await own.prepare('--dry-run');
    expect(stdout).toContain('(complete, to be left alone)');
    expect(stdout).toContain(`from ${join('archives', 'train-labels-idx1-ubyte.gz')}\n`);
    expect((await own.prepare('--dry-run', '--overwrite')).stdout).toContain(
      '(to be replaced: own 1.0.0 as idx-shards writes it)',
    );
    expect(await everythingIn(own.folder)).toEqual(before);
  });

  it('finds more shards than rows', async () => {
    const { code, stderr, left } = await runIn(
      '--dry-run',
      '--out',
      'out',
      '--dataset',
      'digits',
      '--num-shards',
      '1001',
    );
    expect({ code, left }).toEqual({ code: 2, left: [] });
    expect(stderr).toContain('[SHARD_COUNT]');
  });
});

describe('what the command does not understand', () => {
  it.each(
    sample(
      [
        { words: [], says: '--out is missing' },
        { words: ['--out'], says: "'--out <dir>' argument missing" },
        { words: ['--out', 'out', '--nope'], says: "unknown option '--nope'" },
        { words: ['--out', 'out', 'extra'], says: 'too many arguments' },
        { words: ['--out', 'out', '--workers', '0'], says: '--workers takes a whole number' },
        { words: ['--out', 'out', '--workers', '257'], says: '--workers takes a whole number' },
        { words: ['--out', 'out', '--workers', 'two'], says: '--workers takes a whole number' },
        { words: ['--out', 'out', '--workers', '1.5'], says: '--workers takes a whole number' },
        { words: ['--out', 'out', '--workers', ''], says: '--workers takes a whole number' },
        { words: ['--out', 'out', '--num-shards', '-1'], says: '--num-shards takes a whole number' },
        { words: ['--out', 'out', '--num-shards', '1e3'], says: '--num-shards takes a whole number' },
        { words: ['--out', 'out', '--num-shards', '0x10'], says: '--num-shards takes a whole number' },
        { words: ['--out', 'out', '--formats', 'csv'], says: 'there is no format named csv' },
        { words: ['--out', 'out', '--formats', 'parquet,,arrow'], says: 'there is no format named ' },
        { words: ['--out', 'out', '--formats', ''], says: 'there is no format named ' },
        { words: ['--out', 'out', '--max-shard-size', '0'], says: '--max-shard-size takes a size' },
        { words: ['--out', 'out', '--max-shard-size', '5 parsecs'], says: '--max-shard-size takes a size' },
        { words: ['--out', 'out', '--max-shard-size', 'NaN'], says: '--max-shard-size takes a size' },
        {
          words: ['--out', 'out', '--num-shards', '2', '--max-shard-size', '1M'],
          says: 'cannot be used with option',
        },
      ],
      4,
    ),
  )('$words', async ({ words, says }) => {
    const { code, stdout, stderr, left } = await runIn(...words);
    expect({ code, stdout, left }).toEqual({ code: 2, stdout: '', left: [] });
    expect(stderr).toMatch(/^error: .* \[USAGE\]\n/);
    expect(stderr).toContain(says);
    expect(stderr).toMatch(/\n {2}next: {5}See --help\.\n$/);
  });

  it('a format that is not there: the known ones are named', async () => {
    const { code, stdout, stderr, left } = await runIn('--out', 'out', '--formats', 'tfrecord,tfrecords');
    expect({ code, stdout, left }).toEqual({ code: 2, stdout: '', left: [] });
    expect(stderr).toBe(
      [
        'error: there is no format named tfrecords [USAGE]',
        '  expected: tfrecord, array_record, arrow, parquet',
        '  found:    tfrecords',
        '  next:     See --help.\n',
      ].join('\n'),
    );
  });

  it.each([
    { option: '--compression', given: 'gzip', known: 'snappy, zstd, none' },
    { option: '--image', given: 'jpeg', known: 'png, tensor' },
  ])('$option $given: the known ones are named', async ({ option, given, known }) => {
    const { code, stdout, stderr, left } = await runIn('--out', 'out', option, given);
    expect({ code, stdout, left }).toEqual({ code: 2, stdout: '', left: [] });
    expect(stderr).toMatch(
      new RegExp(
        `^error: option '${option} <\\w+>' argument '${given}' is invalid\\. .*${known}\\. \\[USAGE\\]\\n`,
      ),
    );
  });

  it('a data set that is not there: the known ones are named', async () => {
    const { code, stdout, stderr, left } = await runIn('--out', 'out', '--dataset', 'mnits');
    expect({ code, stdout, left }).toEqual({ code: 2, stdout: '', left: [] });
    expect(stderr).toMatch(
      /^error: there is no data set named mnits \[UNKNOWN_DATASET\]\n {2}expected: .*\bdigits\b.*\bmnist\b/,
    );
  });

  it.each(sample(['../../package', '/etc/passwd', '', 'digits.json'], 1))(
    'a path is no data set: %j',
    async (name) => {
      expect((await runIn('--out', 'out', '--dataset', name)).stderr).toContain('[UNKNOWN_DATASET]');
    },
  );

  it('with --json the error is an event as well', async () => {
    const { code, stdout } = await runIn('--json', '--nope');
    expect(code).toBe(2);
    expect(lines(stdout)).toEqual([
      { event: 'error', code: 'USAGE', message: "unknown option '--nope'", next: 'See --help.' },
    ]);
  });

  it('more shards than rows: exit 2, and nothing stays', async () => {
    const own = await ownDataset(smallArchives());
    const { code, stderr } = await own.prepare('--num-shards', '25');
    expect(code).toBe(2);
    expect(stderr).toContain('[SHARD_COUNT]');
    expect(stderr).toContain('the split test cannot be cut into 25 shards');
    expect(await everythingIn(own.folder)).not.toContain('out/');
  });

  it('more shards than rows, while shards of another split are written: exit 2 each time', async () => {
    const own = await ownDataset(smallArchives());
    for (let time = 0; time < times(3, 1); time++) {
      const { code, stderr } = await own.prepare('--num-shards', `${23 + time}`, '--quiet', '--workers', '2');
      expect({ code, errors: stderr.match(/^error: .*\[SHARD_COUNT\]$/gm)?.length }).toEqual({
        code: 2,
        errors: 1,
      });
      expect(stderr.split('\n')).toHaveLength(5);
      expect(await everythingIn(own.folder)).not.toContain('out/');
    }
  });

  it('shards smaller than a record: exit 2, and nothing stays', async () => {
    const own = await ownDataset(smallArchives());
    const { code, stderr } = await own.prepare('--max-shard-size', '100B');
    expect(code).toBe(2);
    expect(stderr).toMatch(/expected: records of at most 100 bytes\n {2}found: {4}one of \d+ bytes\n/);
    expect(await everythingIn(own.folder)).not.toContain('out/');
  });
});

describe('what a run prints', () => {
  it('is its result on stdout and its progress on stderr, without colours', async () => {
    const own = await ownDataset(smallArchives());
    const { code, stdout, stderr } = await own.prepare();
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^Prepared own 1\.0\.0: 50 examples, [\d.]+ KiB in [\d.]+ s\n {2}out.own.1\.0\.0\n/,
    );
    expect(stdout).toMatch(/^ {2}train +30 rows +1 shard +[\d.]+ KiB$/m);
    expect(stdout).toContain("tfds.builder_from_directory('out/own/1.0.0')");
    expect(stdout).toContain("FROM 'out/own/1.0.0/own-train-*.parquet'");
    expect(stderr).toMatch(/^split train: 30 rows encoded$/m);
    expect(stderr).toMatch(/^wrote own-test\.tfrecord-00000-of-00001: 20 rows, [\d.]+ KiB$/m);
    expect(stderr).toMatch(/^wrote own-test-00000-of-00001\.arrow: 20 rows, [\d.]+ KiB$/m);
    expect(stderr).toMatch(/^wrote own-train-00000-of-00001\.parquet: 30 rows, [\d.]+ KiB$/m);
    expect(stdout + stderr).not.toContain('\u001b');
  });

  it('is the directory alone with --quiet', async () => {
    const own = await ownDataset(smallArchives());
    expect(await own.prepare('--quiet')).toEqual({ code: 0, stdout: 'out/own/1.0.0\n', stderr: '' });
  });

  it('is an event a line with --json, the last one `done`', async () => {
    const own = await ownDataset(smallArchives());
    const { code, stdout, stderr } = await own.prepare('--json', '--quiet', '--num-shards', '2');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const events = lines(stdout);
    expect(events.map(({ event }) => event).sort()).toEqual([
      ...new Array(4).fill('archive'),
      'done',
      ...new Array(2).fill('encode'),
      ...new Array(2).fill('shards'),
      ...new Array(12).fill('write'),
    ]);
    expect(events.at(-1)).toEqual({
      event: 'done',
      dataset: 'own',
      name: 'own',
      version: '1.0.0',
      directory: 'out/own/1.0.0',
      formats: expect.arrayContaining(['tfrecord']),
      state: 'prepared',
      splits: [
        { name: 'train', numBytes: expect.any(Number), shardLengths: [15, 15] },
        { name: 'test', numBytes: expect.any(Number), shardLengths: [10, 10] },
      ],
      steps: Object.fromEntries(
        ['space', 'archives', 'encode', 'write', 'manifest', 'publish'].map((step) => [
          step,
          expect.any(Number),
        ]),
      ),
      seconds: expect.any(Number),
    });
    const digests = await digestsIn(own.target);
    const writes = events.filter(({ event }) => event === 'write');
    expect(writes.map(({ file }) => file).sort()).toEqual(
      Object.keys(digests).filter((file) => file.startsWith('own-')),
    );
    for (const { file, sha256, format, split, rows, bytes } of writes) {
      expect(digests).toMatchObject({ [String(file)]: sha256 });
      expect(String(file)).toMatch(new RegExp(`^own-${split}\\b.*\\b${format}\\b`));
      expect(rows).toBe(split === 'train' ? 15 : 10);
      expect(bytes).toBe((await stat(join(own.target, String(file)))).size);
    }
    expect(events.filter(({ event }) => event === 'shards')).toEqual([
      { event: 'shards', dataset: 'own', split: 'train', files: 6 },
      { event: 'shards', dataset: 'own', split: 'test', files: 6 },
    ]);
  });
});

// cmd.exe knows neither `head` nor this way to close a pipe.
describe.skipIf(process.platform === 'win32')('a reader that closes its end early', () => {
  it.each(['', '2>&1'])('takes nothing from the run: ... %s | head -1', async (redirection) => {
    const folder = await emptyFolder();
    // `head` ends before the run prints more, since it waits for the first line only; the run tells its own exit code.
    const script = `{ "$0" "$1" prepare --dataset digits --json --out out ${redirection}; echo $? >code; } | head -n 1`;
    const { stdout, code } = await run('sh', ['-c', script, process.execPath, PROGRAM], {
      cwd: folder,
      env: { IDX_SHARDS_CACHE: join(folder, 'cache') },
    });
    expect(code).toBe(0);
    expect(stdout.split('\n')).toHaveLength(2);
    expect(await readFile(join(folder, 'code'), 'utf8')).toBe('0\n');
    expect(await everythingIn(join(folder, 'out/digits'))).toHaveLength(11);
  });
});
