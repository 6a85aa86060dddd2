import { setTimeout as sleep } from 'node:timers/promises';
import { asDatasetError, type DatasetError, type ErrorCode } from '../errors.js';
import type { Task } from '../stages/task.js';
import { restAfter } from './another-try.js';
import type { Dispatcher, Round } from './dispatcher.js';

/** How tasks are done here. */
export interface OwnTasks {
  /** Does a task; again, where that was done. */
  doTask: (task: Task) => Promise<void>;
  /** Ends what they were done with. */
  end?: () => Promise<void>;
  /** For how long it waits after a task has failed once, in ms. */
  rest?: number;
}

/** Does the tasks in this process, one after the other: each has all of its threads. */
export class InProcess implements Dispatcher {
  readonly #own: OwnTasks;

  constructor(own: OwnTasks) {
    this.#own = own;
  }

  async run(round: Round): Promise<void> {
    for (const number of round.numbers) {
      round.signal.throwIfAborted();
      await this.#try({ stage: round.stage, number }, round);
      round.onDone();
    }
  }

  async close(): Promise<void> {
    await this.#own.end?.();
  }

  async #try(task: Task, { signal, onEvent }: Round): Promise<void> {
    for (let tried = 1; ; tried++) {
      const error = await this.#errorOf(task);
      if (error === undefined) return;
      signal.throwIfAborted();
      if (tried === TRIES_HERE || !OF_THE_STORAGE.includes(error.code)) throw error;
      onEvent({ event: 'again', ...task, code: error.code, message: error.message });
      await sleep(restAfter(tried, this.#own.rest ?? FIRST_REST), undefined, { signal }).catch(() =>
        signal.throwIfAborted(),
      );
    }
  }

  async #errorOf(task: Task): Promise<DatasetError | undefined> {
    return this.#own.doTask(task).then(() => undefined, asDatasetError);
  }
}

/** What may be otherwise in a while; there is no other machine that may fare better with the rest. */
const OF_THE_STORAGE: readonly ErrorCode[] = ['STORAGE', 'STAGE_EARLY', 'OBJECT_MISSING'];

/** How often a task is tried here: credentials that have expired are told of soon, and no other machine has others. */
const TRIES_HERE = 3;

/** Storage tries again by itself for a while: what comes up to here takes longer. In ms. */
const FIRST_REST = 2000;
