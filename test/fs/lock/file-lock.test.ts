import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rename, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FileLock, hasLockFiles } from '../../../src/fs/lock/file-lock.js';
import { type LockOwner, thisProcess } from '../../../src/fs/lock/owner.js';
import { withLock } from '../../../src/fs/lock/with-lock.js';
import { scratchDir } from '../../scratch-dir.js';

const NEVER = { wait: false };

async function target(): Promise<string> {
  return join(await scratchDir(), '1.0.0');
}

const lockFile = (path: string): string => join(path, '..', '.1.0.0.lock');

/** A lock that a process of another machine left, which it last touched so many seconds ago. */
async function leave(path: string, owner: Partial<LockOwner>, secondsAgo = 0): Promise<LockOwner> {
  const left = { ...(await thisProcess('0123456789abcdef', new Date())), ...owner };
  await writeFile(path, JSON.stringify(left));
  const time = Date.now() / 1000 - secondsAgo;
  await utimes(path, time, time);
  return left;
}

/** The number of a process that has ended. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(child, 'close');
  return child.pid!;
}

describe('the lock of a path', () => {
  it('is held by one, and names who that is', async () => {
    const path = await target();
    const lock = await FileLock.tryAcquire(path);
    expect(lock).toBeInstanceOf(FileLock);
    expect(await FileLock.tryAcquire(path)).toMatchObject({ owner: { pid: process.pid } });
    expect(await readdir(join(path, '..'))).toEqual(['.1.0.0.lock']);
    expect(await hasLockFiles(path)).toBe(true);
    if (lock instanceof FileLock) await lock.release();
    expect(await readdir(join(path, '..'))).toEqual([]);
  });

  it('is taken over from a process of this machine that has ended', async () => {
    const path = await target();
    await leave(lockFile(path), { pid: await deadPid() });
    const lock = await FileLock.tryAcquire(path);
    expect(lock).toBeInstanceOf(FileLock);
    expect(JSON.parse(await readFile(lockFile(path), 'utf8'))).toMatchObject({ pid: process.pid });
    expect(await readdir(join(path, '..'))).toEqual(['.1.0.0.lock']);
    if (lock instanceof FileLock) await lock.release();
  });

  it.skipIf(process.platform !== 'linux')(
    'is taken over where another process has the number by now',
    async () => {
      const path = await target();
      await leave(lockFile(path), { started: '1' });
      const lock = await FileLock.tryAcquire(path);
      expect(lock).toBeInstanceOf(FileLock);
      if (lock instanceof FileLock) await lock.release();
    },
  );

  it('is left to a process of another machine that shows itself, and taken over from one that does not', async () => {
    const path = await target();
    const owner = await leave(lockFile(path), { host: 'elsewhere', space: 'elsewhere', pid: 1 }, 100);
    expect(await FileLock.tryAcquire(path)).toEqual({ owner });
    await leave(lockFile(path), { host: 'elsewhere', space: 'elsewhere', pid: 1 }, 200);
    const lock = await FileLock.tryAcquire(path);
    expect(lock).toBeInstanceOf(FileLock);
    if (lock instanceof FileLock) await lock.release();
  });

  it.each(['', '{"token":"../../../etc/passwd"}', '[]', 'null'])(
    'that says nothing (%j) is held until it is old',
    async (text) => {
      const path = await target();
      await writeFile(lockFile(path), text);
      expect(await FileLock.tryAcquire(path)).toEqual({ owner: undefined });
      await utimes(lockFile(path), 1, 1);
      const lock = await FileLock.tryAcquire(path);
      expect(lock).toBeInstanceOf(FileLock);
      if (lock instanceof FileLock) await lock.release();
    },
  );

  it('is never read or written through a symbolic link', async () => {
    const path = await target();
    const mine = join(path, '..', 'mine');
    await leave(mine, { pid: await deadPid() });
    const before = await readFile(mine, 'utf8');
    await symlink(mine, lockFile(path));
    // The link is as young as the test.
    expect(await FileLock.tryAcquire(path)).toEqual({ owner: undefined });
    const lock = await FileLock.tryAcquire(path, -1);
    expect(lock).toBeInstanceOf(FileLock);
    expect((await stat(mine)).isFile()).toBe(true);
    expect(await readFile(mine, 'utf8')).toBe(before);
    if (lock instanceof FileLock) await lock.release();
  });

  it('is taken over from one who died while taking it over', async () => {
    const path = await target();
    const pid = await deadPid();
    await leave(lockFile(path), { pid });
    await leave(`${lockFile(path)}.0123456789abcdef`, { token: 'aaaaaaaaaaaaaaaa', pid });
    await leave(`${lockFile(path)}.aaaaaaaaaaaaaaaa`, { token: 'bbbbbbbbbbbbbbbb', pid });
    await writeFile(`${lockFile(path)}.cccccccccccccccc.new`, '');
    await writeFile(`${lockFile(path)}.mine`, '');
    const lock = await FileLock.tryAcquire(path);
    expect(lock).toBeInstanceOf(FileLock);
    expect((await readdir(join(path, '..'))).sort()).toEqual(['.1.0.0.lock', '.1.0.0.lock.mine']);
    if (lock instanceof FileLock) await lock.release();
  });

  it('is left to one who is taking it over from a dead one', async () => {
    const path = await target();
    await leave(lockFile(path), { pid: await deadPid() });
    const heir = await leave(`${lockFile(path)}.0123456789abcdef`, { token: 'aaaaaaaaaaaaaaaa' });
    expect(await FileLock.tryAcquire(path)).toEqual({ owner: heir });
  });

  it('that was taken over meanwhile is known as lost, and left to who has it', async () => {
    const path = await target();
    const lock = await FileLock.tryAcquire(path);
    if (!(lock instanceof FileLock)) throw new Error('nobody else holds it');
    expect(await lock.isHeld()).toBe(true);
    const other = join(path, '..', 'other');
    await leave(other, { token: 'aaaaaaaaaaaaaaaa' });
    await rename(other, lockFile(path));
    expect(await lock.isHeld()).toBe(false);
    await lock.release();
    expect(await readdir(join(path, '..'))).toEqual(['.1.0.0.lock']);
  });

  it('is never held by two at once, whoever wants it, of dead ones too', async () => {
    const path = await target();
    const pid = await deadPid();
    let holders = 0;
    let most = 0;
    let turns = 0;
    const worker = async (): Promise<void> => {
      for (let turn = 0; turn < 15; turn++) {
        await withLock(path, { wait: true }, async () => {
          most = Math.max(most, ++holders);
          turns++;
          await new Promise((resolve) => setImmediate(resolve));
          holders--;
          // As if killed: the next ones find the lock of a dead process.
          if (turn % 3 === 0) await leave(lockFile(path), { token: `${turns}`.padStart(16, '0'), pid });
        });
      }
    };
    await Promise.all(Array.from({ length: 6 }, worker));
    expect({ most, turns }).toEqual({ most: 1, turns: 90 });
  });
});

describe('work under a lock', () => {
  it('is refused while another run works, which is told', async () => {
    const path = await target();
    await withLock(path, NEVER, async () => {
      await expect(withLock(path, NEVER, async () => {})).rejects.toMatchObject({
        code: 'LOCKED',
        exitCode: 5,
        message: `another run is preparing ${path}`,
        found: expect.stringMatching(new RegExp(`^process ${process.pid} on .*, since 2`)),
      });
    });
  });

  it('waits its turn, and tells for whom', async () => {
    const path = await target();
    const told: unknown[] = [];
    const order: string[] = [];
    let second: Promise<void> | undefined;
    await withLock(path, NEVER, async () => {
      second = withLock(path, { wait: true, onHeld: (owner) => void told.push(owner?.pid) }, async () => {
        order.push('second');
      });
      while (told.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      order.push('first');
    });
    await second;
    expect({ told, order }).toEqual({ told: [process.pid], order: ['first', 'second'] });
  });

  it('that waits ends with its signal', async () => {
    const path = await target();
    const controller = new AbortController();
    await withLock(path, NEVER, async () => {
      const onHeld = (): void => controller.abort(new Error('enough'));
      const waiting = withLock(path, { wait: true, signal: controller.signal, onHeld }, async () => {});
      await expect(waiting).rejects.toThrow('enough');
    });
    expect(await readdir(join(path, '..'))).toEqual([]);
  });

  it('makes folders, and leaves none that are empty, nor one that something lies in', async () => {
    const out = await scratchDir();
    await withLock(join(out, 'a', 'b', 'c'), NEVER, async () => {});
    expect(await readdir(out)).toEqual([]);
    const failing = withLock(join(out, 'a', 'b', 'c'), NEVER, async () => {
      await mkdir(join(out, 'a', 'mine'));
      throw new Error('failed');
    });
    await expect(failing).rejects.toThrow('failed');
    expect(await readdir(join(out, 'a'))).toEqual(['mine']);
  });

  it('is not begun below a file', async () => {
    const file = join(await scratchDir(), 'file');
    await writeFile(file, '');
    await expect(withLock(join(file, 'a', 'b'), NEVER, async () => {})).rejects.toMatchObject({
      code: 'DISK',
      message: `the file system refused while locking ${join(file, 'a', 'b')}`,
    });
  });
});
