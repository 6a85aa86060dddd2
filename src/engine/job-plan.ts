import { tmpdir } from 'node:os';
import { DATASET_INFO_FILE } from '../directory/manifest/dataset-info.js';
import type { PrepareOptions } from '../prepare/options.js';
import { planRun, type RunPlan } from '../prepare/run-plan.js';
import { mostShardsOf } from '../stages/buckets.js';
import { Job } from '../stages/job.js';
import { type JobSpec, specId } from '../stages/job-spec.js';
import { datasetPlace, datasetPrefix } from '../stages/keys.js';
import { mapTasks } from '../stages/map-tasks.js';
import type { Storage } from '../storage/storage.js';

/** What a job would do, as far as it is known before any archive is read. */
export interface JobPlan extends Omit<RunPlan, 'space' | 'seconds' | 'workers'> {
  /** Its tasks: those that encode rows, and how many shards there are at most. */
  tasks: { map: number; reduce: number };
}

/**
 * The plan of a job; nothing is written.
 *
 * @param options where the archives would come from
 * @throws {DatasetError} `SHARD_COUNT`, `STORAGE`, `DISK`
 */
export async function planJob(
  storage: Storage,
  spec: JobSpec,
  options: Omit<PrepareOptions, 'out'>,
): Promise<JobPlan> {
  const { definition } = spec;
  // The folder is only looked at: what would be in the way of a run on this machine is not in that of a job.
  const {
    space: _,
    seconds: __,
    workers: ___,
    ...plan
  } = await planRun(definition, { ...options, out: tmpdir() });
  return {
    ...plan,
    directory: datasetPlace(storage, spec),
    target: await stateOf(storage, spec),
    tasks: {
      map: mapTasks(spec).length,
      reduce: definition.splits.reduce((sum, { rows }) => sum + mostShardsOf(spec, rows), 0),
    },
  };
}

/** What is there of it, in words. */
async function stateOf(storage: Storage, spec: JobSpec): Promise<string> {
  if ((await storage.sizeOf(`${datasetPrefix(spec)}${DATASET_INFO_FILE}`)) !== undefined)
    return 'complete, to be left alone';
  const job = await Job.read(storage, specId(spec), spec.tool);
  if (job === undefined) return 'new';
  const [tasks, missing] = [await job.tasks('map'), await job.missing('map')];
  return `begun: ${tasks - missing.length} of ${tasks} tasks that encode are done`;
}
