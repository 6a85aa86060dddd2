import { basename } from 'node:path';
import { type LocatedArchives, locateAll } from '../archive/locate-all.js';
import type { DatasetDefinition } from '../dataset/definition.js';
import { CARD_FILE, cardText } from '../directory/manifest/card.js';
import { DATASET_INFO_FILE, datasetInfoJson, type SplitInfo } from '../directory/manifest/dataset-info.js';
import { FEATURES_FILE, featuresJson, labelsFileName, labelsText } from '../directory/manifest/features.js';
import { writeDefaultConfig } from '../directory/publish/default-config.js';
import { otherPart } from '../directory/publish/other-data.js';
import { Staging } from '../directory/publish/staging.js';
import { datasetDirectory, lookAtTarget } from '../directory/publish/target.js';
import { type TargetLock, tidyBeside, withTargetLock } from '../directory/publish/target-lock.js';
import type { DatasetDirectory } from '../directory/read.js';
import { directoryText, isWhole } from '../directory/text.js';
import { asDatasetError, DatasetError } from '../errors.js';
import type { FormatName } from '../formats/formats.js';
import { requireCodec } from '../formats/parquet/settings.js';
import { requireSpace } from '../fs/disk-space.js';
import { shardRanges } from '../plan/shards.js';
import { MemoryBudget } from '../rows/spill/memory.js';
import type { EncodedSplit } from '../rows/spill/row-store.js';
import { encodeSplit } from './encode-split.js';
import { type PrepareOptions, type RunSettings, runSettings } from './options.js';
import { WorkerPool } from './pool.js';
import { leastSpace } from './run-size.js';
import { writeSplit } from './write-split.js';

/** How a run ended: the data set was prepared, or it was there before and left alone. */
export type PrepareResult = { directory: string; formats: readonly FormatName[] } & (
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
  const end = new AbortController();
  const run = runSettings(definition, options, end.signal);
  if (run.formats.includes('parquet')) await requireCodec(run.layout.compression);
  const directory = datasetDirectory(run.out, definition);
  const target = await lookAtTarget(directory);
  if (run.overwrite !== true && target !== undefined && isWhole(target)) {
    await tidyBeside(directory, run);
    return leaveAlone(definition, target, run, options.formats ?? []);
  }
  try {
    return await withTargetLock(directory, run, async (lock) => {
      // Another run may have ended by now, or one that was killed had moved a data set aside.
      const existing = await wholeAt(directory, run);
      return existing === undefined
        ? publishNew(definition, directory, run, lock, end)
        : leaveAlone(definition, existing, run, options.formats ?? []);
    });
  } finally {
    end.abort();
  }
}

/** Prepares what is not there yet, or what is to be replaced. */
async function publishNew(
  definition: DatasetDefinition,
  directory: string,
  run: RunSettings,
  lock: TargetLock,
  end: AbortController,
): Promise<PrepareResult> {
  await requireSpace(directory, leastSpace(definition, run), 'another --out');
  const staging = await Staging.open(directory);
  const archives = locateAll(definition, run);
  try {
    const splits = await withPool(run, (pool) => makeSplits(definition, run, archives, pool, staging));
    await writeManifest(definition, splits, run, staging);
    run.signal.throwIfAborted();
    await lock.check();
    const unsynced = await staging.publish({ replace: run.overwrite === true });
    if (unsynced !== undefined) run.onEvent({ event: 'warning', message: unsynced.message });
    await writeDefaultConfig(run.out, definition).catch((error: unknown) =>
      run.onEvent({ event: 'warning', message: asDatasetError(error).message }),
    );
    return { directory, formats: run.formats, state: 'prepared', splits };
  } catch (error) {
    await staging.discard();
    throw error;
  } finally {
    end.abort();
    await archives.settled;
  }
}

/** A number of shards that a split cannot have is refused before any work is done. */
function checkShardCounts({ splits }: DatasetDefinition, { numShards }: PrepareOptions): void {
  if (numShards === undefined) return;
  for (const { name, rows } of splits) shardRanges(name, rows, numShards);
}

/**
 * The whole data set that is there already, and that this run is not to replace; `undefined` where there is nothing, or what
 * is to be replaced.
 *
 * @throws {DatasetError} `OUTPUT_OCCUPIED` where something else stands in its place
 */
async function wholeAt(
  directory: string,
  { overwrite, onEvent }: RunSettings,
): Promise<DatasetDirectory | undefined> {
  const target = await lookAtTarget(directory);
  if (target === undefined) return undefined;
  const found = directoryText(target);
  if (overwrite === true) {
    onEvent({ event: 'replace', directory, found });
    return undefined;
  }
  if (isWhole(target)) return target;
  throw new DatasetError('OUTPUT_OCCUPIED', `${directory} is neither empty nor a whole data set`, {
    expected: 'no directory, an empty one, or the data set as it was prepared',
    found,
    next: 'Move the files away or choose another --out; --overwrite replaces all that is there.',
  });
}

/**
 * The result of a run that finds its data set there and complete.
 *
 * @throws {DatasetError} `OUTPUT_OCCUPIED` where it is another one, or lacks a format that was asked for
 */
async function leaveAlone(
  definition: DatasetDefinition,
  target: DatasetDirectory,
  { out }: RunSettings,
  asked: readonly FormatName[],
): Promise<PrepareResult> {
  const directory = target.path;
  const other = otherPart(definition, target);
  if (other !== undefined) {
    throw new DatasetError('OUTPUT_OCCUPIED', `${directory} holds a data set with other ${other.what}`, {
      expected: other.asked,
      found: `${other.there}, in ${directoryText(target)}`,
      next: 'Choose another --out or another version, or replace what is there with --overwrite.',
    });
  }
  const files = [...target.files.keys()];
  const lacking = asked.filter((format) => !target.formats.includes(format));
  if (lacking.length > 0) {
    throw new DatasetError(
      'OUTPUT_OCCUPIED',
      `${directory} holds the data set, but not as ${lacking.join(', ')}`,
      {
        expected: asked.join(', '),
        found: target.formats.join(', '),
        next: 'Prepare it again with --overwrite and all the --formats that it is to have, or choose another --out.',
      },
    );
  }
  // A run may have ended before it wrote this. Where it cannot be written, the data set is as good as it was before.
  await writeDefaultConfig(out, definition).catch(() => {});
  return { directory, formats: target.formats, state: 'existing', files };
}

/** Runs `work` with a pool of workers that ends with it, or as soon as the signal says so. */
async function withPool<T>(
  { workers, signal }: RunSettings,
  work: (pool: WorkerPool) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const pool = new WorkerPool(workers);
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  try {
    return await Promise.race([work(pool), aborted]);
  } finally {
    await pool.destroy();
  }
}

/** Encodes split after split; the shards of one are written while the next is encoded. */
async function makeSplits(
  definition: DatasetDefinition,
  run: RunSettings,
  archives: LocatedArchives,
  pool: WorkerPool,
  staging: Staging,
): Promise<SplitInfo[]> {
  const { formats, layout, onEvent } = run;
  const budget = new MemoryBudget(run.memory);
  const target = { dataset: definition.name, formats, layout, sharding: run, pool, staging, onEvent };
  const infos: Promise<SplitInfo>[] = [];
  for (const split of definition.splits) {
    const { labels, images } = split;
    const encode = async (scratch: string): Promise<EncodedSplit> =>
      encodeSplit({
        definition,
        split,
        labelsPath: labels === undefined ? undefined : await archives.locate(labels),
        imagesPath: await archives.locate(images),
        pool,
        keepSamples: run.keepSamples,
        budget,
        scratchPath: staging.path(scratch),
        onRows: (rows) => onEvent({ event: 'encode', split: split.name, rows, total: split.rows }),
      });
    const scratch = `${split.name}.scratch`;
    const encoded = await encode(scratch).catch(async (error: unknown) => {
      const isDamaged = error instanceof DatasetError && error.code === 'ARCHIVE_CHECKSUM';
      if (!isDamaged || !(await archives.renewDamaged([labels ?? [], images].flat()))) throw error;
      await staging.remove(scratch);
      return encode(`${split.name}.again.scratch`);
    });
    const written = writeSplit(encoded, target).finally(async () => {
      budget.release(encoded.keptBytes);
      if (encoded.state === 'spilled') await staging.remove(basename(encoded.encoded.path));
    });
    infos.push(handledLater(written));
  }
  return Promise.all(infos);
}

/** Keeps a promise that is awaited only later from ending the process when it rejects before. */
function handledLater<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

async function writeManifest(
  definition: DatasetDefinition,
  splits: readonly SplitInfo[],
  { formats, layout }: RunSettings,
  staging: Staging,
): Promise<void> {
  await staging.writeText(DATASET_INFO_FILE, datasetInfoJson(definition, splits, formats));
  await staging.writeText(FEATURES_FILE, featuresJson(definition));
  const { label } = definition;
  if (label?.classNames !== undefined)
    await staging.writeText(labelsFileName(label.name), labelsText(label.classNames));
  await staging.writeText(CARD_FILE, cardText({ definition, splits, formats, table: layout.table }));
}
