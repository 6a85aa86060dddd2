import { setTimeout as sleep } from 'node:timers/promises';
import type { Queue, QueueEvents } from 'bullmq';
import type { Redis } from 'ioredis';
import * as v from 'valibot';
import { asDatasetError, DatasetError } from '../../errors.js';
import { TRIES } from '../another-try.js';
import { type Dispatcher, type Round, type TaskEvent, taskName } from '../dispatcher.js';
import type { Engine } from './connect.js';
import { watchPresence } from './presence.js';
import { errorOfText, QUEUE, type TaskData, taskIdPrefix } from './tasks.js';

/** Tasks that are added at once: more would be in memory twice, here and as one command. */
const PIECE = 500;

/**
 * How often the markers are listed while tasks are under way, in ms for each request that a listing takes, of 1,000 markers: so it comes to
 * one request in 5 seconds, half a cent an hour, however many tasks there are. It is for what was not heard of; where Redis
 * was gone, they are listed at once.
 */
const LOOK_AGAIN = 5000;
const LISTED_AT_ONCE = 1000;

/** For how long BullMQ is waited for at the end, in ms. */
const CLOSE_TIMEOUT = 1000;

/** How BullMQ tries a task again that failed: after 1, 2, 4 ... seconds. The machine that failed rests for longer. */
const BACKOFF = { type: 'exponential', delay: 1000 } as const;

/** The text of a `progress` event by which a worker tells of a failure that is tried again. */
const againSchema = v.object({
  code: v.string(),
  message: v.string(),
  worker: v.optional(v.string()),
});

/** What a dispatcher is made of: `last` is the id of the last event that is of no concern. */
interface Connected {
  engine: Engine;
  archives: string | undefined;
  redis: Redis;
  queue: Queue;
  last: string;
}

/** A round that is under way. */
interface Listening {
  prefix: string;
  left: Set<number>;
  round: Round;
  end: (error?: unknown) => void;
}

/**
 * Has tasks done by workers that take them from a queue of BullMQ's. A task that is in the queue already, or under way, is not added
 * again; one that is lost there is, when it is asked for again.
 */
export class BullmqDispatcher implements Dispatcher {
  readonly #engine: Engine;
  readonly #archives: string | undefined;
  readonly #redis: Redis;
  readonly #queue: Queue;
  readonly #events: QueueEvents;
  #listening: Listening | undefined;
  #isWatched = false;

  private constructor({ engine, archives, redis, queue, last }: Connected) {
    this.#engine = engine;
    this.#archives = archives;
    this.#redis = redis;
    this.#queue = queue;
    this.#events = new engine.bullmq.QueueEvents(QUEUE, {
      connection: engine.open(),
      skipVersionCheck: true,
      lastEventId: last,
    });
    this.#events.on('error', () => {});
    this.#listen();
  }

  /**
   * Begins to listen to what happens in the queue.
   *
   * @param archives the folder of the archives, for workers that were told of none
   */
  static async open(
    engine: Engine,
    { archives, onEvent }: { archives: string | undefined; onEvent: (event: TaskEvent) => void },
  ): Promise<BullmqDispatcher> {
    const redis = engine.open();
    const queue = new engine.bullmq.Queue(QUEUE, { connection: redis, skipVersionCheck: true });
    queue.on('error', () => {});
    // What came before is of no concern: failures of an earlier run, which this one is to mend.
    const [last] = await redis.xrevrange(queue.toKey('events'), '+', '-', 'COUNT', 1);
    const dispatcher = new BullmqDispatcher({ engine, archives, redis, queue, last: last?.[0] ?? '0-0' });
    watchPresence(redis, engine.address.shown, { onEvent, onBack: () => dispatcher.#listening?.end() });
    return dispatcher;
  }

  async run(round: Round): Promise<void> {
    const { job, stage, numbers, of, signal } = round;
    const prefix = taskIdPrefix(job, stage);
    // Commands would gather while it is gone.
    while (this.#redis.status !== 'ready') await sleep(200, undefined, { signal });
    let timer: NodeJS.Timeout | undefined;
    let onAbort = (): void => {};
    try {
      const ended = new Promise<void>((resolve, reject) => {
        const end = (error?: unknown): void => (error === undefined ? resolve() : reject(error));
        this.#listening = { prefix, left: new Set(numbers), round, end };
        timer = setTimeout(end, LOOK_AGAIN * Math.ceil(of / LISTED_AT_ONCE));
        onAbort = () => reject(signal.reason);
        signal.addEventListener('abort', onAbort, { once: true });
      });
      // Redis may go while they are added: that ends the round as well, since it comes back.
      const added = this.#addAbsent(round, prefix).then(() => this.#lookForWorkers(round));
      await Promise.race([Promise.all([added, ended]), ended]);
    } catch (error) {
      if (error instanceof DatasetError || signal.aborted) throw error;
      await this.#mayBeGone(error, signal);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      this.#listening = undefined;
    }
  }

  async close(): Promise<void> {
    // So that BullMQ tries nothing again; a Redis that is gone is not waited for.
    const closed = Promise.allSettled([this.#events.close(), this.#queue.close()]);
    await Promise.race([closed, sleep(CLOSE_TIMEOUT, undefined, { ref: false })]);
    this.#engine.close();
  }

  async #addAbsent({ job, stage, numbers }: Round, prefix: string): Promise<void> {
    for (let from = 0; from < numbers.length && this.#listening?.prefix === prefix; from += PIECE) {
      const piece = numbers.slice(from, from + PIECE);
      const asked = this.#redis.pipeline();
      for (const number of piece) asked.exists(this.#queue.toKey(`${prefix}${number}`));
      const there = (await asked.exec()) ?? [];
      const failed = there.find(([error]) => error !== null);
      if (failed?.[0]) throw failed[0];
      const data = (number: number): TaskData => ({
        storage: job.storage.url,
        job: job.id,
        directory: job.directory,
        stage,
        number,
        ...(this.#archives === undefined ? {} : { archives: this.#archives }),
      });
      await this.#queue.addBulk(
        piece
          .filter((_, at) => there[at]?.[1] === 0)
          .map((number) => ({
            name: stage,
            data: data(number),
            opts: {
              jobId: `${prefix}${number}`,
              attempts: TRIES,
              backoff: BACKOFF,
              // An id that is still there would not be added again.
              removeOnComplete: true,
              removeOnFail: true,
            },
          })),
      );
    }
  }

  /** Says once where nobody is there to do the tasks; a Redis that does not tell who is connected is no fault. */
  async #lookForWorkers({ onEvent }: Round): Promise<void> {
    if (this.#isWatched) return;
    this.#isWatched = true;
    const workers = await this.#queue.getWorkersCount().catch(() => 1);
    if (workers === 0) onEvent({ event: 'nobody', engine: this.#engine.address.shown });
  }

  #listen(): void {
    this.#events.on('completed', ({ jobId }) => {
      const number = this.#numberOf(jobId);
      if (number === undefined) return;
      this.#listening?.round.onDone();
      this.#listening?.left.delete(number);
      if (this.#listening?.left.size === 0) this.#listening.end();
    });
    this.#events.on('failed', ({ jobId, failedReason }) => {
      const number = this.#numberOf(jobId);
      if (number === undefined || this.#listening === undefined) return;
      const { round, end } = this.#listening;
      end(errorOfText(failedReason, taskName({ stage: round.stage, number })));
    });
    this.#events.on('progress', ({ jobId, data }) => {
      const number = this.#numberOf(jobId);
      const again = v.safeParse(againSchema, data);
      if (number === undefined || this.#listening === undefined || !again.success) return;
      const { round } = this.#listening;
      round.onEvent({ event: 'again', stage: round.stage, number, ...again.output });
    });
  }

  /** The number of a task of the round that is under way; `undefined` of any other, and of one that is known to be done. */
  #numberOf(id: string): number | undefined {
    const { prefix, left } = this.#listening ?? {};
    if (prefix === undefined || !id.startsWith(prefix)) return undefined;
    const number = Number(id.slice(prefix.length));
    return left?.has(number) ? number : undefined;
  }

  /** After a command that failed: nothing where Redis went or is about to be there, which the next round waits for. */
  async #mayBeGone(error: unknown, signal: AbortSignal): Promise<void> {
    const { message } = asDatasetError(error);
    // It is there, and refuses; LOADING is what it says while it reads its data.
    if (this.#redis.status === 'ready' && !/LOADING|connection|ECONN|EPIPE/i.test(message))
      throw new DatasetError('ENGINE', `${this.#engine.address.shown} refuses tasks`, {
        found: message,
        next: 'Look at its memory, and at what its user may do.',
      });
    await sleep(200, undefined, { signal });
  }
}
