import type { DatasetDefinition } from '../dataset/definition.js';
import type { ArchiveDefinition } from '../dataset/split-definition.js';
import { isS3Url } from '../storage/s3-url.js';
import { cachedPath, isCached } from './cache.js';
import { sha256OnceOfFile } from './checksum.js';
import type { ArchiveSources } from './locate-all.js';
import { archivesAt, urlsOf } from './mirrors.js';
import { storageOptions } from './object-url.js';
import { isArrayFile, type RangedArchive } from './ranged-archive.js';
import { RangedFile } from './ranged-file.js';
import { RangedObject } from './ranged-object.js';
import { RangedUrl, type RangedUrlOptions } from './ranged-url.js';
import { asDownloadError, interrupted, TransferError } from './transfer-error.js';

/** Where archives are looked for, of which ranges are read. */
export type RangedSources = Pick<ArchiveSources, 'archives' | 'archivePaths' | 'cacheDir'> & RangedUrlOptions;

/**
 * Opens an archive for ranges of it; gives nothing where it has to be read whole.
 *
 * @throws {DatasetError} `DOWNLOAD_FAILED`, `ARCHIVE_SIZE` where no mirror gives its head; `PACKAGE_MISSING`, `DISK`, `INTERRUPTED`, and
 *   what `ArchiveFolder` throws
 */
export type OpenRanged = (archive: ArchiveDefinition) => Promise<RangedArchive | undefined>;

/**
 * Opens archives of a data set where they lie, in the order in which a run looks for them: where they were given, in the cache, at their
 * mirrors. Nothing is put into the cache. Of what is there, the checksum is compared once in a process: whoever checks the archive at its
 * mirror does not see this file.
 */
export function rangedArchives(definition: DatasetDefinition, sources: RangedSources): OpenRanged {
  const { archivePaths, cacheDir, signal } = sources;
  const archives = archivesAt(sources.archives);
  const open = async (archive: ArchiveDefinition): Promise<RangedArchive | undefined> => {
    const given = archivePaths?.get(archive.sha256);
    if (given !== undefined) return RangedFile.open(given, archive, signal);
    if (typeof archives === 'object')
      return RangedFile.open(await archives.locate(definition, archive), archive, signal);
    const cached = cachedPath(cacheDir, archive);
    if ((await isCached(cached, archive.bytes)) && (await sha256OnceOfFile(cached)) === archive.sha256)
      return RangedFile.open(cached, archive, signal);
    if (definition.drawn !== undefined && archives === undefined) return undefined;
    return openAtMirror(archive, urlsOf(definition, archive, archives), sources);
  };
  return async (archive) => {
    const ranged = await open(archive);
    return ranged !== undefined && isArrayFile(ranged) ? ranged : undefined;
  };
}

/** The first mirror that gives the archive's head; nothing where that does not give ranges. */
async function openAtMirror(
  archive: ArchiveDefinition,
  urls: readonly string[],
  options: RangedUrlOptions,
): Promise<RangedArchive | undefined> {
  const failures: TransferError[] = [];
  for (const url of urls) {
    try {
      return isS3Url(url)
        ? await RangedObject.open(url, archive, storageOptions(options))
        : await RangedUrl.open(url, archive, options);
    } catch (error) {
      if (options.signal?.aborted === true) throw interrupted(archive.file, error);
      if (!(error instanceof TransferError)) throw error;
      failures.push(error);
    }
  }
  throw asDownloadError(archive.file, failures);
}
