import type { ArchiveDefinition, DatasetDefinition } from '../dataset/definition.js';
import type { RunSettings } from '../options.js';
import { locateArchive } from './locate.js';

/** The archives of a run, each at hand or on its way. */
export interface LocatedArchives {
  /**
   * Waits for the path of one.
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
  const all = definition.splits.flatMap(({ images, labels }) => [images, labels]);
  const paths = new Map(all.map((archive) => [archive, start(archive)]));
  return {
    locate: (archive) => paths.get(archive) ?? start(archive),
    settled: Promise.allSettled(paths.values()),
  };
}
