import { setTimeout as sleep } from 'node:timers/promises';
import type { ArchiveDefinition } from '../dataset/definition.js';
import { DatasetError } from '../errors.js';
import { cachedPath, isCached } from './cache.js';
import { Content, checkEnd, checkGrowth } from './content.js';
import { DEFAULT_TIMEOUTS, type Timeouts } from './dispatcher.js';
import { withResponse } from './http.js';
import { PartialFile } from './partial-file.js';
import { DEFAULT_RETRY, type RetryPolicy, retryDelay } from './retry.js';
import { asDownloadError, TransferError } from './transfer-error.js';

/** One archive as a definition names it, and where it is to be had. */
export interface RemoteArchive extends ArchiveDefinition {
  /** Mirrors, tried in this order. */
  urls: readonly string[];
}

export interface DownloadOptions {
  /** The folder that {@link cachedPath} is under; made when it is not there. */
  cacheDir: string;
  signal?: AbortSignal | undefined;
  /** Called as bytes arrive: bytes so far of this archive. A further try begins again from few. */
  onProgress?: ((received: number) => void) | undefined;
  retry?: RetryPolicy | undefined;
  timeouts?: Timeouts | undefined;
}

/**
 * Path of the archive in the cache, downloaded if no file of its size is there. What was downloaded has the archive's size
 * and checksum; of what was there before, only the size is known.
 *
 * @throws {DatasetError} `DOWNLOAD_FAILED`, `ARCHIVE_SIZE`, `ARCHIVE_CHECKSUM`, `DISK_FULL`, `DISK`, `INTERRUPTED`; no
 *   partial file stays behind
 */
export async function download(archive: RemoteArchive, options: DownloadOptions): Promise<string> {
  const { signal } = options;
  const path = cachedPath(options.cacheDir, archive);
  const failures: TransferError[] = [];
  try {
    signal?.throwIfAborted();
    if (await isCached(path, archive.bytes)) return path;
    for (const url of archive.urls) {
      const failure = await tryMirror(url, archive, path, options);
      if (failure === undefined) return path;
      failures.push(failure);
    }
  } catch (error) {
    if (signal?.aborted !== true) throw error;
    throw new DatasetError('INTERRUPTED', `interrupted while downloading ${archive.file}`, { cause: error });
  }
  throw asDownloadError(archive.file, failures);
}

/** Asks one mirror until it gives the archive, or until asking again makes no sense; returns why then. */
async function tryMirror(
  url: string,
  archive: ArchiveDefinition,
  path: string,
  { signal, onProgress, retry = DEFAULT_RETRY, timeouts = DEFAULT_TIMEOUTS }: DownloadOptions,
): Promise<TransferError | undefined> {
  for (let attempt = 1; ; attempt++) {
    try {
      await transfer(url, archive, path, timeouts, signal, onProgress);
      return undefined;
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof TransferError)) throw error;
      error.attempts = attempt;
      if (error.details.passing !== true || attempt >= retry.attempts) return error;
      const delay = retryDelay(attempt, error.details.retryAfter, Date.now(), retry);
      await sleep(delay, undefined, signal === undefined ? {} : { signal });
    }
  }
}

/** One try: a response into a partial file, checked as it comes, published when it is the archive. */
async function transfer(
  url: string,
  archive: ArchiveDefinition,
  path: string,
  timeouts: Timeouts,
  signal: AbortSignal | undefined,
  onProgress: ((received: number) => void) | undefined,
): Promise<void> {
  const partial = await PartialFile.open(path);
  try {
    await withResponse(url, timeouts, signal, async (response) => {
      const content = new Content();
      for await (const chunk of response.chunks) {
        content.update(chunk);
        checkGrowth(content, archive, response);
        await partial.write(chunk);
        onProgress?.(content.bytes);
      }
      checkEnd(content, archive, response);
    });
    signal?.throwIfAborted();
    await partial.publish();
  } catch (error) {
    await partial.discard();
    throw error;
  }
}
