import { rm } from 'node:fs/promises';
import { archivesOf, type DatasetDefinition } from '../dataset/definition.js';
import type { ArchiveDefinition } from '../dataset/split-definition.js';
import { asDiskError } from '../errors.js';
import { sha256OfFile } from '../fs/file-checksum.js';
import { locateArchive } from './locate.js';
import { archivesAt } from './mirrors.js';
import { Slots } from './slots.js';

/** Where archives are looked for, and who is told of them. */
export interface ArchiveSources {
  /** A folder that holds them all, or its URL (https://, http://, s3://). */
  archives?: string | undefined;
  /** Where single ones lie, by their SHA-256. */
  archivePaths?: ReadonlyMap<string, string> | undefined;
  /** Where downloads are kept. */
  cacheDir: string;
  signal: AbortSignal;
  onEvent: (event: ArchiveEvent) => void;
}

/** What happens to an archive. */
export type ArchiveEvent =
  /** It is being downloaded: `received` of `bytes` have come. */
  | { event: 'download'; file: string; received: number; bytes: number }
  /** It is at hand. */
  | { event: 'archive'; file: string; path: string; bytes: number }
  | { event: 'warning'; message: string };

/**
 * Archives of a run that are on their way at once, in the order in which they are read: each has a lock and a file open. Those of
 * one host wait for each other besides.
 */
const ON_THEIR_WAY = 8;

/** The archives of a run, each at hand, on its way, or waiting for those before it. */
export interface LocatedArchives {
  /**
   * Waits for the path of one; a zip of which several members are used is one.
   *
   * @throws {DatasetError} what {@link locateArchive} throws
   */
  locate: (archive: ArchiveDefinition) => Promise<string>;
  /**
   * Gets those of these archives again whose files in the cache are damaged; tells whether there was one. An archive that
   * was given is never touched.
   *
   * @throws {DatasetError} what {@link locateArchive} throws
   */
  renewDamaged: (archives: readonly ArchiveDefinition[]) => Promise<boolean>;
  /** Rejects as soon as one cannot be had: a run need not read a hundred others first. It never resolves. */
  failed: Promise<never>;
  /** Resolves when none is on its way any more, however it ended. */
  settled: Promise<unknown>;
}

/**
 * Starts getting hold of archives.
 *
 * @param wanted those of the definition that are needed (default: all)
 */
export function locateAll(
  definition: DatasetDefinition,
  { archives, archivePaths, cacheDir, signal, onEvent }: ArchiveSources,
  wanted: readonly ArchiveDefinition[] = archivesOf(definition),
): LocatedArchives {
  const onReceived = ({ file, bytes }: ArchiveDefinition, received: number): void =>
    onEvent({ event: 'download', file, received, bytes });
  const place = archivesAt(archives);
  const start = async (archive: ArchiveDefinition): Promise<string> => {
    const path = await locateArchive(definition, archive, {
      archives: place,
      archivePaths,
      cacheDir,
      signal,
      onReceived,
    });
    onEvent({ event: 'archive', file: archive.file, path, bytes: archive.bytes });
    return path;
  };
  const key = ({ sha256, file }: ArchiveDefinition): string => `${sha256}/${file}`;
  const slots = new Slots(ON_THEIR_WAY);
  const paths = new Map(wanted.map((archive) => [key(archive), slots.with(() => start(archive))]));
  const failed = new Promise<never>((_, reject) => {
    for (const path of paths.values()) path.catch(reject);
  });
  failed.catch(() => {}); // Whoever runs looks at it.
  const locate = (archive: ArchiveDefinition): Promise<string> => {
    const path = paths.get(key(archive)) ?? start(archive);
    paths.set(key(archive), path);
    return path;
  };
  const renew = async (archive: ArchiveDefinition): Promise<boolean> => {
    if (typeof place === 'object' || archivePaths?.has(archive.sha256) === true) return false;
    const located = paths.get(key(archive));
    // Nobody has asked for it: what was read of it, if anything, was read elsewhere.
    if (located === undefined) return false;
    const path = await located;
    if ((await sha256OfFile(path)) === archive.sha256) return false;
    onEvent({ event: 'warning', message: `${path} is damaged, and is got again` });
    await rm(path, { force: true }).catch((error: unknown) => {
      throw asDiskError(error, `removing ${path}`);
    });
    const renewed = start(archive);
    paths.set(key(archive), renewed);
    await renewed;
    return true;
  };
  return {
    locate,
    failed,
    async renewDamaged(archives) {
      let any = false;
      for (const archive of archives) any = (await renew(archive)) || any;
      return any;
    },
    settled: Promise.allSettled(paths.values()),
  };
}
