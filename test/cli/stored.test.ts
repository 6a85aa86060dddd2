import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ended, lines, PROGRAM, prepareCli, run, start } from '../fixtures/cli.js';
import { FAKE_BUCKET, FakeS3 } from '../fixtures/fake-s3.js';
import { digestsIn, emptyFolder, everythingIn, newFolder } from '../fixtures/folder.js';
import { putFolder } from '../fixtures/put-folder.js';
import { useS3Settings } from '../fixtures/s3-settings.js';

const DATA_DIR = `s3://${FAKE_BUCKET}/data`;
const DIRECTORY = `${DATA_DIR}/digits/1.0.0`;

let folder: string;
let fake: FakeS3;
let cache: string;
let local: string;

beforeAll(async () => {
  folder = await newFolder();
  const words = [
    '--dataset',
    'digits',
    '--quiet',
    '--out',
    join(folder, 'out'),
    '--formats',
    'tfrecord,parquet',
  ];
  local = (await prepareCli(words, join(folder, 'cache'))).stdout.trim();
  fake = await FakeS3.start();
  useS3Settings(fake.settings());
  await putFolder(DATA_DIR, join(folder, 'out'));
});
afterAll(async () => {
  await fake.stop();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  cache = await emptyFolder();
  fake.requests.length = 0;
});

const surroundings = () => ({
  cwd: folder,
  env: { ...fake.settings({ AWS_REGION: 'us-east-1' }), IDX_SHARDS_CACHE: cache },
});
const command = (...words: string[]) => run(process.execPath, [PROGRAM, ...words], surroundings());
/** Names of the shards that were fetched, without their numbers. */
const fetched = (): string[] =>
  fake.requests
    .filter(({ operation, key }) => operation === 'GetObject' && /-of-/.test(key))
    .map(({ key }) => key.replace(/^.*\//, ''))
    .sort();
const filesIn = async (path: string): Promise<string[]> =>
  ((await everythingIn(path)) ?? []).filter((name) => !name.endsWith('/'));

const SHARDS = [
  'digits-test-00000-of-00001.parquet',
  'digits-test.tfrecord-00000-of-00001',
  'digits-train-00000-of-00001.parquet',
  'digits-train.tfrecord-00000-of-00001',
];

describe('commands on object storage', () => {
  it('verify every data set below a prefix by their manifests, and deeply by every file', async () => {
    const shallow = await command('verify', DATA_DIR);
    expect(shallow).toMatchObject({ code: 0, stderr: '' });
    expect(shallow.stdout).toMatch(
      /^digits 1\.0\.0 is whole, by its manifests and the sizes of its files: 8 files, .*\n {2}not checked: the files by their checksums \(4 files, [\d.]+ MiB: --deep fetches them; their sizes are as listed\)\n$/,
    );
    expect(fetched()).toEqual([]);
    const deep = await command('verify', `${DATA_DIR}/`, '--deep');
    expect(deep.stdout).toMatch(/^digits 1\.0\.0 is whole and right, every row of it: /);
    expect(deep.stderr).toMatch(
      /^fetching 4 files, [\d.]+ MiB, from s3:\/\/fake-bucket\/data\/digits\/1\.0\.0 to \S+\/datasets\/[0-9a-f]{64}\n$/,
    );
    expect(fetched()).toEqual(SHARDS);
    const events = lines((await command('verify', DATA_DIR, '--deep', '--json')).stdout);
    expect(events).toMatchObject([
      { event: 'fetch', from: DIRECTORY, files: 4 },
      { event: 'unchecked' },
      { event: 'unchecked' },
      { event: 'verified', directory: DIRECTORY, whole: true },
    ]);
  });

  it('verify finds what is damaged, and ends with 4', async () => {
    const key = `data/digits/1.0.0/${SHARDS[0]}`;
    const object = fake.objects.get(key)!;
    const bytes = Buffer.from(object.bytes);
    bytes[1000]! ^= 1;
    fake.objects.set(key, { bytes, checksum: undefined });
    try {
      const { code, stderr } = await command('verify', DIRECTORY, '--deep', '--quiet');
      expect(code).toBe(4);
      expect(stderr).toContain(
        `${SHARDS[0]}: ${SHARDS[0]} has another checksum than the one stored [FILE_CHECKSUM]\n`,
      );
      expect(stderr).toContain(`${DIRECTORY}: not as it should be`);
    } finally {
      fake.objects.set(key, object);
    }
  });

  it('show examples, for which no more is fetched than holds them', async () => {
    const { stdout } = await command('show', local, '--split', 'test[:4]');
    expect(await command('show', `${DATA_DIR}/digits`, '--split', 'test[:4]', '--quiet')).toEqual({
      code: 0,
      stderr: '',
      stdout,
    });
    expect(fetched()).toEqual(['digits-test.tfrecord-00000-of-00001']);
    const refused = await command('show', DIRECTORY, '--out', `${DATA_DIR}/figure.png`);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain(`--out takes a path of this machine, not ${DATA_DIR}/figure.png`);
  });

  it('write the catalog into the cache, where explore finds it, or below --out', async () => {
    const before = await command('explore', DIRECTORY);
    expect(before).toMatchObject({ code: 4, stdout: '' });
    expect(before.stderr).toContain(`idx-shards catalog ${DIRECTORY} `);
    const written = await command('catalog', DATA_DIR, '--quiet');
    expect(written).toMatchObject({ code: 0, stderr: '' });
    const catalog = written.stdout.trim();
    expect(catalog.startsWith(join(cache, 'datasets'))).toBe(true);
    const own = await command('catalog', local, '--quiet');
    const expected = await digestsIn(own.stdout.trim());
    await rm(own.stdout.trim(), { recursive: true });
    expect(await digestsIn(catalog)).toEqual(expected);
    const below = await command('catalog', DIRECTORY, '--out', 'pages', '--quiet');
    expect(below.stdout).toBe(`${join('pages', 'digits', '1.0.0', 'catalog')}\n`);
    expect(await digestsIn(join(folder, below.stdout.trim()))).toEqual(expected);
    expect([...fake.objects.keys()].filter((key) => key.includes('catalog'))).toEqual([]);

    const child = start(process.execPath, [PROGRAM, 'explore', DIRECTORY], surroundings());
    const [address] = await once(child.stdout.setEncoding('utf8'), 'data');
    const page = await fetch(String(address).trim());
    expect(page.status).toBe(200);
    const shard = await fetch(new URL(`../${SHARDS[0]}`, String(address).trim()));
    expect(Buffer.from(await shard.arrayBuffer())).toEqual(await readFile(join(local, SHARDS[0]!)));
    const exit = ended(child);
    child.kill('SIGINT');
    expect(await exit).toMatchObject({ code: 0 });
  });

  it('end with what is wrong', async () => {
    expect(await command('verify', 's3://nowhere/data')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('there is no bucket nowhere at 127.0.0.1'),
    });
    expect(await command('catalog', `${DATA_DIR}/mnist`)).toMatchObject({ code: 4 });
    expect(await command('verify', 'gs://bucket/data')).toMatchObject({ code: 2 });
    const refused = await command('regenerate', DIRECTORY);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain(`idx-shards verify ${DIRECTORY} --deep --archives <dir>`);
    expect(existsSync(join(folder, 's3:'))).toBe(false);
  });

  it.each(['verify', 'catalog', 'show'])(
    'leave nothing half where %s is interrupted while it fetches',
    async (name) => {
      const words = name === 'verify' ? [DIRECTORY, '--deep'] : [DIRECTORY];
      const child = start(process.execPath, [PROGRAM, name, ...words], surroundings());
      let letGo = (): void => {};
      const held = new Promise<void>((resolve) => {
        letGo = resolve;
      });
      const isShard = (key: string): boolean => key.includes('-of-');
      // Of the first shards, none is answered before the process has its signal.
      for (let number = 1; number < 20; number++)
        fake.at(number, ({ key }) => {
          if (!isShard(key)) return undefined;
          // A second signal would end the process at once.
          if (!child.killed) child.kill('SIGINT');
          return held;
        });
      const exit = ended(child);
      const done = await exit.finally(letGo);
      expect(done).toMatchObject({ code: 130 });
      expect(done.stderr).toContain('[INTERRUPTED]');
      expect(await filesIn(cache)).toEqual([]);
    },
  );

  it('share what two processes fetch at once', async () => {
    const both = await Promise.all(
      [0, 1].map(() => command('show', DIRECTORY, '--quiet', '--split', 'train[:2]')),
    );
    expect(both[0]).toEqual(both[1]);
    expect(both[0]).toMatchObject({ code: 0, stderr: '' });
    expect(fetched()).toEqual(['digits-train.tfrecord-00000-of-00001']);
  });
});
