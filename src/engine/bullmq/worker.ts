import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from 'bullmq';
import { asDatasetError, type DatasetError } from '../../errors.js';
import { isWorthAnotherTry, restAfter } from '../another-try.js';
import type { EngineEvent } from '../dispatcher.js';
import type { Engine } from './connect.js';
import { watchPresence } from './presence.js';
import { errorText, QUEUE, readTaskData, type TaskData } from './tasks.js';

/**
 * For how long a task is a worker's that is not heard of, and how often it is looked for such tasks, in ms. A worker that was killed
 * is missed after 10 seconds at most. One that is only slow does its task to the end, beside the other that got it: both write the same.
 */
const LOCK = 5000;

/**
 * How often a task may be lost with its worker. BullMQ's own 1 would end a run whose task met two kills; without a bound, a task that
 * ends each worker would do so for ever.
 */
const LOSSES = 100;

/** For how long BullMQ is waited for at the end, in ms: a Redis that is gone is to keep no worker. */
const CLOSE_TIMEOUT = 3000;

/** What a worker tells. */
export type WorkerEvent =
  | EngineEvent
  | { event: 'begin'; task: TaskData }
  | { event: 'end'; task: TaskData; seconds: number }
  | { event: 'fail'; task: TaskData; error: DatasetError; again: boolean };

/** What a worker is given. */
export interface WorkerOptions {
  /** Does a task; again, where that was done. */
  doTask: (task: TaskData) => Promise<void>;
  /** Ends the worker after its task. */
  stop: AbortSignal;
  onEvent: (event: WorkerEvent) => void;
}

/** Takes tasks out of the queue and does them, one at a time, until it is to stop. */
export async function takeTasks(engine: Engine, { doTask, stop, onEvent }: WorkerOptions): Promise<void> {
  const redis = engine.open();
  watchPresence(redis, engine.address.shown, { onEvent });
  let failures = 0;
  let underWay: Promise<unknown> = Promise.resolve();
  const work = async (job: Job): Promise<void> => {
    const start = performance.now();
    const task = readTaskData(job.data);
    onEvent({ event: 'begin', task });
    try {
      await doTask(task);
    } catch (thrown) {
      const error = asDatasetError(thrown);
      const again = isWorthAnotherTry(error);
      onEvent({ event: 'fail', task, error, again });
      if (!again) throw new engine.bullmq.UnrecoverableError(errorText(error));
      const { code, message } = error;
      // Nobody else is told why a task is tried again; not to be waited for where Redis is gone.
      void job.updateProgress({ code, message, worker: hostname() }).catch(() => {});
      rest(restAfter(++failures));
      throw new Error(errorText(error));
    }
    failures = 0;
    onEvent({ event: 'end', task, seconds: (performance.now() - start) / 1000 });
  };
  const worker = new engine.bullmq.Worker(
    QUEUE,
    (job: Job) => {
      const done = work(job);
      underWay = done.catch(() => {});
      return done;
    },
    {
      connection: redis,
      skipVersionCheck: true,
      concurrency: 1,
      lockDuration: LOCK,
      stalledInterval: LOCK,
      maxStalledCount: LOSSES,
      // BullMQ waits for 15 seconds after a connection was lost.
      runRetryDelay: 1000,
    },
  );
  // Of its task it may be told that another worker has it, or that Redis knows no such one: no fault, the markers hold.
  worker.on('error', () => {});
  /** Takes no task for a while: others are to have the one that failed here. */
  const rest = (ms: number): void => {
    void worker.pause(true);
    void sleep(ms, undefined, { signal: stop, ref: false }).then(
      () => worker.resume(),
      () => {},
    );
  };
  await aborted(stop);
  const closed = worker.close();
  await underWay;
  await Promise.race([closed, sleep(CLOSE_TIMEOUT, undefined, { ref: false })]).catch(() => {});
  engine.close();
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
