import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { beforeAll, describe, expect, it, onTestFinished, type TestContext, vi } from 'vitest';
import { redisAddress } from '../../src/engine/bullmq/address.js';
import { connectEngine } from '../../src/engine/bullmq/connect.js';
import { BullmqDispatcher } from '../../src/engine/bullmq/dispatcher.js';
import { drive } from '../../src/engine/drive.js';
import { refuse, send, serve } from '../archive/loopback.js';
import { Machines, type Running, TAKES_TASKS, untilSaid } from '../engine/machines.js';
import { StandIn } from '../engine/stand-in.js';
import { noteCount } from '../faults/counts.js';
import { forEachOf, TRIES_ALL } from '../faults/struck.js';
import { prepareCli } from '../fixtures/cli.js';
import { digitsArchives } from '../fixtures/digits.js';
import { digestsIn, emptyFolder, everythingIn, newFolder } from '../fixtures/folder.js';

// A busy machine takes its time for hundreds of runs.
vi.setConfig({ testTimeout: 7_200_000 });

/** Four shards a split: ten tasks and more, of which none takes long. */
const WORDS = ['--dataset', 'digits', '--num-shards', '4'];
const TARGET = 'digits/1.0.0';
const SURVIVED = 'the bytes of an undisturbed run, nothing beside them; a further run does nothing';

let whole: Record<string, string>;

beforeAll(async () => {
  const folder = await newFolder();
  const { code, stderr } = await prepareCli([...WORDS, '--out', join(folder, 'out')], join(folder, 'cache'));
  if (code !== 0) throw new Error(stderr);
  whole = await digestsIn(join(folder, 'out', TARGET));
});

/** The data set is that of one machine, nothing is left of the work, and a further run leaves it alone. */
async function expectWhole(machines: Machines, about: object = {}): Promise<void> {
  const again = await machines.driver(...WORDS).ended;
  expect({ ...about, code: again.code, stderr: again.stderr }).toEqual({ ...about, code: 0, stderr: '' });
  expect(again.stdout).toMatch(/is there already and was left alone/);
  expect({ ...about, found: await digestsIn(join(machines.out, TARGET)) }).toEqual({
    ...about,
    found: whole,
  });
  const left = (await everythingIn(machines.out))?.filter((path) => path.startsWith('.idx-shards'));
  expect({ ...about, left }).toEqual({ ...about, left: [] });
}

describe('many machines', () => {
  it.for([1, 2, 5])('make the bytes that one makes: %d workers', async (count, context) => {
    const machines = await Machines.start(context);
    // Some before the driver, some after it.
    for (let at = 0; at < Math.ceil(count / 2); at++) machines.worker();
    const driver = machines.driver(...WORDS, '--maps', '3');
    for (let at = Math.ceil(count / 2); at < count; at++) machines.worker();
    const { code, stderr } = await driver.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr });
    expect(stderr).toContain('reduce: 8 of 8 tasks done');
    await expectWhole(machines);
    const workers = await machines.stop();
    expect(workers.map(({ code }) => code)).toEqual(workers.map(() => 0));
    const lines = workers.flatMap(
      (worker) => worker.stderr.match(/^(map|plan|reduce|finish) \d+ of digits/gm) ?? [],
    );
    expect(new Set(lines).size).toBe(6 + 1 + 8 + 1);
  });

  it('are driven by two at once', async (context) => {
    const machines = await Machines.start(context);
    machines.worker();
    machines.worker();
    const drivers = [machines.driver(...WORDS), machines.driver(...WORDS)];
    for (const driver of drivers) expect(await driver.ended).toMatchObject({ code: 0 });
    await expectWhole(machines);
  });

  it('take archives from the URL that the driver was given', async (context) => {
    const machines = await Machines.start(context);
    machines.worker();
    const asked: string[] = [];
    const { origin } = await serve((response, { url = '' }) => {
      asked.push(url);
      const bytes = digitsArchives.get(url.split('/').at(-1) ?? '');
      (bytes === undefined ? refuse(404) : send(bytes))(response);
    });
    const ended = await machines.driver(...WORDS, '--archives', `${origin}/all`).ended;
    expect(ended).toMatchObject({ code: 0 });
    expect(asked.filter((url) => url.startsWith('/all/digits/')).length).toBeGreaterThanOrEqual(4);
    await expectWhole(machines);
  });

  it('say so where they do not see the folder of the driver, which would ask for ever', async (context) => {
    const machines = await Machines.start(context);
    machines.worker();
    const engine = await connectEngine(redisAddress(machines.redis.url));
    const dispatcher = await BullmqDispatcher.open(engine, { archives: undefined, onEvent: () => {} });
    onTestFinished(() => dispatcher.close());
    // Of this job there is nothing where the worker looks, as on a machine whose folder of that path is another one.
    const { signal } = new AbortController();
    await expect(
      drive(new StandIn(machines.out), dispatcher, { signal, onEvent: () => {} }),
    ).rejects.toMatchObject({ code: 'STORAGE_UNSAFE', message: expect.stringContaining(machines.out) });
    await machines.stop();
  });

  it('tell a driver the error of a task as it was', async (context) => {
    const machines = await Machines.start(context);
    machines.worker();
    await machines.driver(...WORDS).ended;
    // Other bytes where a shard is to be.
    const other = join(await emptyFolder(), 'out');
    await mkdir(join(other, TARGET), { recursive: true });
    await writeFile(join(other, TARGET, 'digits-test.tfrecord-00001-of-00004'), 'other');
    const { code, stderr } = await machines.run([
      ...['prepare', '--engine', machines.redis.url, '--out', other],
      ...WORDS,
    ]).ended;
    expect({ code, stderr }).toEqual({ code: 4, stderr: expect.stringMatching(/\[OBJECT_DIFFERS\]/) });
  });
});

/** What is killed in a trial, and how long after the kill before it, in ms. */
interface Kill {
  what: 'worker' | 'driver' | 'redis' | 'redis and its data';
  after: number;
}

const kills = fc.array(
  fc.record<Kill>({
    what: fc.constantFrom('worker', 'worker', 'driver', 'redis', 'redis and its data'),
    after: fc.integer({ min: 0, max: 2500 }),
  }),
  { minLength: 2, maxLength: 6 },
);

describe.skipIf(process.platform === 'win32')('machines that die', () => {
  it('killed at random with SIGKILL: workers, Redis, its data, the driver', async (context) => {
    const seed = Number(process.env['KILLS_SEED'] ?? Date.now() & 0x7fffffff);
    const trials = fc.sample(kills, { numRuns: TRIES_ALL ? 200 : 15, seed });
    console.log(`${trials.length} trials, seed ${seed}`);
    const killed = new Map<Kill['what'], number>();
    await forEachOf([...trials.entries()], async ([trial, plan]) => {
      for (const what of await survive(context, plan, { seed, trial }))
        killed.set(what, (killed.get(what) ?? 0) + 1);
    });
    const all = [...killed.values()].reduce((sum, count) => sum + count, 0);
    expect(all).toBeGreaterThan(trials.length);
    const each = [...killed].map(([what, count]) => `${count} of ${what}`).join(', ');
    await noteCount(
      'many machines: SIGKILL at random of a worker, of Redis, of the driver',
      all,
      `${SURVIVED} (${trials.length} trials: ${each})`,
    );
  });

  it('frozen beyond its lock, and let go when all is done', async (context) => {
    const tries = TRIES_ALL ? 20 : 2;
    for (let at = 0; at < tries; at++) {
      const machines = await Machines.start(context);
      const frozen = machines.worker('--json');
      const driver = machines.driver(...WORDS);
      // Another task each time.
      await untilBegun(frozen, driver, at % 12);
      frozen.child.kill('SIGSTOP');
      machines.worker();
      expect(await driver.ended).toMatchObject({ code: 0 });
      frozen.child.kill('SIGCONT');
      const [late] = await machines.stop();
      expect(late).toMatchObject({ code: 0 });
      await expectWhole(machines, { at });
    }
    await noteCount('many machines: a worker frozen beyond its lock, let go after the end', tries, SURVIVED);
  });
});

/** Runs a job while its machines are killed; gives what was. */
async function survive(context: TestContext, plan: readonly Kill[], about: object): Promise<Kill['what'][]> {
  const machines = await Machines.start(context);
  const words = [...WORDS, '--maps', '2'];
  machines.worker();
  machines.worker();
  for (const worker of machines.workers) await untilSaid(worker, TAKES_TASKS);
  const state = { driver: machines.driver(...words) };
  await untilSaid(state.driver, /done$/m);
  const killed: Kill['what'][] = [];
  for (const { what, after } of plan) {
    const over = await Promise.race([state.driver.ended, sleep(after)]);
    if (over !== undefined) break;
    killed.push(what);
    await strike(machines, state, { what, words });
  }
  const { code, stderr } = await state.driver.ended;
  expect({ ...about, plan, code, stderr }).toEqual({ ...about, plan, code: 0, stderr });
  // Who is at a task twice removes what it put when it has ended.
  for (const worker of await machines.stop()) expect(worker).toMatchObject({ code: 0 });
  await expectWhole(machines, { ...about, plan });
  return killed;
}

async function strike(
  machines: Machines,
  state: { driver: Running },
  { what, words }: { what: Kill['what']; words: readonly string[] },
): Promise<void> {
  if (what === 'worker') {
    const worker = machines.workers.shift();
    worker?.child.kill('SIGKILL');
    await worker?.ended;
    // Who finds no Redis at the start ends with ENGINE: nobody is struck before it is there.
    await untilSaid(machines.worker(), TAKES_TASKS);
  } else if (what === 'driver') {
    state.driver.child.kill('SIGKILL');
    await state.driver.ended;
    state.driver = machines.driver(...words);
    // It says nothing where all is done by now.
    await untilSaid(state.driver, /done$/m).catch(() => {});
  } else {
    await machines.redis.kill();
    if (what === 'redis and its data') await machines.redis.forget();
    await machines.redis.begin();
  }
}

/** Resolves when a worker that prints events has begun so many tasks, beside the first, or has none left to begin. */
async function untilBegun({ ended, said }: Running, driver: Running, more: number): Promise<void> {
  for (;;) {
    const over = await Promise.race([ended, driver.ended, sleep(5)]);
    if (over !== undefined || (said.stdout.match(/"event":"begin"/g)?.length ?? 0) > more) return;
  }
}

describe('a Redis', () => {
  it('that goes is waited for, with a word', async (context) => {
    const machines = await Machines.start(context);
    const worker = machines.worker();
    await untilSaid(worker, /takes tasks/);
    await machines.redis.kill();
    await untilSaid(worker, /is gone.*waiting for it\n/);
    await machines.redis.begin();
    await untilSaid(worker, /is back/);
    await machines.driver(...WORDS).ended;
    await expectWhole(machines);
    const [{ stderr } = { stderr: '' }] = await machines.stop();
    expect(stderr.match(/is gone/g)).toHaveLength(1);
  });

  it('that is gone keeps no worker that is to end', async (context) => {
    const machines = await Machines.start(context);
    await untilSaid(machines.worker(), /takes tasks/);
    await machines.redis.kill();
    expect(await machines.stop()).toMatchObject([{ code: 0 }]);
  });
});
