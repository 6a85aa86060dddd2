import { cachedPath, isCached } from './archive/cache.js';
import { archiveIn } from './archive/locate.js';
import {
  type ArchiveDefinition,
  archivesOf,
  type DatasetDefinition,
  datasetId,
  featuresOf,
  type SplitDefinition,
} from './dataset/definition.js';
import { freeSpace } from './disk-space.js';
import { FRAMING_BYTES } from './encode/record.js';
import { maxRecordBytes } from './encode/slice.js';
import { type PrepareOptions, runSettings } from './options.js';
import { automaticShardCount, shardRanges } from './plan/shards.js';
import { datasetDirectory, inspectTarget } from './publish/target.js';
import { leastSpace } from './run-size.js';
import type { FormatName } from './shard/formats.js';

/** What a run would do, as far as it is known before any archive is read. */
export interface RunPlan {
  /** The data set, with its config: `emnist/letters`. */
  name: string;
  version: string;
  directory: string;
  /** What would become of the directory. */
  target: string;
  /** Each archive, and where it would come from. */
  archives: { file: string; bytes: number; from: string }[];
  /** Each split, and into how many shards it would be cut. */
  splits: { name: string; rows: number; shards: string }[];
  formats: readonly FormatName[];
  /** What the run needs on the disk of its output at least, and what is free there, where that can be known, in bytes. */
  space: { needed: number; free: number | undefined };
}

/**
 * The plan of a run.
 *
 * @throws {DatasetError} `SHARD_COUNT` when a split has fewer rows than shards, `DISK`
 */
export async function planRun(definition: DatasetDefinition, options: PrepareOptions): Promise<RunPlan> {
  const run = runSettings(definition, options, new AbortController().signal);
  const directory = datasetDirectory(options.out, definition);
  const { state } = await inspectTarget(directory, definition.name);
  return {
    name: datasetId(definition),
    version: definition.version,
    directory,
    target:
      state === 'absent' || state === 'empty'
        ? 'new'
        : `${state}, ${outcome(state, options.overwrite === true)}`,
    archives: await Promise.all(
      archivesOf(definition).map(async (archive) => ({
        file: archive.file,
        bytes: archive.bytes,
        from: await origin(definition, archive, options),
      })),
    ),
    splits: definition.splits.map((split) => ({
      name: split.name,
      rows: split.rows,
      shards: shardsOf(definition, split, options),
    })),
    formats: run.formats,
    space: { needed: leastSpace(definition, run), free: await freeSpace(directory) },
  };
}

function outcome(state: 'complete' | 'incomplete' | 'foreign', overwrite: boolean): string {
  if (overwrite) return 'to be replaced';
  return state === 'complete' ? 'to be left alone' : 'in the way';
}

async function origin(
  definition: DatasetDefinition,
  archive: ArchiveDefinition,
  options: PrepareOptions,
): Promise<string> {
  const given = options.archivePaths?.get(archive.sha256);
  if (given !== undefined) return `from ${given}`;
  if (options.archives !== undefined) return `from ${await archiveIn(options.archives, definition, archive)}`;
  const cached = cachedPath(options.cacheDir, archive);
  if (await isCached(cached, archive.bytes)) return `from the cache, ${cached}`;
  if (definition.drawn !== undefined) return 'drawn here';
  return `from ${definition.mirrors.map((mirror) => new URL(archive.file, mirror).href).join(', or ')}`;
}

function shardsOf(definition: DatasetDefinition, split: SplitDefinition, options: PrepareOptions): string {
  const shards = (count: number): string => `${count} ${count === 1 ? 'shard' : 'shards'}`;
  if (options.numShards !== undefined) {
    return shards(shardRanges(split.name, split.rows, options.numShards).length);
  }
  if (options.maxShardSize !== undefined)
    return `as few shards as keep each within ${options.maxShardSize} bytes`;
  const largest = maxRecordBytes(featuresOf(definition)) - FRAMING_BYTES;
  const most = automaticShardCount(split.rows * largest, split.rows);
  return most === 1 ? shards(1) : `1 to ${shards(most)}, by the size of the encoded rows`;
}
