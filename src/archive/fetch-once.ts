import { rm, stat } from 'node:fs/promises';
import { requireContained } from '../fs/contained-path.js';
import { hasLockFiles } from '../fs/lock/file-lock.js';
import { withLock } from '../fs/lock/with-lock.js';
import { partialPath } from '../fs/partial-file.js';
import { isCached } from './cache.js';
import { forgetResumption } from './resumption.js';

export interface FetchOptions {
  /** The folder that the file lies in, or in one of those below; nothing outside is written. */
  cacheDir: string;
  signal?: AbortSignal | undefined;
  /** Is told how many bytes another run has got hold of so far, while this one waits for it. */
  onProgress?: ((received: number) => void) | undefined;
  /** Whether the file is there as it should be (default: it has its size). */
  isThere?: (() => Promise<boolean>) | undefined;
}

/**
 * Has `fetch` put a file of `bytes` bytes at `path` where there is none. One run does so at a time: another waits for it, and
 * finds the file. What a run that was killed left is gone afterwards, but for a partial file that `fetch` goes on with.
 *
 * @throws {DatasetError} `OUTPUT_OCCUPIED` where a symbolic link leads out of the cache, `DISK`, `DISK_FULL`, and what `fetch`
 *   throws
 */
export async function fetchOnce(
  path: string,
  bytes: number,
  { cacheDir, signal, onProgress, isThere = () => isCached(path, bytes) }: FetchOptions,
  fetch: () => Promise<void>,
): Promise<void> {
  if (await isThere()) {
    // A cache that may only be read serves as well; another run that holds the lock cleans up itself.
    if (await hasLockFiles(path)) await withLock(path, { wait: false }, () => tidy(path)).catch(() => {});
    return;
  }
  await requireContained(cacheDir, path);
  const onWait = async (): Promise<void> => {
    const partial = await stat(partialPath(path)).catch(() => undefined);
    if (partial !== undefined) onProgress?.(Math.min(partial.size, bytes));
  };
  await withLock(path, { wait: true, signal, onWait }, async () => {
    if (!(await isThere())) await fetch();
  });
}

async function tidy(path: string): Promise<void> {
  await forgetResumption(path);
  await rm(partialPath(path), { force: true });
}
