import { setTimeout as sleep } from 'node:timers/promises';
import { STAGES, type Stage } from '../stages/task.js';
import type { Dispatcher, DrivenJob, TaskEvent } from './dispatcher.js';

/** A folder of NFS may show a marker late that somebody put there: it is not asked for again and again meanwhile. In ms. */
const LATE = 1000;

/** What a driver is told, and tells. */
export interface DriveOptions {
  signal: AbortSignal;
  onEvent: (event: TaskEvent) => void;
}

/**
 * Has a job done: looks which tasks of a stage are missing, has those done, and looks again, stage after stage. It keeps nothing: it may
 * end at any time, and another one go on or run beside it. What lies in the storage is the truth; what is heard of tasks
 * only says when it is worth looking.
 *
 * @throws {DatasetError} that of a task which no further try would mend, `ENGINE`, `STORAGE`, `DISK`, and the reason of the signal
 */
export async function drive(job: DrivenJob, dispatcher: Dispatcher, options: DriveOptions): Promise<void> {
  try {
    for (const stage of STAGES)
      if ((await driveStage(job, stage, dispatcher, options)) === 'finished') return;
  } catch (error) {
    options.signal.throwIfAborted();
    // A task that came late finds nothing of what it needs: another driver was sooner, and what the work left is removed.
    if (!(await job.isFinished().catch(() => false))) throw error;
  }
}

/** Has a stage done; `finished` where the whole job is, so that nothing is left to look for. */
async function driveStage(
  job: DrivenJob,
  stage: Stage,
  dispatcher: Dispatcher,
  { signal, onEvent }: DriveOptions,
): Promise<'done' | 'finished'> {
  const of = await job.tasks(stage);
  let told: number | undefined;
  for (;;) {
    signal.throwIfAborted();
    const numbers = await job.missing(stage);
    // In this order: markers go when the data set is there, and then all of them are missing.
    if (numbers.length > 0 && (await job.isFinished())) return 'finished';
    const isBehind = told === of;
    let done = of - numbers.length;
    if (done !== told) onEvent({ event: 'tasks', stage, done, of });
    told = done;
    if (numbers.length === 0) return 'done';
    if (isBehind) await sleep(LATE, undefined, { signal }).catch(() => signal.throwIfAborted());
    const onDone = (): void => {
      told = ++done;
      onEvent({ event: 'tasks', stage, done, of });
    };
    await dispatcher.run({ job, stage, numbers, of, signal, onDone, onEvent });
  }
}
