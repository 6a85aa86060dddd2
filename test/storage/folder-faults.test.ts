import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { FolderStorage } from '../../src/storage/folder.js';
import { emptyFolder, everythingIn } from '../fixtures/folder.js';
import { errorOf, keysOf, writtenFile } from './cases.js';

type FileSystem = typeof import('node:fs/promises');
type Handle = Awaited<ReturnType<FileSystem['open']>>;

/** What fails, by the names of calls; the nth of them, from 1, where a number is given. */
const disk = vi.hoisted(() => ({
  fails: '',
  with: '',
  skip: 0,
  synced: [] as string[],
  opened: 0,
  closed: 0,
}));

function strike(call: string): void {
  if (call !== disk.fails || disk.skip-- > 0) return;
  throw Object.assign(new Error(`${disk.with}: struck, ${call}`), { code: disk.with, syscall: call });
}

vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<FileSystem>();
  const open: FileSystem['open'] = async (path, ...words) => {
    strike('open');
    const handle: Handle = await real.open(path, ...words);
    disk.opened++;
    const { write, sync, close } = handle;
    Object.assign(handle, {
      // A disk takes a part of what it is given.
      write: (chunk: Uint8Array, at = 0) => {
        strike('write');
        return Reflect.apply(write, handle, [chunk, at, Math.min(100_000, chunk.length - at)]);
      },
      sync: async () => {
        strike('sync');
        await sync.call(handle);
        disk.synced.push(String(path));
      },
      close: async () => {
        disk.closed++;
        await close.call(handle);
      },
    });
    return handle;
  };
  const link: FileSystem['link'] = async (from, to) => {
    if (disk.fails === 'answer of link') await real.link(from, to);
    strike('link');
    return real.link(from, to);
  };
  const readdir = async (...words: unknown[]) => {
    strike('readdir');
    return Reflect.apply(real.readdir, real, words);
  };
  return { ...real, open, link, readdir };
});

afterEach(() => {
  Object.assign(disk, { fails: '', with: '', skip: 0, synced: [], opened: 0, closed: 0 });
});

const BYTES = Buffer.from(Array.from({ length: 700_000 }, (_, i) => (i * 7) & 0xff));

async function source(): Promise<string> {
  const path = join(await emptyFolder(), 'source');
  await writeFile(path, BYTES);
  return path;
}

describe('a disk that fails while a file is put', () => {
  it.each([
    ['write', 'ENOSPC', 'DISK_FULL'],
    ['write', 'EDQUOT', 'DISK_FULL'],
    ['write', 'EIO', 'DISK'],
    ['sync', 'EIO', 'DISK'],
    ['sync', 'ENOSPC', 'DISK_FULL'],
    ['link', 'EACCES', 'DISK'],
    ['link', 'EPERM', 'STORAGE_UNSAFE'],
    ['link', 'ENOTSUP', 'STORAGE_UNSAFE'],
    ['link', 'ENOSYS', 'STORAGE_UNSAFE'],
  ])('%s with %s is %s, and leaves nothing', async (call, failure, code) => {
    const path = await source();
    for (const skip of call === 'write' ? [0, 1, 5] : [0]) {
      const folder = await emptyFolder();
      const storage = new FolderStorage(join(folder, 'data'));
      Object.assign(disk, { fails: call, with: failure, skip });
      const error = await errorOf(storage.putFile('a/b', path, writtenFile(BYTES)));
      Object.assign(disk, { fails: '' });
      expect(error.code).toBe(code);
      expect(error.next).toBeDefined();
      expect(await everythingIn(folder)).toEqual([]);
      expect(disk.opened).toBe(disk.closed);
      await storage.putFile('a/b', path, writtenFile(BYTES));
      expect(Buffer.from((await storage.get('a/b')) ?? []).equals(BYTES)).toBe(true);
    }
  });

  it('says why a file system without hard links is of no use', async () => {
    const storage = new FolderStorage(await emptyFolder());
    Object.assign(disk, { fails: 'link', with: 'EPERM' });
    const error = await errorOf(storage.probe());
    expect(error).toMatchObject({ code: 'STORAGE_UNSAFE', exitCode: 2 });
    expect(error.message).toContain('no hard links');
    expect(error.next).toContain('s3://');
    expect(await everythingIn(storage.url)).toEqual([]);
  });
});

describe('a file that is put', () => {
  it('is synced before it has its name, and then the folders that are new', async () => {
    const folder = await emptyFolder();
    const storage = new FolderStorage(join(folder, 'data'));
    await storage.putBytes('a/b', Buffer.from('b'));
    const [first, ...others] = disk.synced;
    expect(first).toContain('.idx-shards-new-');
    expect(others).toEqual([join(folder, 'data/a'), join(folder, 'data'), folder]);
    disk.synced = [];
    // Who made the name may have died before it came to the folder.
    await storage.putBytes('a/b', Buffer.from('b'));
    expect(disk.synced.at(-1)).toBe(join(folder, 'data/a'));
  });

  it('on a system that syncs no folders is as good', async () => {
    const storage = new FolderStorage(await emptyFolder());
    Object.assign(disk, { fails: 'sync', with: 'EINVAL', skip: 1 });
    await storage.putBytes('x', Buffer.from('x'));
    expect(await keysOf(storage)).toEqual(['x']);
  });
});

describe('a link whose answer was lost', () => {
  it('is known by what is there', async () => {
    const storage = new FolderStorage(await emptyFolder());
    Object.assign(disk, { fails: 'answer of link' });
    await storage.putBytes('x', Buffer.from('x'));
    expect(await everythingIn(storage.url)).toEqual(['x']);
  });
});

describe('a folder that cannot be listed', () => {
  it('is an error, and not empty', async () => {
    const storage = new FolderStorage(await emptyFolder());
    Object.assign(disk, { fails: 'readdir', with: 'EIO' });
    expect((await errorOf(keysOf(storage))).code).toBe('DISK');
    expect((await errorOf(storage.removeUnfinished(''))).code).toBe('DISK');
  });
});
