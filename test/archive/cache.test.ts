import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cachedPath, defaultCacheDir, isCached } from '../../src/archive/cache.js';
import { emptyDir } from './loopback.js';

describe('defaultCacheDir', () => {
  const home = '/home/ada';

  it.each([
    ['linux', {}, '/home/ada/.cache/idx-shards/archives'],
    ['linux', { XDG_CACHE_HOME: '/var/caches' }, '/var/caches/idx-shards/archives'],
    ['linux', { XDG_CACHE_HOME: '' }, '/home/ada/.cache/idx-shards/archives'],
    ['linux', { XDG_CACHE_HOME: 'relative' }, '/home/ada/.cache/idx-shards/archives'],
    ['freebsd', {}, '/home/ada/.cache/idx-shards/archives'],
    ['darwin', {}, '/home/ada/Library/Caches/idx-shards/archives'],
    ['linux', { IDX_SHARDS_CACHE: '/data/archives', XDG_CACHE_HOME: '/var/caches' }, '/data/archives'],
    ['darwin', { IDX_SHARDS_CACHE: '/data/archives' }, '/data/archives'],
    ['linux', { IDX_SHARDS_CACHE: '~/archives' }, '/home/ada/archives'],
    ['linux', { IDX_SHARDS_CACHE: '' }, '/home/ada/.cache/idx-shards/archives'],
  ] as const)('on %s with %j is %s', (platform, env, expected) => {
    expect(defaultCacheDir({ env, platform, home })).toBe(expected);
  });

  it.each([
    [{ LOCALAPPDATA: 'D:\\Local' }, 'D:\\Local\\idx-shards\\archives'],
    [{}, 'C:\\Users\\ada\\AppData\\Local\\idx-shards\\archives'],
    [{ LOCALAPPDATA: '' }, 'C:\\Users\\ada\\AppData\\Local\\idx-shards\\archives'],
    [{ IDX_SHARDS_CACHE: 'E:\\archives', LOCALAPPDATA: 'D:\\Local' }, 'E:\\archives'],
  ])('on Windows with %j is %s', (env, expected) => {
    expect(defaultCacheDir({ env, platform: 'win32', home: 'C:\\Users\\ada' })).toBe(expected);
  });

  it('takes the environment of the process as it is', () => {
    expect(defaultCacheDir({ env: process.env, platform: process.platform, home })).toMatch(/\S/);
  });
});

describe('cachedPath', () => {
  it('keeps archives of one name apart by their checksums', () => {
    const paths = ['a'.repeat(64), 'b'.repeat(64)].map((sha256) =>
      cachedPath('cache', { file: 'labels.gz', sha256 }),
    );
    expect(paths).toEqual([
      join('cache', 'a'.repeat(64), 'labels.gz'),
      join('cache', 'b'.repeat(64), 'labels.gz'),
    ]);
  });
});

describe('isCached', () => {
  it('asks for a file of the right size', async () => {
    const dir = await emptyDir();
    await writeFile(join(dir, 'file'), 'four');
    await mkdir(join(dir, 'folder'));
    expect(await isCached(join(dir, 'file'), 4)).toBe(true);
    expect(await isCached(join(dir, 'file'), 5)).toBe(false);
    expect(await isCached(join(dir, 'absent'), 4)).toBe(false);
    expect(await isCached(join(dir, 'file', 'below'), 4)).toBe(false);
    for (const bytes of [0, 4096]) expect(await isCached(join(dir, 'folder'), bytes)).toBe(false);
  });

  it('says so when the file system does not tell', async () => {
    const tooLong = join(await emptyDir(), 'x'.repeat(10_000));
    await expect(isCached(tooLong, 1)).rejects.toMatchObject({ code: 'DISK' });
  });
});
