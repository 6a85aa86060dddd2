import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it, type TestContext, vi } from 'vitest';
import { loadDefinition } from '../../src/dataset/registry.js';
import { load } from '../../src/index.js';
import { openStorage } from '../../src/storage/open-storage.js';
import { Machines, TAKES_TASKS, untilSaid } from '../engine/machines.js';
import { noteCount } from '../faults/counts.js';
import { TRIES_ALL } from '../faults/struck.js';
import { writeArchives } from '../fixtures/archives.js';
import { PROGRAM, run } from '../fixtures/cli.js';
import { GOLDEN } from '../fixtures/digits.js';
import { quickdrawStandIn } from '../fixtures/family.js';
import { digestsIn, emptyFolder, sha256 } from '../fixtures/folder.js';
import { useS3Settings } from '../fixtures/s3-settings.js';
import { Versitygw } from '../fixtures/versitygw.js';
import { prepareHere } from '../stages/jobs.js';
import { versitygwPath } from './readers.js';

// A busy machine takes its time for hundreds of runs.
vi.setConfig({ testTimeout: 7_200_000 });

/** Machines that share a bucket of versitygw, for as long as `work` takes. */
async function withBucket(
  context: TestContext,
  work: (machines: Machines, server: Versitygw) => Promise<void>,
): Promise<void> {
  const server = await Versitygw.start(await versitygwPath(context));
  try {
    const machines = await Machines.start(context);
    machines.bucket = { out: `s3://${server.bucket}/data`, env: server.settings };
    useS3Settings(server.settings);
    await work(machines, server);
  } finally {
    await server.stop();
  }
}

/** SHA-256 of each object below what machines share, by key. */
async function digestsOf({ out }: Machines): Promise<Record<string, string>> {
  const storage = await openStorage(out);
  const digests: Record<string, string> = {};
  for await (const { key } of storage.list('')) digests[key] = sha256((await storage.get(key)) ?? '');
  return digests;
}

const below = (directory: string, digests: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(digests).map(([file, digest]) => [`${directory}/${file}`, digest]));

it('a stand-in of QuickDraw, 345 files, by BullMQ into object storage, is what one machine makes, and is read there', async (context) => {
  await withBucket(context, async (machines) => {
    const { definition, archives } = quickdrawStandIn(await loadDefinition('quickdraw_bitmap'));
    const folder = await emptyFolder();
    await writeArchives(folder, archives);
    const file = join(folder, 'quickdraw.json');
    await writeFile(file, JSON.stringify(definition));
    machines.worker();
    machines.worker();
    const words = ['--definition', file, '--archives', folder, '--num-shards', '3', '--maps', '10'];
    const driver = await machines.driver(...words).ended;
    expect({ code: driver.code, stderr: driver.stderr }).toEqual({ code: 0, stderr: driver.stderr });
    // Ten that encode, and nine that check an archive that was cut.
    expect(driver.stderr).toContain('map: 19 of 19 tasks done');
    const here = await prepareHere({ folder, definition }, { numShards: 3 });
    const directory = `${definition.name}/${definition.version}`;
    expect(await digestsOf(machines)).toEqual(below(directory, await digestsIn(here)));

    const cacheDir = await emptyFolder();
    const there = await load(definition.name, { dataDir: machines.out, split: 'train', cacheDir });
    const local = await load(here, { split: 'train' });
    const labels: number[] = [];
    for await (const { label } of there) labels.push(label);
    const expected: number[] = [];
    for await (const { label } of local) expected.push(label);
    expect(labels).toEqual(expected);
    expect(new Set(labels).size).toBe(345);
    const asked = ['verify', `${machines.out}/${directory}`, '--deep', '--definition', file];
    const verified = await machines.run(asked).ended;
    expect({ code: verified.code, stderr: verified.stderr }).toEqual({ code: 0, stderr: verified.stderr });
  });
});

/** What is killed, and how long after the kill before it, in ms. */
const kills = fc.array(
  fc.record({
    what: fc.constantFrom('storage', 'storage', 'worker', 'redis'),
    after: fc.integer({ min: 0, max: 1500 }),
    /** How long the storage is away. */
    away: fc.integer({ min: 0, max: 3000 }),
  }),
  { minLength: 2, maxLength: 4 },
);

it('machines and the storage server itself, killed at random with SIGKILL', async (context) => {
  const seed = Number(process.env['KILLS_SEED'] ?? Date.now() & 0x7fffffff);
  const trials = fc.sample(kills, { numRuns: TRIES_ALL ? 40 : 4, seed });
  let killed = 0;
  for (const [trial, plan] of trials.entries()) {
    await withBucket(context, async (machines, server) => {
      for (const worker of [machines.worker(), machines.worker()]) await untilSaid(worker, TAKES_TASKS);
      const words = ['--dataset', 'digits', '--maps', '2'];
      const driver = machines.driver(...words);
      await untilSaid(driver, /done$/m);
      for (const { what, after, away } of plan) {
        if ((await Promise.race([driver.ended, sleep(after)])) !== undefined) break;
        killed++;
        if (what === 'storage') {
          await server.kill();
          await sleep(away);
          await server.restart();
        } else if (what === 'redis') {
          await machines.redis.kill();
          await machines.redis.begin();
        } else {
          machines.workers.shift()?.child.kill('SIGKILL');
          await untilSaid(machines.worker(), TAKES_TASKS);
        }
      }
      const about = { seed, trial, plan };
      const { code, stderr } = await driver.ended;
      expect({ ...about, code, stderr }).toEqual({ ...about, code: 0, stderr });
      await machines.stop();
      const again = await machines.driver(...words).ended;
      expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('was left alone') });
      const found = await digestsOf(machines);
      expect({ ...about, found }).toEqual({ ...about, found: below('digits/1.0.0', GOLDEN) });
    });
  }
  expect(killed).toBeGreaterThan(trials.length);
  await noteCount(
    'many machines: SIGKILL at random of the storage server, of a worker, of Redis',
    killed,
    `the bytes of an undisturbed run, nothing beside them; a further run does nothing (${trials.length} trials)`,
  );
});

it('one machine alone prepares into object storage, and verifies there', async (context) => {
  await withBucket(context, async (machines) => {
    const first = await machines.run(['prepare', '--dataset', 'digits', '--out', machines.out]).ended;
    expect(first).toMatchObject({ code: 0 });
    expect(await digestsOf(machines)).toEqual(below('digits/1.0.0', GOLDEN));
    const env = { ...machines.bucket?.env, IDX_SHARDS_CACHE: join(machines.folder, 'cache') };
    const words = [PROGRAM, 'verify', `${machines.out}/digits`];
    expect(await run(process.execPath, words, { env })).toMatchObject({ code: 0, stderr: '' });
  });
});
