import { type ArchiveDefinition, archivesOf, type DatasetDefinition } from '../dataset/definition.js';
import type { RunSettings } from '../options.js';
import { locateArchive } from './locate.js';

/** The archives of a run, each at hand or on its way. */
export interface LocatedArchives {
  /**
   * Waits for the path of one; a zip of which several members are used is one.
   *
   * @throws {DatasetError} what {@link locateArchive} throws
   */
  locate: (archive: ArchiveDefinition) => Promise<string>;
  /** Resolves when none is on its way any more, however it ended. */
  settled: Promise<unknown>;
}

/** Starts getting hold of all archives at once. */
export function locateAll(
  definition: DatasetDefinition,
  { archives, archivePaths, cacheDir, signal, onEvent }: RunSettings,
): LocatedArchives {
  const onReceived = ({ file, bytes }: ArchiveDefinition, received: number): void =>
    onEvent({ event: 'download', file, received, bytes });
  const start = async (archive: ArchiveDefinition): Promise<string> => {
    const path = await locateArchive(definition, archive, {
      archives,
      archivePaths,
      cacheDir,
      signal,
      onReceived,
    });
    onEvent({ event: 'archive', file: archive.file, path, bytes: archive.bytes });
    return path;
  };
  const key = ({ sha256, file }: ArchiveDefinition): string => `${sha256}/${file}`;
  const paths = new Map(archivesOf(definition).map((archive) => [key(archive), start(archive)]));
  return {
    locate: (archive) => paths.get(key(archive)) ?? start(archive),
    settled: Promise.allSettled(paths.values()),
  };
}
