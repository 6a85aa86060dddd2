import { stat } from 'node:fs/promises';
import { cachedPath, isCached } from '../archive/cache.js';
import { archivesOf, type DatasetDefinition } from '../dataset/definition.js';
import type { ArchiveDefinition } from '../dataset/split-definition.js';
import { freeSpace, isSameDisk, requireSpace } from '../fs/disk-space.js';
import { partialPath } from '../fs/partial-file.js';
import type { RunSettings } from './options.js';
import { leastSpace } from './run-size.js';

/** Archives that a run has to download. */
export interface Downloads {
  /** How many. */
  archives: number;
  /** Their bytes that are not in the cache yet. */
  bytes: number;
  /** The cache. */
  directory: string;
  /** What is free there, in bytes, where that can be known. */
  free: number | undefined;
}

/** What a run needs on disks, as far as it is known before any archive is read. */
export interface RunSpace {
  /** Bytes on the disk of its output at least. */
  needed: number;
  /** What is free there, where that can be known. */
  free: number | undefined;
  downloads: Downloads;
  /** Whether the cache and the output share one disk. */
  isOneDisk: boolean;
}

/**
 * What a run needs on disks.
 *
 * @param directory of the data set
 * @throws {DatasetError} `DISK`
 */
export async function runSpace(
  definition: DatasetDefinition,
  directory: string,
  run: RunSettings,
): Promise<RunSpace> {
  return {
    needed: leastSpace(definition.splits, run),
    free: await freeSpace(directory),
    downloads: await downloadsOf(definition, run),
    isOneDisk: await isSameDisk(directory, run.cacheDir),
  };
}

async function downloadsOf(
  definition: DatasetDefinition,
  { archives, archivePaths, cacheDir }: RunSettings,
): Promise<Downloads> {
  const isGiven = archives !== undefined || definition.drawn !== undefined;
  const wanted = isGiven ? [] : archivesOf(definition).filter(({ sha256 }) => !archivePaths?.has(sha256));
  const missing = await Promise.all(wanted.map((archive) => missingBytes(cacheDir, archive)));
  return {
    archives: missing.filter((bytes) => bytes > 0).length,
    bytes: missing.reduce((sum, bytes) => sum + bytes, 0),
    directory: cacheDir,
    free: await freeSpace(cacheDir),
  };
}

/** How much of an archive is not in the cache; a download that broke off goes on where it was. */
async function missingBytes(cacheDir: string, archive: ArchiveDefinition): Promise<number> {
  const path = cachedPath(cacheDir, archive);
  if (await isCached(path, archive.bytes)) return 0;
  const partial = await stat(partialPath(path)).catch(() => undefined);
  return Math.max(1, archive.bytes - (partial?.size ?? 0));
}

/**
 * Refuses a run for which there is too little room, before the first byte of it.
 *
 * @throws {DatasetError} `DISK_FULL`, `DISK`
 */
export async function requireRunSpace(
  definition: DatasetDefinition,
  directory: string,
  run: RunSettings,
): Promise<void> {
  const { needed, downloads, isOneDisk } = await runSpace(definition, directory, run);
  await requireSpace(directory, needed, 'another --out');
  if (downloads.bytes === 0) return;
  await requireSpace(
    downloads.directory,
    downloads.bytes + (isOneDisk ? needed : 0),
    `another folder for downloads with IDX_SHARDS_CACHE${isOneDisk ? ', or another --out' : ''}`,
  );
}
