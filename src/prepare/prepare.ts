import { locateAll } from '../archive/locate-all.js';
import type { DatasetDefinition } from '../dataset/definition.js';
import type { SplitInfo } from '../directory/manifest/dataset-info.js';
import { manifestFiles } from '../directory/manifest/files.js';
import { writeDefaultConfig } from '../directory/publish/default-config.js';
import { Staging } from '../directory/publish/staging.js';
import { datasetDirectory, lookAtTarget } from '../directory/publish/target.js';
import { type TargetLock, tidyBeside, withTargetLock } from '../directory/publish/target-lock.js';
import { isWhole } from '../directory/text.js';
import { asDatasetError } from '../errors.js';
import type { FormatName } from '../formats/formats.js';
import { requireCodec } from '../formats/parquet/settings.js';
import { shardRanges } from '../plan/shards.js';
import { type ExistingDataset, leaveAlone, wholeAt } from './existing.js';
import { makeSplits } from './make-splits.js';
import { inHome, type PrepareOptions, type RunSettings, runSettings } from './options.js';
import { WorkerPool } from './pool.js';
import { requireRunSpace } from './run-space.js';
import { type StepSeconds, StepTimes } from './steps.js';

/** A data set that a run made. */
export interface PreparedDataset {
  state: 'prepared';
  directory: string;
  formats: readonly FormatName[];
  splits: SplitInfo[];
  /** How long each step of the run took, in seconds. */
  steps: StepSeconds;
}

/** How a run ended: the data set was prepared, or it was there before and left alone. */
export type PrepareResult = PreparedDataset | ExistingDataset;

/**
 * Prepares a data set: archives become slices, slices records, records shards, and the whole one published directory.
 * Either the directory is there and complete afterwards, or nothing is.
 *
 * @throws {DatasetError} of any code; the target is then as it was before
 */
export async function prepare(definition: DatasetDefinition, given: PrepareOptions): Promise<PrepareResult> {
  const options = inHome(given);
  expectShardCounts(definition, options);
  const run = runSettings(definition, options);
  if (run.formats.includes('parquet')) await requireCodec(run.layout.compression);
  const directory = datasetDirectory(run.out, definition);
  const asked = { out: run.out, formats: options.formats ?? [] };
  const target = await lookAtTarget(directory);
  if (run.overwrite !== true && target !== undefined && isWhole(target)) {
    await tidyBeside(directory, run);
    return leaveAlone(definition, target, asked);
  }
  try {
    return await withTargetLock(directory, run, async (lock) => {
      // Another run may have ended by now, or one that was killed had moved a data set aside.
      const existing = await wholeAt(directory, run);
      return existing === undefined
        ? await publishNew(definition, directory, run, lock)
        : await leaveAlone(definition, existing, asked);
    });
  } finally {
    run.end();
  }
}

/** Prepares what is not there yet, or what is to be replaced: the steps of a run, each named and timed. */
async function publishNew(
  definition: DatasetDefinition,
  directory: string,
  run: RunSettings,
  lock: TargetLock,
): Promise<PreparedDataset> {
  const { name: dataset, splits } = definition;
  const { formats, layout, onEvent } = run;
  const times = new StepTimes();
  await times.of('space', () => requireRunSpace(definition, directory, run));
  const staging = await Staging.open(directory);
  const archives = locateAll(definition, run);
  let making: Promise<SplitInfo[]> | undefined;
  try {
    const made = await withPool(run, (pool) => {
      making = makeSplits({ dataset, splits, run, archives, pool, staging, times });
      return Promise.race([making, archives.failed]);
    });
    await times.of('manifest', async () => {
      for (const [file, text] of manifestFiles({ definition, splits: made, formats, table: layout.table }))
        await staging.writeText(file, text);
    });
    const warnings = await times.of('publish', async () => {
      run.signal.throwIfAborted();
      await lock.requireHeld();
      const unsynced = await staging.publish({ replace: run.overwrite === true });
      const unnamed = await writeDefaultConfig(run.out, definition).then(() => undefined, asDatasetError);
      return [unsynced ?? [], unnamed ?? []].flat();
    });
    for (const { message } of warnings) onEvent({ event: 'warning', message });
    return { state: 'prepared', directory, formats, splits: made, steps: times.seconds() };
  } catch (error) {
    // One archive failed while others were read: they are let go of. Whoever interrupts a run does not wait for a slow disk.
    const isInterrupted = run.signal.aborted;
    run.end();
    if (!isInterrupted) await making?.catch(() => {});
    await staging.discard();
    throw error;
  } finally {
    run.end();
    await archives.settled;
  }
}

/**
 * A number of shards that a split cannot have is refused before any work is done.
 *
 * @throws {DatasetError} `SHARD_COUNT`
 */
function expectShardCounts({ splits }: DatasetDefinition, { numShards }: PrepareOptions): void {
  if (numShards === undefined) return;
  for (const { name, rows } of splits) shardRanges(name, rows, numShards);
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
