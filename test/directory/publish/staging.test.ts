import { createHash } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { recover } from '../../../src/directory/publish/leftovers.js';
import { Staging } from '../../../src/directory/publish/staging.js';
import { scratchDir } from '../../scratch-dir.js';

/** The disk fails at the call that `countdown` reaches zero with, or at `every` one from there; until a test sets it, never. */
const faults = vi.hoisted(() => ({ countdown: Number.POSITIVE_INFINITY, every: false, failed: '' }));

vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs/promises')>();
  const faulty = <Words extends unknown[], Result>(
    name: string,
    call: (...words: Words) => Promise<Result>,
  ) => {
    return async (...words: Words): Promise<Result> => {
      faults.countdown--;
      if (faults.every ? faults.countdown > 0 : faults.countdown !== 0) return call(...words);
      faults.failed = name;
      throw Object.assign(new Error(`EIO: i/o error, ${name}`), { code: 'EIO', syscall: name });
    };
  };
  return {
    ...real,
    mkdir: faulty('mkdir', real.mkdir),
    open: faulty('open', real.open),
    rename: faulty('rename', real.rename),
    rm: faulty('rm', real.rm),
  };
});

afterEach(() => {
  faults.countdown = Number.POSITIVE_INFINITY;
});

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

async function filesOf(dir: string): Promise<Record<string, string>> {
  const names = await readdir(dir);
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(dir, name), 'utf8')] as const)),
  );
}

/** Stages two files, one of them as a worker would write it. */
async function stage(target: string): Promise<Staging> {
  const staging = await Staging.open(target);
  await staging.writeText('features.json', '{"ō": 1}');
  await writeFile(staging.path('tiny-train'), 'the shard');
  await staging.add('tiny-train', sha256('the shard'));
  return staging;
}

const STAGED = {
  'features.json': '{"ō": 1}',
  'tiny-train': 'the shard',
  SHA256SUMS: `${sha256('{"ō": 1}')}  features.json\n${sha256('the shard')}  tiny-train\n`,
};

/** A target that holds an older data set. */
async function olderTarget(): Promise<string> {
  const target = join(await scratchDir(), '1.2.3');
  await mkdir(target);
  await writeFile(join(target, 'older'), 'older');
  return target;
}

describe('Staging', () => {
  it('makes a directory beside the target, named as TFDS names its own', async () => {
    const target = join(await scratchDir(), '1.2.3');
    const staging = await Staging.open(target);
    const directory = dirname(staging.path('x'));
    expect(dirname(directory)).toBe(dirname(target));
    expect(basename(directory)).toMatch(/^incomplete\.idx-shards-[0-9a-f]{6}_1\.2\.3$/);
    expect(await readdir(dirname(target))).toEqual([basename(directory)]);
    expect(await readdir(directory)).toEqual([]);
  });

  it('gives every run a directory of its own', async () => {
    const target = join(await scratchDir(), '1.2.3');
    const runs = await Promise.all([Staging.open(target), Staging.open(target), Staging.open(target)]);
    expect(new Set(runs.map((staging) => staging.path('x'))).size).toBe(3);
  });

  it.each([
    [0o022, 0o755],
    [0o027, 0o750],
  ])('follows the umask %o', async (umask, mode) => {
    if (process.platform === 'win32') return; // Windows has no such modes.
    const target = join(await scratchDir(), '1.2.3');
    const before = process.umask(umask);
    try {
      const staging = await stage(target);
      await staging.publish({ replace: true });
    } finally {
      process.umask(before);
    }
    expect((await stat(target)).mode & 0o777).toBe(mode);
    expect((await stat(join(target, 'features.json'))).mode & 0o777).toBe(mode & 0o666);
  });

  it('publishes nothing by itself', async () => {
    const target = join(await scratchDir(), '1.2.3');
    await stage(target);
    await expect(stat(target)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('publishes every file, and checksums that hold', async () => {
    const target = join(await scratchDir(), '1.2.3');
    await (await stage(target)).publish({ replace: true });
    expect(await filesOf(target)).toEqual(STAGED);
    expect(await readdir(dirname(target))).toEqual(['1.2.3']);
  });

  it('replaces what was there, all of it', async () => {
    const target = await olderTarget();
    await mkdir(join(target, 'folder'));
    await (await stage(target)).publish({ replace: true });
    expect(await filesOf(target)).toEqual(STAGED);
    expect(await readdir(dirname(target))).toEqual(['1.2.3']);
  });

  it('replaces an empty directory', async () => {
    const target = join(await scratchDir(), '1.2.3');
    await mkdir(target);
    await (await stage(target)).publish({ replace: true });
    expect(await filesOf(target)).toEqual(STAGED);
    expect(await readdir(dirname(target))).toEqual(['1.2.3']);
  });

  it.each(['a folder', 'a file', 'a link'])(
    'without replace, puts nothing in the place of what came to stand there: %s',
    async (what) => {
      const target = join(await scratchDir(), '1.2.3');
      const staging = await stage(target);
      const mine = join(dirname(target), 'mine');
      await mkdir(mine);
      await writeFile(join(mine, 'thesis'), 'years of work');
      if (what === 'a folder') await rename(mine, target);
      else if (what === 'a file') await rename(join(mine, 'thesis'), target);
      else await symlink(mine, target);
      const before = await lstat(target, { bigint: true });
      await expect(staging.publish({ replace: false })).rejects.toMatchObject({ code: 'OUTPUT_OCCUPIED' });
      await staging.discard();
      const { ino, mtimeNs } = await lstat(target, { bigint: true });
      expect({ ino, mtimeNs }).toEqual({ ino: before.ino, mtimeNs: before.mtimeNs });
    },
  );

  it('without replace, puts itself in the place of nothing and of an empty directory', async () => {
    for (const empty of [false, true]) {
      const target = join(await scratchDir(), '1.2.3');
      if (empty) await mkdir(target);
      await (await stage(target)).publish({ replace: false });
      expect(await filesOf(target)).toEqual(STAGED);
      expect(await readdir(dirname(target))).toEqual(['1.2.3']);
    }
  });

  it('leaves nothing when it is discarded, and what was there alone', async () => {
    const target = await olderTarget();
    const staging = await stage(target);
    await staging.discard();
    expect(await readdir(dirname(target))).toEqual(['1.2.3']);
    expect(await filesOf(target)).toEqual({ older: 'older' });
    await staging.discard();
  });

  it('keeps what is published when it is discarded afterwards', async () => {
    const target = join(await scratchDir(), '1.2.3');
    const staging = await stage(target);
    await staging.publish({ replace: true });
    await staging.discard();
    expect(await filesOf(target)).toEqual(STAGED);
  });

  it('writes no file twice', async () => {
    const staging = await stage(join(await scratchDir(), '1.2.3'));
    await expect(staging.writeText('features.json', '{}')).rejects.toMatchObject({
      name: 'DatasetError',
      code: 'DISK',
      message: `the file system refused while writing ${staging.path('features.json')}`,
    });
  });

  it('refuses a target below a file', async () => {
    const file = join(await scratchDir(), 'file');
    await writeFile(file, '');
    await expect(Staging.open(join(file, '1.2.3'))).rejects.toMatchObject({
      name: 'DatasetError',
      code: 'DISK',
      message: `the file system refused while making a directory for ${join(file, '1.2.3')}`,
    });
  });

  it('publishes whole data sets, whoever comes last', async () => {
    const target = join(await scratchDir(), '1.2.3');
    const [first, second] = [await stage(target), await stage(target)];
    await first.publish({ replace: true });
    await second.publish({ replace: true });
    expect(await filesOf(target)).toEqual(STAGED);
    expect(await readdir(dirname(target))).toEqual(['1.2.3']);
  });
});

describe('a disk that fails while a data set is published', () => {
  /** Publishes while the `call`-th call to the disk fails; what happened then. */
  async function publishFailing(call: number, target: string) {
    const staging = await stage(target);
    Object.assign(faults, { countdown: call, failed: '' });
    const ended = await staging.publish({ replace: true }).then(
      (unsynced) => ({ unsynced, error: undefined }),
      (error: unknown) => ({ unsynced: undefined, error }),
    );
    faults.countdown = Number.POSITIVE_INFINITY;
    await staging.discard();
    return { failed: faults.failed, ...ended };
  }

  it('leaves the older one and says so, or the new one, whatever fails once that is there', async () => {
    const calls: string[] = [];
    for (let call = 1; ; call++) {
      const target = await olderTarget();
      const { failed, error, unsynced } = await publishFailing(call, target);
      if (failed === '') break;
      calls.push(failed);
      // The second rename is the moment at which the new one is there.
      const published = calls.filter((name) => name === 'rename').length === 2 && failed !== 'rename';
      expect(await filesOf(target)).toEqual(published ? STAGED : { older: 'older' });
      if (published) expect(error).toBeUndefined();
      else expect(error).toMatchObject({ name: 'DatasetError', code: 'DISK' });
      const isUnsynced = published && failed === 'open';
      expect(unsynced?.code).toBe(isUnsynced ? 'DISK' : undefined);
      // The older one is kept as long as the rename may be undone by a loss of power, and goes with the next run.
      const beside = await readdir(dirname(target));
      if (isUnsynced) expect(await readdir(join(dirname(target), beside[1]!))).toEqual(['replaced']);
      await recover(target, async () => true);
      expect(await filesOf(target)).toEqual(published ? STAGED : { older: 'older' });
      expect(await readdir(dirname(target))).toEqual(['1.2.3']);
    }
    expect(calls).toEqual(['open', 'open', 'mkdir', 'rename', 'rename', 'open', 'rm']);
  });

  it('leaves nothing where nothing was', async () => {
    for (const call of [1, 2, 3, 4]) {
      const target = join(await scratchDir(), '1.2.3');
      const { failed, error } = await publishFailing(call, target);
      expect(error).toMatchObject({ code: 'DISK', cause: { message: `EIO: i/o error, ${failed}` } });
      expect(await readdir(dirname(target))).toEqual([]);
    }
  });

  it('gives the older one back at the next run where even putting it back failed', async () => {
    const target = await olderTarget();
    const staging = await stage(target);
    faults.countdown = 5;
    faults.every = true;
    await expect(staging.publish({ replace: true })).rejects.toMatchObject({ code: 'DISK' });
    Object.assign(faults, { countdown: Number.POSITIVE_INFINITY, every: false });
    await expect(stat(target)).rejects.toMatchObject({ code: 'ENOENT' });
    // Somebody may have made the directory again by then.
    await mkdir(target);
    await recover(target, async () => true);
    expect(await filesOf(target)).toEqual({ older: 'older' });
    expect(await readdir(dirname(target))).toEqual(['1.2.3']);
  });

  it('keeps what it had moved aside where something else came in its place', async () => {
    const target = await olderTarget();
    const staging = await stage(target);
    faults.countdown = 5;
    faults.every = true;
    await expect(staging.publish({ replace: true })).rejects.toMatchObject({ code: 'DISK' });
    Object.assign(faults, { countdown: Number.POSITIVE_INFINITY, every: false });
    await mkdir(target);
    await writeFile(join(target, 'mine'), 'mine');
    await recover(target, async () => false);
    expect(await filesOf(target)).toEqual({ mine: 'mine' });
    const [aside = '', ...others] = (await readdir(dirname(target))).filter((name) => name !== '1.2.3');
    expect(others).toEqual([]);
    expect(await filesOf(join(dirname(target), aside, 'replaced'))).toEqual({ older: 'older' });
    await rm(target, { recursive: true });
    await recover(target, async () => false);
    expect(await filesOf(target)).toEqual({ older: 'older' });
    expect(await readdir(dirname(target))).toEqual(['1.2.3']);
  });

  it('says which file it could not sync, one after the other, and goes on with the next', async () => {
    const staging = await Staging.open(join(await scratchDir(), '1.2.3'));
    for (const file of ['a', 'b', 'c']) await writeFile(staging.path(file), file);
    faults.countdown = 4;
    const added = await Promise.allSettled(
      ['a', 'b', 'missing', 'b', 'c'].map((file) => staging.add(file, '0')),
    );
    expect(added.map(({ status }) => status)).toEqual([
      ...['fulfilled', 'fulfilled', 'rejected', 'rejected', 'fulfilled'],
    ]);
    for (const [at, file] of [
      [2, 'missing'],
      [3, 'b'],
    ] as const) {
      expect(added[at]).toMatchObject({
        reason: { code: 'DISK', message: `the file system refused while syncing ${staging.path(file)}` },
      });
    }
  });

  it('says so when it fails before the directory is there', async () => {
    const target = join(await scratchDir(), '1.2.3');
    faults.countdown = 1;
    await expect(Staging.open(target)).rejects.toMatchObject({ name: 'DatasetError', code: 'DISK' });
  });
});
