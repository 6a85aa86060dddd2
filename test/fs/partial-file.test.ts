import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PartialFile, writeWhole } from '../../src/fs/partial-file.js';
import { emptyDir, filesIn } from '../archive/loopback.js';

describe('PartialFile', () => {
  it('takes its place whole', async () => {
    const dir = await emptyDir();
    const path = join(dir, 'file');
    const partial = await PartialFile.create(path);
    await partial.write(Buffer.from('one '));
    await partial.write(Buffer.from('two'));
    expect(await filesIn(dir)).toEqual(['file.part']);
    await partial.publish();
    expect(await filesIn(dir)).toEqual(['file']);
    expect(await readFile(path, 'utf8')).toBe('one two');
  });

  it('replaces what was there', async () => {
    const path = join(await emptyDir(), 'file');
    await writeFile(path, 'something longer than before');
    const partial = await PartialFile.create(path);
    await partial.write(Buffer.from('short'));
    await partial.publish();
    expect(await readFile(path, 'utf8')).toBe('short');
  });

  it('leaves nothing when it is discarded, however often', async () => {
    const dir = await emptyDir();
    const partial = await PartialFile.create(join(dir, 'file'));
    await partial.write(Buffer.from('one'));
    await partial.discard();
    await partial.discard();
    expect(await filesIn(dir)).toEqual([]);
  });

  it('goes on where it was left, or begins anew', async () => {
    const dir = await emptyDir();
    const path = join(dir, 'file');
    expect(await PartialFile.reopen(path)).toBeUndefined();
    const left = await PartialFile.create(path);
    await left.write(Buffer.from('one '));
    await left.close();
    const further = await PartialFile.reopen(path);
    await further!.write(Buffer.from('two'));
    let bytes = '';
    for await (const chunk of further!.read()) bytes += Buffer.from(chunk).toString();
    expect(bytes).toBe('one two');
    await further!.close();
    const anew = await PartialFile.create(path);
    await anew.write(Buffer.from('three'));
    await anew.publish();
    expect(await readFile(path, 'utf8')).toBe('three');
  });

  it('is never written through a symbolic link', async () => {
    const dir = await emptyDir();
    const path = join(dir, 'file');
    await writeFile(join(dir, 'mine'), 'mine');
    await symlink(join(dir, 'mine'), `${path}.part`);
    expect(await PartialFile.reopen(path)).toBeUndefined();
    await writeWhole(path, Buffer.from('theirs'));
    expect(await readFile(path, 'utf8')).toBe('theirs');
    expect(await readFile(join(dir, 'mine'), 'utf8')).toBe('mine');
    expect((await readdir(dir)).sort()).toEqual(['file', 'mine']);
  });

  it('names the path when its place is taken by a folder, and can be discarded then', async () => {
    const dir = await emptyDir();
    const path = join(dir, 'file');
    await mkdir(path);
    const partial = await PartialFile.create(path);
    await partial.write(Buffer.from('one'));
    await expect(partial.publish()).rejects.toMatchObject({
      code: 'DISK',
      message: expect.stringContaining(path),
    });
    await partial.discard();
    expect(await filesIn(dir)).toEqual([]);
  });

  it('names the path when there is no way to it', async () => {
    const file = join(await emptyDir(), 'file');
    await writeFile(file, '');
    await expect(PartialFile.create(join(file, 'a'))).rejects.toMatchObject({
      code: 'DISK',
      message: expect.stringContaining(file),
    });
  });
});
