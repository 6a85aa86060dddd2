import { setMaxListeners } from 'node:events';
import { availableParallelism } from 'node:os';
import { locateArchive } from './archive/locate.js';
import type { ArchiveDefinition, DatasetDefinition } from './dataset/definition.js';
import { encodeSplit } from './encode-split.js';
import { DatasetError } from './errors.js';
import type { PrepareEvent } from './events.js';
import { DATASET_INFO_FILE, datasetInfoJson, type SplitInfo } from './manifest/dataset-info.js';
import { FEATURES_FILE, featuresJson, labelsFileName, labelsText } from './manifest/features.js';
import { type ShardingOptions, shardRanges } from './plan/shards.js';
import { WorkerPool } from './pool.js';
import { Staging } from './publish/staging.js';
import { datasetDirectory, inspectTarget } from './publish/target.js';
import type { FormatName } from './shard/formats.js';
import { writeSplit } from './write-split.js';

/** How a data set is to be prepared. */
export interface PrepareOptions extends ShardingOptions {
  /** The folder that holds data sets, TFDS's `data_dir`; made when missing. */
  out: string;
  /** A folder that holds the archives; without it they come from the cache or from their mirrors. */
  archives?: string | undefined;
  /** Where downloads are kept. */
  cacheDir: string;
  /** Formats of the shards. */
  formats: readonly FormatName[];
  /** Worker threads; by default one for each core. The bytes are the same for any number. */
  workers?: number | undefined;
  /** Prepare even where the data set is there already, and replace it. */
  overwrite?: boolean | undefined;
  /** Ends the run: nothing of it stays but the cache. */
  signal?: AbortSignal | undefined;
  /** Is told what happens. */
  onEvent?: ((event: PrepareEvent) => void) | undefined;
}

/** How a run ended: the data set was prepared, or it was there before and left alone. */
export type PrepareResult = { directory: string } & (
  | { state: 'prepared'; splits: SplitInfo[] }
  | { state: 'existing'; files: string[] }
);

/**
 * Prepares a data set: archives become slices, slices records, records shards, and the whole one published directory.
 * Either the directory is there and complete afterwards, or nothing is.
 *
 * @throws {DatasetError} of any code; the target is then as it was before
 */
export async function prepare(
  definition: DatasetDefinition,
  options: PrepareOptions,
): Promise<PrepareResult> {
  checkShardCounts(definition, options);
  const directory = datasetDirectory(options.out, definition);
  const target = await inspectTarget(directory, definition.name);
  if (options.overwrite !== true) {
    if (target.state === 'complete') return { directory, state: 'existing', files: target.files };
    if (target.state === 'foreign') throw occupied(directory, target.files);
  }
  if (target.state === 'incomplete')
    options.onEvent?.({ event: 'incomplete', directory, missing: target.missing });
  const staging = await Staging.open(directory);
  const end = new AbortController();
  const run = boundedBy(end.signal, options);
  const archives = locateAll(definition, run);
  try {
    const splits = await withPool(run, (pool) => makeSplits(definition, run, archives, pool, staging));
    await writeManifest(definition, splits, staging);
    options.signal?.throwIfAborted();
    await staging.publish();
    return { directory, state: 'prepared', splits };
  } catch (error) {
    await staging.discard();
    throw error;
  } finally {
    end.abort();
    await archives.settled;
  }
}

/** The same options, whose signal aborts at `end` too: what is still on its way then, downloads above all, stops. */
function boundedBy(end: AbortSignal, options: PrepareOptions): PrepareOptions {
  const signal = AbortSignal.any(options.signal === undefined ? [end] : [end, options.signal]);
  setMaxListeners(0, signal); // Every archive that waits for its next try listens.
  return { ...options, signal };
}

/** A number of shards that a split cannot have is refused before any work is done. */
function checkShardCounts({ splits }: DatasetDefinition, { numShards }: PrepareOptions): void {
  if (numShards === undefined) return;
  for (const { name, rows } of splits) shardRanges(name, rows, numShards);
}

function occupied(directory: string, files: readonly string[]): DatasetError {
  return new DatasetError('OUTPUT_OCCUPIED', `${directory} holds files that belong to no data set`, {
    expected: 'no directory, an empty one, or a prepared data set',
    found: files.slice(0, 5).join(', '),
    next: 'Choose another --out, move the files away, or replace them all with --overwrite.',
  });
}

/** Runs `work` with a pool of workers that ends with it, or as soon as the signal says so. */
async function withPool<T>(options: PrepareOptions, work: (pool: WorkerPool) => Promise<T>): Promise<T> {
  options.signal?.throwIfAborted();
  const pool = new WorkerPool(options.workers ?? availableParallelism());
  try {
    return await Promise.race([work(pool), abortion(options.signal)]);
  } finally {
    await pool.destroy();
  }
}

/** Never resolves; rejects with the signal's reason when it aborts. */
function abortion(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/** Encodes split after split; the shards of one are written while the next is encoded. */
async function makeSplits(
  definition: DatasetDefinition,
  options: PrepareOptions,
  { locate }: LocatedArchives,
  pool: WorkerPool,
  staging: Staging,
): Promise<SplitInfo[]> {
  const onEvent = options.onEvent ?? (() => {});
  const slicesUnderWay = 2 * pool.threads + 1;
  const infos: Promise<SplitInfo>[] = [];
  for (const split of definition.splits) {
    const [labelsPath, imagesPath] = await Promise.all([locate(split.labels), locate(split.images)]);
    const onRows = (rows: number): void =>
      onEvent({ event: 'encode', split: split.name, rows, total: split.rows });
    const encoded = await encodeSplit({
      definition,
      split,
      imagesPath,
      labelsPath,
      pool,
      slicesUnderWay,
      onRows,
    });
    const target = {
      dataset: definition.name,
      split: split.name,
      formats: options.formats,
      sharding: options,
    };
    const info = writeSplit(encoded, { ...target, pool, staging, onEvent });
    infos.push(handledLater(info));
  }
  return Promise.all(infos);
}

/** The archives of a run, each at hand or on its way. */
interface LocatedArchives {
  /** Waits for the path of one. */
  locate: (archive: ArchiveDefinition) => Promise<string>;
  /** Resolves when none is on its way any more, however it ended. */
  settled: Promise<unknown>;
}

/** Starts getting hold of all archives at once. */
function locateAll(
  definition: DatasetDefinition,
  { archives, cacheDir, signal, onEvent }: PrepareOptions,
): LocatedArchives {
  const onReceived = ({ file, bytes }: ArchiveDefinition, received: number): void =>
    onEvent?.({ event: 'download', file, received, bytes });
  const start = async (archive: ArchiveDefinition): Promise<string> => {
    const path = await locateArchive(definition, archive, { archives, cacheDir, signal, onReceived });
    onEvent?.({ event: 'archive', file: archive.file, path, bytes: archive.bytes });
    return path;
  };
  const all = definition.splits.flatMap(({ images, labels }) => [images, labels]);
  const paths = new Map(all.map((archive) => [archive, start(archive)]));
  return {
    locate: (archive) => paths.get(archive) ?? start(archive),
    settled: Promise.allSettled(paths.values()),
  };
}

/** Keeps a promise that is awaited only later from ending the process when it rejects before. */
function handledLater<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

async function writeManifest(
  definition: DatasetDefinition,
  splits: readonly SplitInfo[],
  staging: Staging,
): Promise<void> {
  await staging.writeText(DATASET_INFO_FILE, datasetInfoJson(definition, splits));
  await staging.writeText(FEATURES_FILE, featuresJson(definition));
  const { name, classNames } = definition.label;
  if (classNames !== undefined) await staging.writeText(labelsFileName(name), labelsText(classNames));
}
