import type { DatasetDefinition } from '../dataset/definition.js';
import type { ArchiveDefinition } from '../dataset/split-definition.js';
import { type ArchiveSources, locateAll } from './locate-all.js';
import { readArchive } from './read.js';

/**
 * Reads an archive whole, for its checksum alone.
 *
 * @throws {DatasetError} `ARCHIVE_CHECKSUM`, `ARCHIVE_SIZE`, and what {@link locateAll} throws
 */
export async function checkArchive(
  definition: DatasetDefinition,
  archive: ArchiveDefinition,
  sources: ArchiveSources,
): Promise<void> {
  const path = await locateAll(definition, sources, [archive]).locate(archive);
  await readArchive(path, archive, async (bytes) => {
    for await (const _ of bytes);
  });
}
