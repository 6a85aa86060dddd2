import type { DatasetDefinition } from '../dataset/definition.js';
import type { ArchiveDefinition } from '../dataset/split-definition.js';
import { writeWhole } from '../fs/partial-file.js';
import type { ArchiveFolder } from './archive-folder.js';
import { cachedPath } from './cache.js';
import { fetchOnce } from './fetch-once.js';
import { urlsOf } from './mirrors.js';

/** Where a run takes its archives from. */
export interface ArchiveOptions {
  /**
   * A folder that holds them already; without it they come from the cache, and into it from their mirrors, or from a URL that is given
   * in the place of these.
   */
  archives?: ArchiveFolder | string | undefined;
  /** Where single archives lie, by their SHA-256; before all else. */
  archivePaths?: ReadonlyMap<string, string> | undefined;
  cacheDir: string;
  signal?: AbortSignal | undefined;
  /** Called as the bytes of a download come, with how many have come. */
  onReceived?: ((archive: ArchiveDefinition, received: number) => void) | undefined;
}

/**
 * The path of an archive on this machine, got hold of if need be. Its content is checked by whoever reads it.
 *
 * @throws {DatasetError} what `download` of `download.ts` and {@link ArchiveFolder} throw, and `DISK` or `DISK_FULL` where an archive cannot be kept
 */
export async function locateArchive(
  definition: DatasetDefinition,
  archive: ArchiveDefinition,
  options: ArchiveOptions,
): Promise<string> {
  const given = options.archivePaths?.get(archive.sha256);
  if (given !== undefined) return given;
  const { archives } = options;
  if (typeof archives === 'object') return archives.locate(definition, archive);
  if (definition.drawn !== undefined && archives === undefined) return drawnArchive(archive, options);
  const { download } = await import('./download.js');
  return download(
    { ...archive, urls: urlsOf(definition, archive, archives) },
    {
      cacheDir: options.cacheDir,
      signal: options.signal,
      onProgress: (received) => options.onReceived?.(archive, received),
    },
  );
}

let drawing: Promise<Map<string, Uint8Array>> | undefined;

/** An archive of the data set that the project draws itself: drawn once, then kept in the cache as a download is. */
async function drawnArchive(
  archive: ArchiveDefinition,
  { cacheDir, signal }: ArchiveOptions,
): Promise<string> {
  const path = cachedPath(cacheDir, archive);
  await fetchOnce(path, archive.bytes, { cacheDir, signal }, async () => {
    drawing ??= import('./draw/archives.js').then(({ drawArchives }) => drawArchives());
    const bytes = (await drawing).get(archive.file);
    if (bytes !== undefined) await writeWhole(path, bytes);
  });
  return path;
}
