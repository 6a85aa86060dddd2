import { dirname } from 'node:path';
import type { ArchiveFolder } from '../archive/archive-folder.js';
import { cachedPath, isCached } from '../archive/cache.js';
import { archivesAt, urlsOf } from '../archive/mirrors.js';
import { archivesOf, type DatasetDefinition, datasetId } from '../dataset/definition.js';
import type { ArchiveDefinition, SplitDefinition } from '../dataset/split-definition.js';
import { otherPart } from '../directory/publish/other-data.js';
import { datasetDirectory, lookAtTarget } from '../directory/publish/target.js';
import { directoryText, isWhole } from '../directory/text.js';
import { asDatasetError } from '../errors.js';
import { type FormatName, isReadByTfds } from '../formats/formats.js';
import { requireContained, requireNoLink } from '../fs/contained-path.js';
import { mostShards, shardRanges } from '../plan/shards.js';
import { maxRecordBytes } from './encode-slice.js';
import { expectedSeconds } from './expected-time.js';
import { inHome, type PrepareOptions, type RunSettings, runSettings } from './options.js';
import { type RunSpace, runSpace } from './run-space.js';

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
  /** The places that they would come from, with how many from each. */
  origins: { from: string; archives: number; bytes: number }[];
  /** Each split, and into how many shards it would be cut. */
  splits: { name: string; rows: number; shards: string }[];
  formats: readonly FormatName[];
  /** Whether TFDS reads one of them. */
  forTfds: boolean;
  /** What the run needs on disks, and what is free there, in bytes. */
  space: RunSpace;
  /** How long the rows take, in seconds, once their archives are there; see {@link expectedSeconds}. */
  seconds: number | undefined;
  workers: number;
}

/**
 * The plan of a run.
 *
 * @throws {DatasetError} `SHARD_COUNT` when a split has fewer rows than shards, `DISK`
 */
export async function planRun(definition: DatasetDefinition, given: PrepareOptions): Promise<RunPlan> {
  const options = inHome(given);
  const run = runSettings(definition, options);
  const directory = datasetDirectory(options.out, definition);
  const place = archivesAt(options.archives);
  const archives = await Promise.all(
    archivesOf(definition).map(async (archive) => ({
      ...archive,
      ...(await origin(definition, archive, { ...options, place })),
    })),
  );
  return {
    name: datasetId(definition),
    version: definition.version,
    directory,
    target: await outcome(definition, directory, options),
    archives: archives.map(({ file, bytes, from }) => ({ file, bytes, from })),
    origins: originsOf(archives),
    splits: definition.splits.map((split) => ({
      name: split.name,
      rows: split.rows,
      shards: shardsOf(split, run),
    })),
    formats: run.formats,
    forTfds: isReadByTfds(run.formats),
    space: await runSpace(definition, directory, run),
    seconds: expectedSeconds(definition.splits, run),
    workers: run.workers,
  };
}

async function outcome(
  definition: DatasetDefinition,
  directory: string,
  { out, overwrite }: Pick<PrepareOptions, 'out' | 'overwrite'>,
): Promise<string> {
  const target = await lookAtTarget(directory);
  const isSame = target !== undefined && isWhole(target) && otherPart(definition, target) === undefined;
  if (isSame && overwrite !== true) return 'complete, to be left alone';
  try {
    await requireContained(out, directory);
    await requireNoLink(directory);
  } catch (error) {
    return `in the way: ${asDatasetError(error).message}`;
  }
  if (target === undefined) return 'new';
  return `${overwrite === true ? 'to be replaced' : 'in the way'}: ${directoryText(target)}`;
}

/** Where an archive would come from, and the place that it shares with others. */
interface Origin {
  from: string;
  place: string;
}

async function origin(
  definition: DatasetDefinition,
  archive: ArchiveDefinition,
  { place, ...options }: PrepareOptions & { place: ArchiveFolder | string | undefined },
): Promise<Origin> {
  const given = options.archivePaths?.get(archive.sha256);
  if (given !== undefined) return { from: `from ${given}`, place: `from ${dirname(given)}` };
  if (typeof place === 'object') {
    return place.locate(definition, archive).then(
      (path) => ({ from: `from ${path}`, place: `from ${dirname(path)}` }),
      (error: unknown) => ({
        from: `not to be had: ${asDatasetError(error).message}`,
        place: `not to be had from ${options.archives}`,
      }),
    );
  }
  const cached = cachedPath(options.cacheDir, archive);
  if (await isCached(cached, archive.bytes))
    return { from: `from the cache, ${cached}`, place: `from the cache, ${options.cacheDir}` };
  if (definition.drawn !== undefined && place === undefined)
    return { from: 'drawn here', place: 'drawn here' };
  const urls = urlsOf(definition, archive, place);
  return { from: `from ${urls.join(', or ')}`, place: `from ${place ?? definition.mirrors.join(', or ')}` };
}

function originsOf(archives: readonly (Origin & { bytes: number })[]): RunPlan['origins'] {
  return [...new Set(archives.map(({ place }) => place))].map((from) => {
    const own = archives.filter(({ place }) => place === from);
    return { from, archives: own.length, bytes: own.reduce((sum, { bytes }) => sum + bytes, 0) };
  });
}

function shardsOf(split: SplitDefinition, { numShards, maxShardSize, features }: RunSettings): string {
  const shards = (count: number): string => `${count} ${count === 1 ? 'shard' : 'shards'}`;
  if (numShards !== undefined) {
    return shards(shardRanges(split.name, split.rows, numShards).length);
  }
  if (maxShardSize !== undefined) return `as few shards as keep each within ${maxShardSize} bytes`;
  const most = mostShards(split.rows, maxRecordBytes(features));
  return most === 1 ? shards(1) : `1 to ${shards(most)}, by the size of the encoded rows`;
}
