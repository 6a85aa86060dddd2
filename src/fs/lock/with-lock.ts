import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { asDiskError, codeOf, DatasetError } from '../../errors.js';
import { makeDirectory, removeEmpty } from '../make-directory.js';
import { FileLock } from './file-lock.js';
import type { LockOwner } from './owner.js';

export interface LockOptions {
  /** Whether to wait until another run lets go of the lock; without it that is an error. */
  wait: boolean;
  signal?: AbortSignal | undefined;
  /** Is told once for each other run that is waited for; of a lock that says nothing, nothing is known. */
  onHeld?: ((owner: LockOwner | undefined) => void) | undefined;
  /** Is called at each look while another run holds the lock. */
  onWait?: (() => Promise<void>) | undefined;
}

/** How long a look at a lock that another holds is from the next, in ms. */
const LOOK_AGAIN = 250;

/** Tries that holders may clear away before that is taken for a fault of the disk. */
const CLEARED_TRIES = 100;

/**
 * Does `work` while this run alone holds the lock of a path. The folder of the path is made, and is removed with those above
 * that were made for it where nothing lies in them afterwards.
 *
 * @throws {DatasetError} `LOCKED` where another run holds it, `DISK`, `DISK_FULL`, and what `work` throws
 */
export async function withLock<T>(
  target: string,
  options: LockOptions,
  work: (lock: FileLock) => Promise<T>,
): Promise<T> {
  const folder = dirname(target);
  let topmostMade: string | undefined;
  try {
    const made = async (): Promise<void> => {
      topmostMade = (await makeDirectory(folder)) ?? topmostMade;
    };
    const lock = await acquire(target, made, options);
    try {
      return await work(lock);
    } finally {
      await lock.release();
    }
  } finally {
    if (topmostMade !== undefined) await removeEmpty(folder, topmostMade);
  }
}

async function acquire(
  target: string,
  makeFolder: () => Promise<void>,
  { wait, signal, onHeld, onWait }: LockOptions,
): Promise<FileLock> {
  const told = new Set<string>();
  for (let cleared = 0; ; ) {
    signal?.throwIfAborted();
    let lock: Awaited<ReturnType<typeof FileLock.tryAcquire>>;
    try {
      await makeFolder();
      lock = await FileLock.tryAcquire(target);
    } catch (error) {
      const again = codeOf(error) === 'ENOENT';
      if (again && ++cleared < CLEARED_TRIES) continue;
      throw asDiskError(error, `locking ${target}`);
    }
    if (lock instanceof FileLock) return lock;
    if (!wait) throw locked(target, lock.owner);
    const token = lock.owner?.token ?? '';
    if (!told.has(token)) onHeld?.(lock.owner);
    told.add(token);
    await onWait?.();
    await sleep(LOOK_AGAIN, undefined, signal === undefined ? {} : { signal }).catch(() => {});
  }
}

function locked(target: string, owner: LockOwner | undefined): DatasetError {
  return new DatasetError('LOCKED', `another run is preparing ${target}`, {
    found: ownerText(owner),
    next: 'Run the command again when that one has ended, or with --wait.',
  });
}

/** Who holds a lock, in words. */
export function ownerText(owner: LockOwner | undefined): string {
  if (owner === undefined) return 'a process that did not say who it is';
  return `process ${owner.pid} on ${owner.host}, since ${owner.since}`;
}
