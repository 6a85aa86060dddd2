import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { STAGES, type Stage } from '../../src/stages/task.js';
import { ended, lines, PROGRAM, run, start, untilEvent } from '../fixtures/cli.js';
import { digestsIn, emptyFolder, everythingIn } from '../fixtures/folder.js';
import { INPUTS, type WrittenInput } from '../fixtures/inputs.js';
import { smallDisk } from '../fixtures/small-disk.js';
import { prepareHere } from '../stages/jobs.js';

/** A data set of 1,500 rows as machines find it: its definition in a file, and a folder that all share. */
interface Cluster extends WrittenInput {
  out: string;
  /** The words of one machine. */
  words: (stage: Stage, ...more: readonly string[]) => string[];
}

async function cluster(): Promise<Cluster> {
  const input = await INPUTS['images and labels, gzip']();
  const out = await emptyFolder();
  const definition = join(input.folder, 'own.json');
  await writeFile(definition, JSON.stringify(input.definition));
  const words = (stage: Stage, ...more: readonly string[]): string[] => [
    ...['--stage', stage, '--definition', definition, '--archives', input.folder, '--out', out],
    ...['--num-shards', '3', '--maps', '4', '--workers', '1', ...more],
  ];
  return { ...input, out, words };
}

/** What `shard` gets: a scheduler's variables, and none of those that the tests themselves may run under. */
const alone = { SLURM_ARRAY_TASK_ID: '', JOB_COMPLETION_INDEX: '', AWS_BATCH_JOB_ARRAY_INDEX: '' };

const shard = (words: readonly string[], env: Record<string, string> = {}) =>
  run(process.execPath, [PROGRAM, 'shard', ...words], { env: { ...alone, ...env } });

/** Runs a task as a scheduler does that is told to try again on 75. */
async function untilDone(words: readonly string[]): Promise<{ early: number; code: number | null }> {
  for (let early = 0; ; early++) {
    const { code } = await shard(words);
    if (code !== 75) return { early, code };
    await setTimeout(100);
  }
}

/** The data set of a cluster is what one machine makes, and nothing else is left. */
async function expectSame({ out, ...input }: Cluster): Promise<void> {
  const here = await digestsIn(await prepareHere(input, { numShards: 3 }));
  expect(await digestsIn(join(out, 'own', '1.0.0'))).toEqual(here);
  expect((await everythingIn(out))?.filter((path) => path.startsWith('.'))).toEqual([]);
}

describe('shard', () => {
  it('says what it is for, and which exit code to try again on', async () => {
    const { code, stdout } = await shard(['--help']);
    expect(code).toBe(0);
    for (const text of ['--stage', '--index <i>', '--of <n>', 'SLURM_ARRAY_TASK_ID', '75', '--clean'])
      expect(stdout).toContain(text);
    expect(stdout).not.toContain('--overwrite');
  });

  it('does every Nth task, however many machines there are from one run to the next', async () => {
    const { words, ...others } = await cluster();
    const first = await shard(words('map', '--index', '1', '--of', '3'));
    expect(first).toMatchObject({ code: 0, stdout: 'map: 1 task done\n' });
    const again = await shard(words('map', '--index', '0', '--of', '1'));
    expect(again.stdout).toBe('map: 4 tasks done, 1 of them before\n');
    const beyond = await shard(words('map', '--index', '7', '--of', '9'));
    expect(beyond).toMatchObject({ code: 0, stdout: "map: no task of it is this machine's\n" });
    expect(await shard(words('plan', '--quiet'))).toEqual({ code: 0, stdout: '', stderr: '' });
    const array = { SLURM_ARRAY_TASK_MIN: '1', SLURM_ARRAY_TASK_MAX: '2', SLURM_ARRAY_TASK_COUNT: '2' };
    const bySlurm = await shard(words('reduce'), { ...array, SLURM_ARRAY_TASK_ID: '1' });
    expect(bySlurm.stdout).toBe('reduce: 2 tasks done\n');
    const byKubernetes = await shard(words('reduce', '--of', '2'), { JOB_COMPLETION_INDEX: '1' });
    expect(byKubernetes.stdout).toBe('reduce: 1 task done\n');
    const finish = await shard(words('finish'));
    expect(finish.stdout).toBe(`${others.out}/own/1.0.0 is there, and complete\n`);
    await expectSame({ words, ...others });
    expect(await shard(words('map'))).toMatchObject({ code: 0, stdout: finish.stdout });
  });

  it('finds the archives beside a definition that names no mirrors, and removes what is left after the end', async () => {
    const { words, ...others } = await cluster();
    const given = words('map').filter((word) => word !== '--archives' && word !== others.folder);
    const work = join(others.out, '.idx-shards');
    const jobs: string[] = [];
    for (const stage of STAGES) {
      expect(await shard(['--stage', stage, ...given.slice(2)])).toMatchObject({ code: 0 });
      if (stage === 'map') jobs.push(...(await readdir(work)));
    }
    await expectSame({ words, ...others });
    // As of a machine that died while it removed the work.
    const rows = join(work, jobs.find((name) => /^[0-9a-f]{32}$/.test(name)) ?? '', 'rows');
    await mkdir(rows, { recursive: true });
    await writeFile(join(rows, '000000'), 'rows');
    expect(await shard(words('finish'))).toMatchObject({ code: 0 });
    await expectSame({ words, ...others });
  });

  it('tells with --json of each task, and of what is done in it', async () => {
    const { words } = await cluster();
    const map = lines((await shard(words('map', '--json', '--index', '1', '--of', '2'))).stdout);
    const task = { event: 'task', dataset: 'own', stage: 'map', outcome: 'done' };
    expect(map.filter(({ event }) => event === 'task')).toEqual([
      { ...task, number: 1 },
      { ...task, number: 3 },
    ]);
    expect(map.find(({ event }) => event === 'archive')).toMatchObject({ stage: 'map', number: 1 });
    const done = { event: 'done', dataset: 'own', stage: 'map', tasks: 2, done: 2, isFinished: false };
    expect(map.at(-1)).toEqual(done);
    const early = await shard(words('finish', '--json'));
    expect(early.code).toBe(75);
    expect(lines(early.stdout)).toMatchObject([{ event: 'error', code: 'STAGE_EARLY' }]);
  });

  it('ends with 75 where it comes too early, and names the stage', async () => {
    const { words } = await cluster();
    for (const stage of ['plan', 'reduce', 'finish'] as const) {
      const { code, stderr } = await shard(words(stage));
      expect(code).toBe(75);
      expect(stderr).toContain(`the stage ${stage} comes too early [STAGE_EARLY]`);
    }
  });

  it('makes the same where all stages of two arrays are submitted at once', async () => {
    const about = await cluster();
    const all = STAGES.flatMap((stage) => [
      about.words(stage, '--index', '0', '--of', '2'),
      about.words(stage, '--index', '1', '--of', '2'),
      about.words(stage),
    ]);
    const outcomes = await Promise.all(all.map(untilDone));
    expect(outcomes.map(({ code }) => code)).toEqual(all.map(() => 0));
    await expectSame(about);
  });

  it.each(['SIGKILL', 'SIGTERM'] as const)('may be struck by %s, and is run again', async (signal) => {
    const about = await cluster();
    for (const stage of STAGES) {
      const struck = start(process.execPath, [PROGRAM, 'shard', ...about.words(stage, '--json')], {
        env: alone,
      });
      // Wherever it is then: in a task, or between two.
      const said = untilEvent(struck, stage === 'map' || stage === 'reduce' ? 'task' : 'done');
      const end = ended(struck);
      await said.catch(() => {});
      struck.kill(signal);
      expect([0, null, 143]).toContain((await end).code);
      expect((await shard(about.words(stage))).code).toBe(0);
    }
    await expectSame(about);
  });

  it.each([
    ['no stage', [], {}, '--stage is missing'],
    ['another stage', ['--stage', 'mop'], {}, 'Allowed choices are map, plan, reduce, finish'],
    ['an index too high', ['--stage', 'map', '--index', '3', '--of', '3'], {}, '0 to 2'],
    ['an index alone', ['--stage', 'map', '--index', '3'], {}, '--index is there without --of'],
    [
      'half of Kubernetes',
      ['--stage', 'map'],
      { JOB_COMPLETION_INDEX: '1' },
      'JOB_COMPLETION_INDEX is there',
    ],
    ['two data sets', ['--stage', 'map', '--dataset', 'mnist,digits'], {}, 'one data set'],
    [
      'a bound of sizes',
      ['--stage', 'map', '--max-shard-size', '9MiB'],
      {},
      'depends on the size of every row',
    ],
    ['--overwrite', ['--stage', 'map', '--overwrite'], {}, 'objects are never changed'],
    ['a stage and --clean', ['--stage', 'map', '--clean'], {}, "cannot be used with option '--stage"],
  ])('refuses %s with its reason, and writes nothing', async (_, words, env, reason) => {
    const out = await emptyFolder();
    const { code, stderr } = await shard([...words, '--out', out], env);
    expect(code).toBe(2);
    expect(stderr).toContain(reason);
    expect(await everythingIn(out)).toEqual([]);
  });

  it('says which options are not those of the machine that was first, and --clean makes way', async () => {
    const { words, out } = await cluster();
    await shard(words('map', '--index', '0', '--of', '4'));
    const other = await shard([...words('map'), '--num-shards', '5', '--formats', 'tfrecord']);
    expect(other.code).toBe(5);
    expect(other.stderr).toContain('[LOCKED]');
    expect(other.stderr).toContain('expected: --formats: tfrecord; --num-shards: 5\n');
    expect(other.stderr).toContain('found:    --formats: tfrecord,arrow,parquet; --num-shards: 3\n');
    const [, , ...others] = words('map');
    const clean = await shard([...others, '--clean']);
    expect(clean).toMatchObject({ code: 0, stdout: `${out}: 4 objects removed\n` });
    expect(await everythingIn(out)).toEqual([]);
  });

  it.for([
    ['full', 'size=100k', 'DISK_FULL'],
    ['read-only', 'size=100k,ro', 'DISK'],
  ] as const)('ends with 5 where the shared folder is %s', async ([, options, code], context) => {
    const { words, folder, out } = await cluster();
    const disk = await smallDisk(context, folder, options);
    const { code: exitCode, stderr } = await shard(words('map').map((word) => (word === out ? disk : word)));
    expect(exitCode).toBe(5);
    expect(stderr).toContain(`[${code}]`);
    expect((await everythingIn(disk))?.filter((path) => /rows\/./.test(path))).toEqual([]);
  });
});
