import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeDirectory } from '../../src/fs/make-directory.js';
import { emptyFolder, everythingIn } from '../fixtures/folder.js';

describe('makeDirectory', () => {
  it('makes what is missing, and tells the uppermost that it made', async () => {
    const folder = await emptyFolder();
    await mkdir(join(folder, 'there'));
    expect(await makeDirectory(join(folder, 'there/a/b/c'))).toBe(join(folder, 'there/a'));
    expect(await makeDirectory(join(folder, 'there/a/d'))).toBe(join(folder, 'there/a/d'));
    expect(await everythingIn(folder)).toEqual([
      'there/',
      'there/a/',
      'there/a/b/',
      'there/a/b/c/',
      'there/a/d/',
    ]);
  });

  it('makes nothing where all is there', async () => {
    const folder = await emptyFolder();
    expect(await makeDirectory(folder)).toBeUndefined();
    expect(await makeDirectory('.')).toBeUndefined();
    expect(await makeDirectory('/')).toBeUndefined();
  });

  it('may be asked for the same by many at once', async () => {
    const folder = await emptyFolder();
    const asked = Array.from({ length: 20 }, () => makeDirectory(join(folder, 'a/b/c')));
    const made = (await Promise.all(asked)).filter((topmost) => topmost === join(folder, 'a'));
    expect(made).toHaveLength(1);
    expect(await everythingIn(folder)).toEqual(['a/', 'a/b/', 'a/b/c/']);
  });

  it('refuses where a file is in the way', async () => {
    const folder = await emptyFolder();
    await writeFile(join(folder, 'file'), '');
    await expect(makeDirectory(join(folder, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(makeDirectory(join(folder, 'file/a/b'))).rejects.toMatchObject({ code: 'ENOTDIR' });
    expect(await everythingIn(folder)).toEqual(['file']);
  });

  it.skipIf(process.platform !== 'linux')('ends where no directory can be made', async () => {
    await expect(makeDirectory('/proc/nope/a/b')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
