import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ended, PROGRAM, run, start } from '../fixtures/cli.js';
import { GOLDEN } from '../fixtures/digits.js';
import { FAKE_ACCESS, FAKE_BUCKET, FAKE_SECRET, FakeS3 } from '../fixtures/fake-s3.js';
import { emptyFolder, everythingIn, sha256 } from '../fixtures/folder.js';
import { times } from '../sample.js';

let fake: FakeS3;

beforeEach(async () => {
  fake = await FakeS3.start();
});
afterEach(() => fake.stop());

const OUT = `s3://${FAKE_BUCKET}/data sets`;

/** What a process gets that prepares `digits` into the bucket, with its own folders. */
async function surroundings() {
  const [cache, scratch] = [await emptyFolder(), await emptyFolder()];
  const env = { ...fake.settings(), IDX_SHARDS_CACHE: cache };
  const words = ['prepare', '--dataset', 'digits', '--out', OUT, '--workers', '1', '--scratch', scratch];
  const again = (...more: readonly string[]) => run(process.execPath, [PROGRAM, ...words, ...more], { env });
  return { env, words, scratch, again };
}

/** What lies below the prefix of the data set, SHA-256 by file; all else as it is called. */
function stored(): Record<string, string> {
  const prefix = 'data sets/digits/1.0.0/';
  const named = [...fake.objects].map(([key, { bytes }]) => [
    key.startsWith(prefix) ? key.slice(prefix.length) : key,
    sha256(bytes),
  ]);
  return Object.fromEntries(named);
}

describe('prepare into object storage', () => {
  it('makes what it makes in a folder, leaves nothing else, and does nothing the next time', async () => {
    const { scratch, again } = await surroundings();
    const first = await again();
    expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining(`${OUT}/digits/1.0.0`) });
    expect(stored()).toEqual(GOLDEN);
    expect(await everythingIn(scratch)).toEqual([]);
    const puts = fake.count('PutObject');
    const second = await again('--json');
    const events = second.stdout
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(second.code).toBe(0);
    expect(events.at(-1)).toMatchObject({
      event: 'done',
      state: 'existing',
      directory: `${OUT}/digits/1.0.0`,
    });
    expect(fake.count('PutObject')).toBe(puts);
    for (const { stdout, stderr } of [first, second])
      for (const secret of [FAKE_ACCESS, FAKE_SECRET]) expect(stdout + stderr).not.toContain(secret);
  });

  it('is killed at a request, and the next run ends what it began', async () => {
    const { env, words, again } = await surroundings();
    // How many requests a whole run makes.
    expect((await again()).code).toBe(0);
    const whole = fake.requests.length;
    const tries = times(12, 3);
    for (let number = 0; number < tries; number++) {
      fake.objects.clear();
      const before = fake.requests.length;
      const child = start(process.execPath, [PROGRAM, ...words], { env });
      const end = ended(child);
      fake.at(before + Math.ceil(((number + 0.5) * whole) / tries), () => child.kill('SIGKILL'));
      expect((await end).code).toBeNull();
      expect(await again()).toMatchObject({ code: 0 });
      expect(withoutProbes(stored())).toEqual(GOLDEN);
    }
  });

  it('goes on where its credentials expired', async () => {
    const { again } = await surroundings();
    fake.at(20, () => {
      fake.expired = true;
    });
    expect(await again()).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('the credentials for the storage have expired'),
    });
    fake.expired = false;
    expect((await again()).code).toBe(0);
    expect(stored()).toEqual(GOLDEN);
  });

  it('is refused, with the reason and with nothing written', async () => {
    const { again } = await surroundings();
    fake.ignoresConditions = true;
    const unsafe = await again();
    expect(unsafe).toMatchObject({ code: 2, stderr: expect.stringContaining('[STORAGE_UNSAFE]') });
    fake.ignoresConditions = false;
    for (const words of [['--overwrite'], ['--max-shard-size', '1MiB'], ['--wait']])
      expect(await again(...words)).toMatchObject({ code: 2, stderr: expect.stringContaining('[USAGE]') });
    expect(stored()).toEqual({});
  });

  it('tells what it would do, and removes what a run left that broke off', async () => {
    const { again } = await surroundings();
    const plan = await again('--dry-run');
    expect(plan).toMatchObject({ code: 0, stdout: expect.stringContaining(OUT) });
    expect(stored()).toEqual({});
    fake.at(fake.requests.length + 25, () => {
      fake.expired = true;
    });
    expect((await again()).code).toBe(3);
    fake.expired = false;
    expect(Object.keys(stored()).length).toBeGreaterThan(0);
    expect((await again('--clean')).code).toBe(0);
    expect(withoutProbes(stored())).toEqual({});
  });
});

/** A run that is killed while it tries the storage leaves three bytes: docs/storage.md says so. */
function withoutProbes(files: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).filter(([key]) => !key.includes('/probe-')));
}
