import { mkdir, mkdtemp, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FolderStorage } from '../../src/storage/folder.js';
import { openStorage } from '../../src/storage/open-storage.js';
import { emptyFolder, everythingIn } from '../fixtures/folder.js';
import { errorOf, keysOf, putAsFile, readAll, storageCases } from './cases.js';

describe('a folder', () => {
  storageCases(async () => openStorage(await emptyFolder()));
});

/** A folder with what a process leaves that was killed while it put something. */
async function withUnfinished(): Promise<{ folder: string; storage: FolderStorage }> {
  const folder = await emptyFolder();
  const storage = new FolderStorage(folder);
  await storage.putBytes('a/b/whole', Buffer.from('whole'));
  await writeFile(join(folder, 'a', 'b', '.idx-shards-new-0123456789abcdef'), 'hal');
  await writeFile(join(folder, '.idx-shards-new-fedcba9876543210'), '');
  return { folder, storage };
}

describe('what the dead leave in a folder', () => {
  it('is never listed, and can be removed', async () => {
    const { folder, storage } = await withUnfinished();
    expect(await keysOf(storage)).toEqual(['a/b/whole']);
    await storage.removeUnfinished('a/');
    expect(await everythingIn(folder)).toEqual([
      '.idx-shards-new-fedcba9876543210',
      'a/',
      'a/b/',
      'a/b/whole',
    ]);
    await storage.removeUnfinished('');
    expect(await everythingIn(folder)).toEqual(['a/', 'a/b/', 'a/b/whole']);
  });

  it('that an NFS client renamed is not listed either', async () => {
    const { folder, storage } = await withUnfinished();
    await writeFile(join(folder, 'a', '.nfs000000000012ab3400000001'), 'gone');
    expect(await keysOf(storage)).toEqual(['a/b/whole']);
  });
});

describe('a folder that others work in', () => {
  it('may lose the folders and the unfinished files of who is at work', async () => {
    const storage = new FolderStorage(join(await emptyFolder(), 'data'));
    let done = false;
    const cleaning = (async () => {
      for (let round = 0; !done; round++) {
        await storage.removeUnfinished('');
        await storage.remove([`x/${round}/none`, 'x/other/none']);
      }
    })();
    const keys = Array.from({ length: 60 }, (_, i) => `x/${i % 7}/${i}`);
    await Promise.all(keys.map((key) => putAsFile(storage, key, Buffer.alloc(50_000, 1)))).finally(() => {
      done = true;
    });
    await cleaning;
    expect(await keysOf(storage)).toEqual([...keys].sort());
    expect((await everythingIn(storage.url))?.filter((path) => path.includes('.idx-shards-new-'))).toEqual(
      [],
    );
  });

  it('goes with its last object, but for what is not ours', async () => {
    const folder = await emptyFolder();
    const storage = new FolderStorage(folder);
    await storage.putBytes('a/b/c', Buffer.from('c'));
    await storage.putBytes('a/d/e', Buffer.from('e'));
    await mkdir(join(folder, 'a', 'd', 'mine'));
    await storage.remove(['a/b/c', 'a/d/e', 'a/d', 'a/d/mine']);
    expect(await everythingIn(folder)).toEqual(['a/', 'a/d/', 'a/d/mine/']);
  });
});

describe('what is no file where one should be', () => {
  it('is no object, and nothing is put in its place', async () => {
    const folder = await emptyFolder();
    const storage = new FolderStorage(folder);
    await mkdir(join(folder, 'folder'));
    await symlink(join(folder, 'nowhere'), join(folder, 'dangling'));
    for (const key of ['folder', 'dangling']) {
      expect(await storage.get(key)).toBeUndefined();
      expect(await storage.sizeOf(key)).toBeUndefined();
      expect((await errorOf(readAll(storage, key))).code).toBe('OBJECT_MISSING');
      const error = await errorOf(storage.putBytes(key, Buffer.from('x')));
      expect(error).toMatchObject({ code: 'DISK', exitCode: 5 });
      expect(error.message).toContain(join(folder, key));
      expect(error.next).toContain('Move it away');
    }
    expect(await keysOf(storage)).toEqual([]);
    expect(await everythingIn(folder)).toEqual(['dangling', 'folder/']);
  });

  it('on the way to an object is an error that names it', async () => {
    const folder = await emptyFolder();
    const storage = new FolderStorage(folder);
    await writeFile(join(folder, 'file'), '');
    const error = await errorOf(storage.putBytes('file/x', Buffer.from('x')));
    expect(error.code).toBe('DISK');
    expect(error.message).toContain(join(folder, 'file/x'));
    expect(await storage.get('file/x')).toBeUndefined();
    expect(await keysOf(storage, 'file/')).toEqual([]);
    await storage.remove(['file/x']);
    expect(await everythingIn(folder)).toEqual(['file']);
  });
});

describe('links', () => {
  it('to a file, and of the folder itself, are followed; those to folders are not listed', async () => {
    const folder = await emptyFolder();
    const elsewhere = await mkdtemp(join(folder, 'elsewhere-'));
    await mkdir(join(folder, 'data'));
    await symlink(join(folder, 'data'), join(folder, 'link'));
    await writeFile(join(elsewhere, 'moved'), 'moved');
    await symlink(join(elsewhere, 'moved'), join(folder, 'data', 'shard'));
    await symlink(join(folder, 'data'), join(folder, 'data', 'circle'));
    const storage = new FolderStorage(join(folder, 'link'));
    expect(await keysOf(storage)).toEqual(['shard']);
    expect((await readAll(storage, 'shard')).toString()).toBe('moved');
    await storage.putBytes('shard', Buffer.from('moved'));
    expect((await errorOf(storage.putBytes('shard', Buffer.from('other')))).code).toBe('OBJECT_DIFFERS');
    await storage.remove(['shard']);
    expect(await readFile(join(elsewhere, 'moved'), 'utf8')).toBe('moved');
  });
});

describe('a read of a file', () => {
  it('that becomes shorter on the way is an error', async () => {
    const folder = await emptyFolder();
    const storage = new FolderStorage(folder);
    await storage.putBytes('x', Buffer.alloc(3_000_000));
    const reading = async () => {
      for await (const _ of storage.read('x')) await truncate(join(folder, 'x'), 10);
    };
    expect((await errorOf(reading())).code).toBe('OBJECT_MISSING');
  });
});

describe('a signal', () => {
  it('ends a copy with its reason, and leaves nothing', async () => {
    const folder = await emptyFolder();
    const reason = new Error('stopped');
    const controller = new AbortController();
    const storage = new FolderStorage(join(folder, 'data'), controller.signal);
    const put = putAsFile(storage, 'x', Buffer.alloc(50_000_000));
    const watch = (async () => {
      while ((await everythingIn(join(folder, 'data'))) === undefined);
      controller.abort(reason);
    })();
    await expect(put).rejects.toBe(reason);
    await watch;
    expect(await everythingIn(folder)).toEqual([]);
    await expect(storage.get('x')).rejects.toBe(reason);
    await expect(keysOf(new FolderStorage(folder, controller.signal))).resolves.toEqual([]);
    await rm(folder, { recursive: true });
  });
});
