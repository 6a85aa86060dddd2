import type { DatasetDefinition } from '../dataset/definition.js';
import type { ArchiveDefinition } from '../dataset/split-definition.js';
import { isS3Url } from '../storage/s3-url.js';
import { expectArchive } from './content.js';
import { DEFAULT_TIMEOUTS } from './dispatcher.js';
import { withResponse } from './http.js';
import { locateArchive } from './locate.js';
import { archivesAt, urlsOf } from './mirrors.js';
import { readWholeObject, storageOptions } from './object-url.js';
import type { RangedSources } from './open-ranged.js';
import { RangedUrl, type RangedUrlOptions } from './ranged-url.js';
import { readArchive } from './read.js';
import { asDownloadError, interrupted, type TransferError } from './transfer-error.js';
import { failureOf, untilItEnds } from './tries.js';

/**
 * Reads an archive from its first byte to its last where it lies, and keeps nothing of it: whoever reads ranges of it does not see its
 * checksum. A mirror is asked whatever is in the cache, since others may have nothing there.
 *
 * @throws {DatasetError} `ARCHIVE_SIZE`, `ARCHIVE_CHECKSUM` where it is not the archive, as {@link readArchive}; `DOWNLOAD_FAILED`,
 *   `PACKAGE_MISSING`, `DISK`, `INTERRUPTED`, and what `ArchiveFolder` throws
 */
export async function checkArchive(
  definition: DatasetDefinition,
  archive: ArchiveDefinition,
  sources: RangedSources,
): Promise<void> {
  const { archivePaths, cacheDir, signal } = sources;
  const archives = archivesAt(sources.archives);
  const isGiven = typeof archives === 'object' || archivePaths?.has(archive.sha256) === true;
  const isDrawn = definition.drawn !== undefined && archives === undefined;
  if (!isGiven && !isDrawn)
    return checkAtMirrors(
      archive,
      urlsOf(definition, archive, typeof archives === 'string' ? archives : undefined),
      sources,
    );
  const path = await locateArchive(definition, archive, { archives, archivePaths, cacheDir, signal });
  // What nobody takes is read for the checksum all the same.
  await readArchive(path, archive, () => Promise.resolve());
}

/** The first mirror that can be read is the one that is checked, as it is the one that is read. */
async function checkAtMirrors(
  archive: ArchiveDefinition,
  urls: readonly string[],
  options: RangedUrlOptions,
): Promise<void> {
  const failures: TransferError[] = [];
  try {
    for (const url of urls) {
      const failure = isS3Url(url)
        ? await failureOf(() => readWholeObject(url, archive, storageOptions(options)))
        : await checkUrl(url, archive, options);
      if (failure === undefined) return;
      if (failure.code === 'ARCHIVE_CHECKSUM') throw asDownloadError(archive.file, [failure]);
      failures.push(failure);
    }
  } catch (error) {
    throw options.signal?.aborted === true ? interrupted(archive.file, error) : error;
  }
  throw asDownloadError(archive.file, failures);
}

/** Reads all of a URL as one range, which can be gone on with; or whole, where the server gives no ranges. */
async function checkUrl(
  url: string,
  archive: ArchiveDefinition,
  options: RangedUrlOptions,
): Promise<TransferError | undefined> {
  const { signal, timeouts = DEFAULT_TIMEOUTS } = options;
  const source = { url, contentType: undefined, closeDelimited: false };
  let ranged: RangedUrl | undefined;
  const failure = await failureOf(async () => {
    ranged = await RangedUrl.open(url, archive, options);
    if (ranged !== undefined)
      await expectArchive(ranged.transfer({ start: 0, end: archive.bytes }), archive, source);
  });
  if (failure !== undefined || ranged !== undefined) return failure;
  return untilItEnds(options, () =>
    withResponse(url, { timeouts, signal }, (response) => expectArchive(response.chunks, archive, response)),
  );
}
