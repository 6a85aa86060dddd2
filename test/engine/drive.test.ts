import { describe, expect, it } from 'vitest';
import type { Dispatcher, Round, TaskEvent } from '../../src/engine/dispatcher.js';
import { drive } from '../../src/engine/drive.js';
import { InProcess } from '../../src/engine/in-process.js';
import { DatasetError } from '../../src/errors.js';
import { emptyFolder } from '../fixtures/folder.js';
import { ALL_TASKS, StandIn, TASKS } from './stand-in.js';

const quiet = { signal: new AbortController().signal, onEvent: () => {} };

/** Does what it is asked for as `run` says. */
function dispatcher(run: (round: Round) => Promise<void>): Dispatcher {
  return { run, close: async () => {} };
}

describe('drive', () => {
  it('has all tasks done, stage after stage, and tells of each', async () => {
    const job = new StandIn(await emptyFolder());
    const events: TaskEvent[] = [];
    await drive(job, new InProcess({ doTask: (task) => job.do(task) }), {
      ...quiet,
      onEvent: (event) => events.push(event),
    });
    expect(job.done).toEqual(ALL_TASKS);
    expect(await job.isFinished()).toBe(true);
    const told = events.flatMap((event) =>
      event.event === 'tasks' && event.stage === 'map' ? event.done : [],
    );
    expect(told).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('has only those done that are missing', async () => {
    const job = new StandIn(await emptyFolder());
    for (const number of [0, 2, 3]) await job.do({ stage: 'map', number });
    job.done.length = 0;
    const events: TaskEvent[] = [];
    await drive(job, new InProcess({ doTask: (task) => job.do(task) }), {
      ...quiet,
      onEvent: (event) => events.push(event),
    });
    expect(job.done.filter((task) => task.startsWith('map'))).toEqual(['map 1', 'map 4', 'map 5', 'map 6']);
    expect(events[0]).toEqual({ event: 'tasks', stage: 'map', done: 3, of: 7 });
  });

  it('asks again for what was lost without a word', async () => {
    const job = new StandIn(await emptyFolder());
    const rounds: number[][] = [];
    const forgetful = dispatcher(async ({ stage, numbers }) => {
      if (stage === 'map') rounds.push([...numbers]);
      // Every second one is lost, and nothing is told of the others.
      for (const number of numbers.filter((_, at) => at % 2 === 0)) await job.do({ stage, number });
    });
    await drive(job, forgetful, quiet);
    expect(rounds).toEqual([[0, 1, 2, 3, 4, 5, 6], [1, 3, 5], [3]]);
    expect(await job.isFinished()).toBe(true);
  });

  it('ends when another driver was sooner, also where the markers are gone by then', async () => {
    const job = new StandIn(await emptyFolder());
    let rounds = 0;
    await drive(
      job,
      dispatcher(async () => {
        rounds++;
        await drive(job, new InProcess({ doTask: (task) => job.do(task) }), quiet);
      }),
      quiet,
    );
    expect(rounds).toBe(1);
  });

  it('takes no error for one where the data set is there all the same', async () => {
    const job = new StandIn(await emptyFolder());
    await drive(
      job,
      dispatcher(async () => {
        await drive(job, new InProcess({ doTask: (task) => job.do(task) }), quiet);
        throw new DatasetError('OBJECT_MISSING', 'rows are gone');
      }),
      quiet,
    );
    expect(await job.isFinished()).toBe(true);
  });

  it('ends with the error of a task, and when it is told to', async () => {
    const job = new StandIn(await emptyFolder());
    const error = new DatasetError('OBJECT_DIFFERS', 'is there with other bytes');
    const failing = new InProcess({ doTask: () => Promise.reject(error) });
    await expect(drive(job, failing, quiet)).rejects.toBe(error);
    const controller = new AbortController();
    const reason = new DatasetError('INTERRUPTED', 'interrupted');
    const stopping = new InProcess({
      doTask: async (task) => {
        await job.do(task);
        controller.abort(reason);
      },
    });
    await expect(drive(job, stopping, { ...quiet, signal: controller.signal })).rejects.toBe(reason);
    expect(job.done).toEqual(['map 0']);
  });
});

describe('InProcess', () => {
  it('tries again what the storage may mend, a bounded number of times, and tells of it', async () => {
    const job = new StandIn(await emptyFolder(), { ...TASKS, map: 1 });
    let tried = 0;
    const events: TaskEvent[] = [];
    const sometimes = new InProcess({
      rest: 1,
      doTask: async (task) => {
        if (++tried % 3 !== 0) throw new DatasetError('STORAGE', 'no answer');
        await job.do(task);
      },
    });
    await drive(job, sometimes, { ...quiet, onEvent: (event) => events.push(event) });
    expect(events.filter(({ event }) => event === 'again').length).toBe(2 * 8);
    tried = 0;
    const other = new StandIn(await emptyFolder());
    const never = new InProcess({
      rest: 1,
      doTask: async () => {
        tried++;
        throw new DatasetError('STORAGE', 'no answer');
      },
    });
    await expect(drive(other, never, quiet)).rejects.toMatchObject({ code: 'STORAGE' });
    expect(tried).toBe(3);
  });
});
