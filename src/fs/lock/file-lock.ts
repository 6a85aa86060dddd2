import { randomBytes } from 'node:crypto';
import {
  constants,
  copyFile,
  type FileHandle,
  link,
  lstat,
  open,
  readdir,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { codeOf } from '../../errors.js';
import { isRunning, type LockOwner, parseOwner, thisProcess } from './owner.js';

/** How often a holder says that it is still there, in ms. */
const HEARTBEAT = 10_000;

/**
 * After how long without that a holder of another machine counts as dead, in ms. NFS may show a change a minute late
 * (nfs(5): `acregmax`).
 */
const STALE_AFTER = 150_000;

/** Open a file itself, never one that a symbolic link leads to. Windows has no such flag. */
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;

/** A lock that somebody else holds; `undefined` where its file does not say who. */
export interface Held {
  owner: LockOwner | undefined;
}

/**
 * The lock of a path: a file `.<name>.lock` beside it, which says who holds it. No flock, which network file systems lack: it
 * is made by `link`, which is atomic on all of them, and which fails where there is one.
 *
 * A lock whose holder is dead is taken over so that never two do so at the same time: whoever would follow the holder with the
 * token T makes `.<name>.lock.<T>`, which again one alone can, and holds the lock when, looking again, the lock is still T's.
 * It may die in its turn, and is then followed in the same way: the holder is the last of that chain. It puts its own file
 * in the lock's place before it clears the chain away, so that whoever comes late finds either the chain or the new lock.
 */
export class FileLock {
  readonly #path: string;
  readonly #token: string;
  readonly #file: FileHandle;
  readonly #timer: NodeJS.Timeout;

  private constructor(path: string, token: string, file: FileHandle, text: Buffer) {
    this.#path = path;
    this.#token = token;
    this.#file = file;
    // Written by the file system's own clock, which those who look at it share; the handle stays with the file, whoever moves it.
    const beat = (): void => {
      const written = file.write(text, 0, text.length, 0).then(() => file.datasync());
      written.catch(() => {}); // Another run then finds the lock old, and `isHeld` tells this one.
    };
    this.#timer = setInterval(beat, HEARTBEAT).unref();
  }

  /**
   * Takes the lock of a path, whose folder is there, or tells who holds it.
   *
   * @param staleAfter after how long without a sign a holder of another machine counts as dead, in ms
   * @throws the file system's own error; ENOENT also where a holder cleared our try away, which may be made again
   */
  static async tryAcquire(target: string, staleAfter = STALE_AFTER): Promise<FileLock | Held> {
    const path = lockPath(target);
    const token = randomBytes(8).toString('hex');
    const fresh = `${path}.${token}.new`;
    const text = Buffer.from(`${JSON.stringify(await thisProcess(token, new Date()))}\n`);
    try {
      await writeFile(fresh, text, { flag: 'wx' });
      const held = await take(path, fresh, token, staleAfter);
      if (held !== undefined) return held;
      await clear(path, token);
      const file = await open(path, constants.O_RDWR | NO_FOLLOW);
      return new FileLock(path, token, file, text);
    } catch (error) {
      if ((await readOwner(path).catch(() => undefined))?.token === token) await rm(path).catch(() => {});
      throw error;
    } finally {
      await rm(fresh, { force: true }).catch(() => {});
    }
  }

  /**
   * Whether the lock is still ours: a machine that slept for long may have been taken for dead.
   *
   * @throws the file system's own error
   */
  async isHeld(): Promise<boolean> {
    return (await readOwner(this.#path))?.token === this.#token;
  }

  /** Lets go of the lock. Never throws: a lock that stays is one of a dead process soon. */
  async release(): Promise<void> {
    clearInterval(this.#timer);
    await this.#file.close().catch(() => {});
    // A second time where the disk refused: this process may go on for long.
    await this.#remove().catch(() => this.#remove().catch(() => {}));
  }

  async #remove(): Promise<void> {
    const found = await readOwner(this.#path);
    if (found?.token === this.#token) await rm(this.#path, { force: true });
    else if (found !== undefined && found.owner === undefined) throw new Error('the lock cannot be read');
  }
}

/** Whether there are files of a lock of this path, whoever made them. */
export async function hasLockFiles(target: string): Promise<boolean> {
  const own = lockFileNames(lockPath(target));
  const files = await readdir(dirname(target)).catch(() => []);
  return files.some((file) => own.test(file));
}

function lockPath(target: string): string {
  return join(dirname(target), `.${basename(target)}.lock`);
}

function lockFileNames(path: string): RegExp {
  const name = basename(path).replace(/[^\w]/g, '\\$&');
  return new RegExp(`^${name}(\\.[0-9a-f]{16}(\\.new)?)?$`);
}

/** Takes the lock with the file `fresh`, or tells who holds it. */
async function take(
  path: string,
  fresh: string,
  token: string,
  staleAfter: number,
): Promise<Held | undefined> {
  for (;;) {
    if (await linkNew(fresh, path)) return undefined;
    const last = await lastInChain(path);
    if (last === undefined) continue; // It was let go of just now.
    if (!(await isDead(last, fresh, staleAfter))) return { owner: last.owner };
    const succession = `${path}.${last.token}`;
    if (!(await linkNew(fresh, succession))) continue; // Somebody else follows.
    try {
      if ((await lastInChain(path))?.token === token) {
        await rename(fresh, path);
        return undefined;
      }
    } catch (error) {
      await rm(succession, { force: true }).catch(() => {});
      throw error;
    }
    await rm(succession, { force: true });
  }
}

/** Gives a file a second name where nothing has that name; tells whether it did. */
async function linkNew(file: string, name: string): Promise<boolean> {
  try {
    await link(file, name);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    if (!hasCode(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK')) throw error;
  }
  // A file system without second names: a copy is not whole at once, and counts by its age until it is.
  try {
    await copyFile(file, name, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/** The file of a holder. */
interface LockFile {
  path: string;
  token: string;
  owner: LockOwner | undefined;
}

/** Who holds the lock: the last of those who followed one another. */
async function lastInChain(path: string): Promise<LockFile | undefined> {
  let last = await readOwner(path);
  for (let next = last; next !== undefined; next = await readOwner(`${path}.${next.token}`)) last = next;
  return last;
}

async function readOwner(path: string): Promise<LockFile | undefined> {
  try {
    const { ino } = await lstat(path, { bigint: true });
    // What is no lock, or one that may not be read, is known by its place on the disk.
    const unknown = { path, token: ino.toString(16).padStart(16, '0'), owner: undefined };
    const text = await readSmall(path).catch((error: unknown) => {
      if (hasCode(error, 'ELOOP', 'EACCES', 'EISDIR', 'ENXIO')) return '';
      throw error;
    });
    const owner = parseOwner(text);
    return owner === undefined ? unknown : { path, token: owner.token, owner };
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** The beginning of a file, which is all of a lock. */
async function readSmall(path: string): Promise<string> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | NO_FOLLOW);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** @param fresh a file that was written just now, whose time is that of the file system's own clock */
async function isDead(holder: LockFile, fresh: string, staleAfter: number): Promise<boolean> {
  const running = holder.owner === undefined ? undefined : await isRunning(holder.owner);
  if (running !== undefined) return !running;
  const now = await lstat(fresh);
  const beat = await lstat(holder.path).catch(() => now);
  return now.mtimeMs - beat.mtimeMs > staleAfter;
}

/** Removes what others left of their tries: none of it holds now, but a succession of our own, which is not ours to remove. */
async function clear(path: string, token: string): Promise<void> {
  const own = lockFileNames(path);
  const keep = [basename(path), `${basename(path)}.${token}`];
  for (const file of await readdir(dirname(path)))
    if (own.test(file) && !keep.includes(file)) await rm(join(dirname(path), file), { force: true });
}

function hasCode(error: unknown, ...codes: string[]): boolean {
  return codes.includes(codeOf(error) ?? '');
}
