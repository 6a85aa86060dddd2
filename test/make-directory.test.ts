import { mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeDirectory } from '../src/make-directory.js';
import { scratchDir } from './scratch-dir.js';

describe('makeDirectory', () => {
  it('makes what is missing, and gives the uppermost', async () => {
    const dir = await scratchDir();
    expect(await makeDirectory(join(dir, 'a'))).toBe(join(dir, 'a'));
    expect(await makeDirectory(join(dir, 'a', 'b', 'c', 'd'))).toBe(join(dir, 'a', 'b'));
    expect((await stat(join(dir, 'a', 'b', 'c', 'd'))).isDirectory()).toBe(true);
  });

  it('makes nothing where all of it is there', async () => {
    const dir = await scratchDir();
    expect(await makeDirectory(dir)).toBeUndefined();
    await symlink(dir, join(dir, 'link'));
    expect(await makeDirectory(join(dir, 'link'))).toBeUndefined();
    expect(await makeDirectory('/')).toBeUndefined();
  });

  it('follows a link on the way', async () => {
    const dir = await scratchDir();
    await mkdir(join(dir, 'real'));
    await symlink(join(dir, 'real'), join(dir, 'link'));
    await makeDirectory(join(dir, 'link', 'below'));
    expect(await readdir(join(dir, 'real'))).toEqual(['below']);
  });

  it('lets several make the same', async () => {
    const dir = await scratchDir();
    const path = join(dir, 'a', 'b', 'c');
    await Promise.all(Array.from({ length: 10 }, () => makeDirectory(path)));
    expect((await stat(path)).isDirectory()).toBe(true);
  });

  it('throws what the file system says', async () => {
    const dir = await scratchDir();
    await writeFile(join(dir, 'file'), '');
    await symlink(join(dir, 'nowhere'), join(dir, 'dangling'));
    await expect(makeDirectory(join(dir, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(makeDirectory(join(dir, 'file', 'a', 'b'))).rejects.toMatchObject({ code: 'ENOTDIR' });
    await expect(makeDirectory(join(dir, 'dangling'))).rejects.toMatchObject({ code: 'EEXIST' });
  });

  it('ends where a file system takes no directories', async () => {
    if (process.platform !== 'linux') return; // Only there is a /proc, which says ENOENT.
    await expect(makeDirectory('/proc/idx-shards/a')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
