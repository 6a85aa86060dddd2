import { DatasetError } from '../errors.js';
import { runFinish } from './finish.js';
import type { Job } from './job.js';
import type { Machine } from './machine.js';
import { runMap } from './map.js';
import { runPlan } from './plan.js';
import { runReduce } from './reduce.js';
import type { Task } from './task.js';

/** What became of a task: it is done, or was before; `finished` where the whole data set was. */
export type TaskOutcome = 'done' | 'done before' | 'finished';

/**
 * Does a task of a job. It may be done twice, at the same time, late, or by one that everybody takes for dead: what it puts is the same,
 * and nothing that is there is changed.
 *
 * @throws {DatasetError} `STAGE_EARLY` where tasks of the stage before are missing, and what the task throws
 */
export async function runTask(job: Job, { stage, number }: Task, machine: Machine): Promise<TaskOutcome> {
  machine.settings.signal.throwIfAborted();
  if (await job.isFinished()) return 'finished';
  if (await job.isDone(stage, number)) return 'done before';
  try {
    await work(job, { stage, number }, machine);
  } catch (error) {
    // Who comes so late that the objects of the job are gone has nothing to tell.
    const isGone = error instanceof DatasetError && ['OBJECT_MISSING', 'STAGE_EARLY'].includes(error.code);
    if (isGone && (await job.isFinished())) return 'finished';
    throw isGone ? asEarly(error) : error;
  }
  if (stage === 'finish' || !(await job.isFinished())) return 'done';
  // All was over while this one was at work: what it put is left to nobody.
  await job.clean();
  return 'finished';
}

async function work(job: Job, { stage, number }: Task, machine: Machine): Promise<void> {
  if (stage === 'map') return runMap(job, number, machine);
  if (stage === 'plan') return runPlan(job);
  if (stage === 'reduce') return runReduce(job, number, machine);
  return runFinish(job, machine);
}

/** A shared folder may show what another machine put a minute late: that is one to try again, as a task that comes too early is. */
function asEarly(error: DatasetError): DatasetError {
  if (error.code === 'STAGE_EARLY') return error;
  const { message, expected, found, cause } = error;
  const next = 'Run it again in a minute. Where that does not help, remove the work of the job with --clean.';
  return new DatasetError('STAGE_EARLY', message, { expected, found, next, cause });
}
