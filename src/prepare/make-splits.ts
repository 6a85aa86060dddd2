import { basename } from 'node:path';
import type { LocatedArchives } from '../archive/locate-all.js';
import type { SplitDefinition } from '../dataset/split-definition.js';
import type { SplitInfo } from '../directory/manifest/dataset-info.js';
import type { Staging } from '../directory/publish/staging.js';
import { MemoryBudget } from '../rows/spill/memory.js';
import { encodeArchives } from './encode-archives.js';
import type { RunSettings } from './options.js';
import type { WorkerPool } from './pool.js';
import type { StepTimes } from './steps.js';
import { writeSplit } from './write-split.js';

/** The splits of a data set, and what makes them. */
export interface SplitsToMake {
  /** Name of the data set, as shards have it. */
  dataset: string;
  splits: readonly SplitDefinition[];
  run: RunSettings;
  archives: LocatedArchives;
  pool: WorkerPool;
  staging: Staging;
  times: StepTimes;
}

/**
 * Encodes split after split; the shards of one are written while the next is encoded. Gives what the manifest says of each.
 *
 * @throws {DatasetError} of archives that are not as they should be, `SHARD_COUNT`, `MEMORY`, `DISK`, `DISK_FULL`
 */
export async function makeSplits(making: SplitsToMake): Promise<SplitInfo[]> {
  const { dataset, run, pool, staging, times } = making;
  const { formats, layout, onEvent } = run;
  const budget = new MemoryBudget(run.memory);
  const target = { dataset, formats, layout, sharding: run, pool, staging, onEvent };
  const infos: Promise<SplitInfo>[] = [];
  for (const split of making.splits) {
    const encoded = await encodeArchives({ ...making, scratch: staging }, split, budget);
    const written = times
      .of('write', () => writeSplit(encoded, target))
      .finally(async () => {
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
