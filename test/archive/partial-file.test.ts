import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PartialFile } from '../../src/archive/partial-file.js';
import { emptyDir, filesIn } from './loopback.js';

describe('PartialFile', () => {
  it('takes its place whole, in folders that were not there', async () => {
    const dir = await emptyDir();
    const path = join(dir, 'a', 'b', 'file');
    const partial = await PartialFile.open(path);
    await partial.write(Buffer.from('one '));
    await partial.write(Buffer.from('two'));
    expect(await filesIn(dir)).not.toContain('file');
    await partial.publish();
    expect(await filesIn(dir)).toEqual(['file']);
    expect(await readFile(path, 'utf8')).toBe('one two');
  });

  it('replaces what was there', async () => {
    const path = join(await emptyDir(), 'file');
    await writeFile(path, 'something longer than before');
    const partial = await PartialFile.open(path);
    await partial.write(Buffer.from('short'));
    await partial.publish();
    expect(await readFile(path, 'utf8')).toBe('short');
  });

  it('leaves nothing when it is discarded, however often', async () => {
    const dir = await emptyDir();
    const partial = await PartialFile.open(join(dir, 'file'));
    await partial.write(Buffer.from('one'));
    await partial.discard();
    await partial.discard();
    expect(await filesIn(dir)).toEqual([]);
  });

  it('has a name of its own beside others of the same place', async () => {
    const dir = await emptyDir();
    const path = join(dir, 'file');
    const [first, second] = [await PartialFile.open(path), await PartialFile.open(path)];
    await first.write(Buffer.from('same'));
    await second.write(Buffer.from('sa'));
    await first.publish();
    await second.write(Buffer.from('me'));
    await second.publish();
    expect(await filesIn(dir)).toEqual(['file']);
    expect(await readFile(path, 'utf8')).toBe('same');
  });

  it('names the path when its place is taken by a folder, and can be discarded then', async () => {
    const dir = await emptyDir();
    const path = join(dir, 'file');
    await mkdir(path);
    const partial = await PartialFile.open(path);
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
    await expect(PartialFile.open(join(file, 'a', 'b'))).rejects.toMatchObject({
      code: 'DISK',
      message: expect.stringContaining(file),
    });
  });
});
