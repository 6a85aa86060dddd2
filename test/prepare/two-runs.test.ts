import { mkdir, readdir, readFile, readlink, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { send, serve } from '../archive/loopback.js';
import { definitionOf, FILES, smallArchives } from '../fixtures/archives.js';
import { ended, lines, untilEvent } from '../fixtures/cli.js';
import { digestsIn, emptyFolder, everythingIn } from '../fixtures/folder.js';
import { ownDataset } from '../fixtures/own-dataset.js';
import { sample } from '../sample.js';

/** A data set whose last archive comes when it is let go. */
async function heldUp() {
  const archives = smallArchives();
  let letGo = (): void => {};
  const allowed = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const { origin } = await serve(async (response, request) => {
    const file = (request.url ?? '').slice(1);
    if (file === FILES.testImages) await allowed;
    send(archives.get(file)!)(response);
  });
  return { own: await ownDataset(archives, definitionOf(archives, { mirrors: [`${origin}/`] })), letGo };
}

describe('two runs on the same output', () => {
  it('the second says who holds it, and ends with 5; the first is not disturbed', async () => {
    const { own, letGo } = await heldUp();
    const first = own.startDownloading('--json', '--quiet');
    const firstEnd = ended(first);
    await untilEvent(first, 'write');
    const { code, stdout, stderr } = await own.prepare('--json', '--quiet');
    expect(code).toBe(5);
    expect(lines(stdout).at(-1)).toMatchObject({
      code: 'LOCKED',
      message: 'another run is preparing out/own/1.0.0',
      found: expect.stringMatching(new RegExp(`^process ${first.pid} on ${hostname()}, since 2\\d{3}-`)),
    });
    expect(stderr).toContain('--wait');
    letGo();
    expect((await firstEnd).code).toBe(0);
    expect(await readdir(join(own.folder, 'out/own'))).toEqual(['1.0.0']);
  });

  it('the second waits with --wait, says so, and finds the data set there', async () => {
    const { own, letGo } = await heldUp();
    const first = own.startDownloading('--json', '--quiet');
    const firstEnd = ended(first);
    await untilEvent(first, 'write');
    const second = own.startDownloading('--json', '--wait');
    const secondEnd = ended(second);
    await untilEvent(second, 'wait');
    letGo();
    expect((await firstEnd).code).toBe(0);
    const { code, stdout, stderr } = await secondEnd;
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^out\/own\/1\.0\.0 is being prepared by process \d+ on .*: waiting for its end\n/,
    );
    expect(lines(stdout).at(-1)).toMatchObject({ event: 'done', state: 'existing' });
  });

  it('the second goes on at once when the first is killed, and cleans up after it', async () => {
    const { own, letGo } = await heldUp();
    const first = own.startDownloading('--json', '--quiet');
    const firstEnd = ended(first);
    await untilEvent(first, 'write');
    first.kill('SIGKILL');
    await firstEnd;
    expect((await readdir(join(own.folder, 'out/own'))).sort()).toEqual([
      '.1.0.0.lock',
      expect.stringMatching(/^incomplete\.idx-shards-/),
    ]);
    letGo();
    const second = own.startDownloading('--json', '--quiet');
    expect((await ended(second)).code).toBe(0);
    expect(await readdir(join(own.folder, 'out/own'))).toEqual(['1.0.0']);
    expect((await everythingIn(join(own.folder, 'cache')))?.filter((path) => /lock|part/.test(path))).toEqual(
      [],
    );
  });

  it("what others left, TFDS's own directories among it, is left alone", async () => {
    const own = await ownDataset(smallArchives());
    expect((await own.prepare()).code).toBe(0);
    const others = ['incomplete.AB12CD_1.0.0', 'incomplete.idx-shards-0a1b2c_2.0.0', '.1.0.0.lock.mine'];
    for (const other of others) await writeFile(join(own.folder, 'out/own', other), '');
    await writeFile(join(own.folder, 'out/own', 'incomplete.idx-shards-0a1b2c_1.0.0'), '');
    expect((await own.prepare()).code).toBe(0);
    expect((await readdir(join(own.folder, 'out/own'))).sort()).toEqual([...others, '1.0.0'].sort());
  });
});

describe('a symbolic link in the output', () => {
  it("at the data set's name is refused where it leads out", async () => {
    const own = await ownDataset(smallArchives());
    const elsewhere = await emptyFolder();
    await mkdir(join(own.folder, 'out'));
    await symlink(elsewhere, join(own.folder, 'out/own'));
    const { code, stderr } = await own.prepare();
    expect(code).toBe(2);
    expect(stderr).toContain('is a symbolic link that leads out of out [OUTPUT_OCCUPIED]');
    expect(await readdir(elsewhere)).toEqual([]);
  });

  it('at the version is refused, wherever it leads, and stays; a whole data set behind it is found', async () => {
    const own = await ownDataset(smallArchives());
    expect((await own.prepare()).code).toBe(0);
    const inside = join(own.folder, 'out/own/moved');
    await rename(own.target, inside);
    const outside = await emptyFolder();
    await writeFile(join(outside, 'mine'), 'mine');
    const places = [inside, outside, await emptyFolder(), join(own.folder, 'nowhere')];
    for (const elsewhere of sample(places, 2)) {
      await symlink(elsewhere, own.target);
      const { code, stdout, stderr } = await own.prepare();
      if (elsewhere === inside) expect(stdout).toContain('is there already and was left alone');
      else expect(stderr).toContain('out/own/1.0.0 is a symbolic link [OUTPUT_OCCUPIED]');
      expect(code).toBe(elsewhere === inside ? 0 : 2);
      expect((await own.prepare('--overwrite')).code).toBe(2);
      expect(await readlink(own.target)).toBe(elsewhere);
      await rm(own.target);
    }
    expect(await readFile(join(outside, 'mine'), 'utf8')).toBe('mine');
    expect(await readdir(outside)).toEqual(['mine']);
    expect((await readdir(join(own.folder, 'out/own'))).sort()).toEqual(['moved']);
  });
});

// Windows has no such modes.
describe.skipIf(process.platform === 'win32')('what a run writes', () => {
  it('is executable by nobody, and no more open than the umask has it', async () => {
    const { own, letGo } = await heldUp();
    letGo();
    expect((await ended(own.startDownloading('--quiet'))).code).toBe(0);
    for (const folder of ['out', 'cache']) {
      for (const path of (await everythingIn(join(own.folder, folder)))!) {
        const { mode } = await stat(join(own.folder, folder, path));
        const most = (path.endsWith('/') ? 0o777 : 0o666) & ~process.umask();
        expect({ path, mode: mode & 0o777 }).toEqual({ path, mode: most });
      }
    }
  });
});

describe('an archive in the cache that is damaged', () => {
  it('is got again, once; one of --archives is never touched', async () => {
    const { own, letGo } = await heldUp();
    letGo();
    expect((await ended(own.startDownloading('--quiet'))).code).toBe(0);
    const whole = await digestsIn(own.target);
    const cached = (await everythingIn(join(own.folder, 'cache')))?.find((path) =>
      path.endsWith(FILES.trainImages),
    );
    const path = join(own.folder, 'cache', cached!);
    const bytes = await readFile(path);
    bytes[bytes.length >> 1]! ^= 1;
    await writeFile(path, bytes);
    const { code, stderr } = await ended(own.startDownloading('--overwrite'));
    expect(code).toBe(0);
    expect(stderr).toMatch(/^warning: .*train-images-idx3-ubyte\.gz is damaged, and is got again$/m);
    expect(await digestsIn(own.target)).toEqual(whole);

    await writeFile(join(own.folder, 'archives', FILES.trainImages), bytes);
    expect((await own.prepare('--overwrite')).code).toBe(4);
    expect(await readFile(join(own.folder, 'archives', FILES.trainImages))).toEqual(bytes);
    expect(await digestsIn(own.target)).toEqual(whole);
  });
});
