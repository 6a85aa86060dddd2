import { dirname } from 'node:path';
import type { ArchiveDefinition } from '../dataset/split-definition.js';
import { requireSpace } from '../fs/disk-space.js';
import { isS3Url } from '../storage/s3-url.js';
import { cachedPath } from './cache.js';
import { DEFAULT_TIMEOUTS, type Timeouts } from './dispatcher.js';
import { fetchOnce } from './fetch-once.js';
import { withHostSlot } from './host-slots.js';
import { withResponse } from './http.js';
import { copyObject } from './object-url.js';
import { PartialDownload } from './partial-download.js';
import type { RetryPolicy } from './retry.js';
import { asDownloadError, interrupted, TransferError } from './transfer-error.js';
import { failureOf, untilItEnds } from './tries.js';

/** One archive as a definition names it, and where it is to be had. */
export interface RemoteArchive extends ArchiveDefinition {
  /** Mirrors, tried in this order. */
  urls: readonly string[];
}

export interface DownloadOptions {
  /** The folder that {@link cachedPath} is under; made when it is not there. */
  cacheDir: string;
  signal?: AbortSignal | undefined;
  /** Called as bytes arrive: bytes so far of this archive. A further try may begin again from few. */
  onProgress?: ((received: number) => void) | undefined;
  retry?: RetryPolicy | undefined;
  timeouts?: Timeouts | undefined;
}

/**
 * Path of the archive in the cache, downloaded if no file of its size is there. What was downloaded has the archive's size
 * and checksum; of what was there before, only the size is known. A download that broke off is gone on with, by this run or a
 * later one, where its server tells that the bytes are still the same.
 *
 * @throws {DatasetError} `DOWNLOAD_FAILED`, `ARCHIVE_SIZE`, `ARCHIVE_CHECKSUM`, `DISK_FULL`, `DISK`, `INTERRUPTED`; no
 *   partial file stays behind that a later run could not go on with
 */
export async function download(archive: RemoteArchive, options: DownloadOptions): Promise<string> {
  const { signal } = options;
  const path = cachedPath(options.cacheDir, archive);
  try {
    signal?.throwIfAborted();
    await fetchOnce(path, archive.bytes, options, () => tryMirrors(archive, path, options));
    return path;
  } catch (error) {
    if (signal?.aborted !== true) throw error;
    throw interrupted(archive.file, error);
  }
}

/** Asks one mirror after the other. */
async function tryMirrors(archive: RemoteArchive, path: string, options: DownloadOptions): Promise<void> {
  const failures: TransferError[] = [];
  for (const url of archive.urls) {
    const failure = await withHostSlot(hostOf(url), () =>
      isS3Url(url)
        ? failureOf(() => copyObject(url, archive, path, options))
        : untilItEnds(options, () => transfer(url, archive, path, options)),
    );
    if (failure === undefined) return;
    failures.push(failure);
  }
  throw asDownloadError(archive.file, failures);
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : '';
}

/** One try: a response into a partial file, checked as it comes, published when it is the archive. */
async function transfer(
  url: string,
  archive: ArchiveDefinition,
  path: string,
  { signal, onProgress, timeouts = DEFAULT_TIMEOUTS }: DownloadOptions,
): Promise<void> {
  const partial = await PartialDownload.open(path, url, archive);
  try {
    await requireSpace(
      dirname(path),
      archive.bytes - partial.bytes,
      'another folder for downloads with IDX_SHARDS_CACHE',
    );
    await withResponse(url, { timeouts, signal, rest: partial.rest() }, async (response) => {
      await partial.begin(response);
      for await (const chunk of response.chunks) {
        await partial.write(chunk, response);
        onProgress?.(partial.bytes);
      }
      partial.expectEnd(response);
    });
    signal?.throwIfAborted();
    await partial.publish();
  } catch (error) {
    const brokeOff =
      signal?.aborted === true || (error instanceof TransferError && error.details.brokeOff === true);
    await (brokeOff ? partial.keep() : partial.discard());
    throw error;
  }
}
