import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cleanTarget } from '../../src/stages/clean.js';
import { Job } from '../../src/stages/job.js';
import type { JobOptions } from '../../src/stages/job-spec.js';
import { specKey } from '../../src/stages/keys.js';
import { Machine } from '../../src/stages/machine.js';
import { runTask } from '../../src/stages/run-task.js';
import { STAGES, type Stage } from '../../src/stages/task.js';
import { FolderStorage } from '../../src/storage/folder.js';
import { noteCount } from '../faults/counts.js';
import { digestsIn, emptyFolder, everythingIn } from '../fixtures/folder.js';
import { INPUTS, type WrittenInput } from '../fixtures/inputs.js';
import { times } from '../sample.js';
import { faulty, Killed } from './faulty-storage.js';
import { machineWith, openJob, prepareHere, runJob, TOOL } from './jobs.js';

const OPTIONS = { formats: ['tfrecord', 'parquet'], numShards: 2, maps: 2 } as const satisfies JobOptions;

/** A job on a folder, with a machine to do it. */
async function begun(
  work: (about: { out: string; job: Job; input: WrittenInput; machine: Machine }) => Promise<void>,
): Promise<void> {
  const input = await INPUTS['images and labels, gzip']();
  const out = await emptyFolder();
  const machine = await machineWith(input.folder);
  try {
    await work({
      out,
      input,
      machine,
      job: await openJob(new FolderStorage(out), input.definition, OPTIONS),
    });
  } finally {
    await machine.close();
  }
}

const digests = (out: string) => digestsIn(join(out, 'own', '1.0.0'));

describe('a task of a job', () => {
  it('says what is missing where it comes too early, and changes nothing', async () => {
    await begun(async ({ out, job, machine }) => {
      const before = await everythingIn(out);
      const found: Record<Exclude<Stage, 'map'>, string> = {
        plan: '2 of 2 tasks of map are missing: 0, 1',
        reduce: 'the plan is missing',
        finish: 'the plan is missing',
      };
      for (const stage of ['plan', 'reduce', 'finish'] as const)
        await expect(runTask(job, { stage, number: 0 }, machine)).rejects.toMatchObject({
          code: 'STAGE_EARLY',
          exitCode: 75,
          found: found[stage],
        });
      expect(await everythingIn(out)).toEqual(before);
    });
  });

  it('may be done twice, at the same time, and after the end', async () => {
    await begun(async ({ out, job, input, machine }) => {
      const here = await prepareHere(input, { formats: OPTIONS.formats, numShards: 2 });
      const other = await machineWith(input.folder);
      const twin = await openJob(new FolderStorage(out), input.definition, OPTIONS);
      const late: (() => Promise<unknown>)[] = [];
      try {
        for (const stage of STAGES)
          for (const number of await job.missing(stage)) {
            const task = { stage, number };
            const outcomes = await Promise.all([runTask(job, task, machine), runTask(twin, task, other)]);
            expect(['done', 'done before', 'finished']).toEqual(expect.arrayContaining(outcomes));
            late.push(() => runTask(twin, task, other));
          }
        for (const again of late) expect(await again()).toBe('finished');
      } finally {
        await other.close();
      }
      expect(await digests(out)).toEqual(await digestsIn(here));
      expect((await everythingIn(out))?.filter((path) => path.startsWith('.'))).toEqual([]);
    });
  });

  it('is refused where other bytes lie in the place of its own', async () => {
    await begun(async ({ out, job, machine }) => {
      for (const number of [0, 1]) await runTask(job, { stage: 'map', number }, machine);
      await runTask(job, { stage: 'plan', number: 0 }, machine);
      const shard = join(out, 'own', '1.0.0', 'own-train.tfrecord-00000-of-00002');
      await mkdir(join(out, 'own', '1.0.0'), { recursive: true });
      await writeFile(shard, 'other');
      await expect(runTask(job, { stage: 'reduce', number: 0 }, machine)).rejects.toMatchObject({
        code: 'OBJECT_DIFFERS',
      });
      expect(await readFile(shard, 'utf8')).toBe('other');
    });
  });

  it('notices rows that changed on their way', async () => {
    await begun(async ({ out, job, machine }) => {
      for (const number of [0, 1]) await runTask(job, { stage: 'map', number }, machine);
      await runTask(job, { stage: 'plan', number: 0 }, machine);
      const rows = join(out, '.idx-shards', job.id, 'rows', '000001');
      const bytes = await readFile(rows);
      for (const [at, number] of [
        [0, 0],
        [4, 0],
        [100, 0],
        [bytes.length - 1, 1],
      ] as const) {
        const changed = Buffer.from(bytes);
        changed[at]! ^= 4;
        await writeFile(rows, changed);
        const task = { stage: 'reduce', number } as const;
        await expect(runTask(job, task, machine)).rejects.toMatchObject({ code: 'STORAGE' });
        await writeFile(rows, bytes);
      }
      expect(await readdir(join(out, 'own')).catch(() => [])).toEqual([]);
    });
  });
});

describe('a job', () => {
  it('is killed after each call to the storage in turn, and another machine ends it', async () => {
    const input = await INPUTS['images and labels, gzip']();
    const golden = await digestsIn(await prepareHere(input, { formats: OPTIONS.formats, numShards: 2 }));
    const machine = await machineWith(input.folder);
    const step = times(1, 9);
    let tried = 0;
    try {
      for (let at = 1; ; at += step) {
        const out = await emptyFolder();
        const faults = { calls: 0, at };
        const storage = faulty(new FolderStorage(out), faults);
        const end = await openJob(storage, input.definition, OPTIONS)
          .then((job) => runJob(job, machine))
          .then(
            () => undefined,
            (error: unknown) => error,
          );
        if (end === undefined) break;
        expect(end).toBeInstanceOf(Killed);
        await runJob(await openJob(new FolderStorage(out), input.definition, OPTIONS), machine);
        expect(await digests(out)).toEqual(golden);
        const again = await openJob(new FolderStorage(out), input.definition, OPTIONS);
        await again.clean();
        expect((await everythingIn(out))?.filter((path) => path.startsWith('.'))).toEqual([]);
        tried++;
      }
    } finally {
      await machine.close();
    }
    expect(tried).toBeGreaterThan(60 / step);
    await noteCount(
      'many machines: killed after each call to the storage in turn',
      tried,
      'the data set as from one machine, ended by another',
    );
  });

  it('keeps others with other options from its data set, until what it left is removed', async () => {
    await begun(async ({ out, job, input, machine }) => {
      await runTask(job, { stage: 'map', number: 0 }, machine);
      const storage = new FolderStorage(out);
      const others = { ...OPTIONS, numShards: 3 };
      await expect(openJob(storage, input.definition, others)).rejects.toMatchObject({
        code: 'LOCKED',
        expected: '--num-shards: 3',
        found: '--num-shards: 2',
      });
      await writeFile(join(out, 'notes.txt'), 'mine');
      expect(await cleanTarget(storage, job.spec)).toBe(4);
      expect(await everythingIn(out)).toEqual(['notes.txt']);
      await runJob(await openJob(storage, input.definition, others), machine);
      expect(Object.keys(await digests(out))).toContain('own-train.tfrecord-00002-of-00003');
    });
  });

  it('leaves nothing of a broken end in the way of others, and nothing but the data set in its own', async () => {
    await begun(async ({ out, job, input, machine }) => {
      const storage = new FolderStorage(out);
      for (const stage of ['map', 'plan', 'reduce'] as const)
        for (const number of await job.missing(stage)) await runTask(job, { stage, number }, machine);
      const put = storage.putBytes.bind(storage);
      const dying = Object.assign(new FolderStorage(out), {
        putBytes: (key: string, bytes: Uint8Array) =>
          key.endsWith('dataset_info.json') ? Promise.reject(new Killed('at the manifest')) : put(key, bytes),
      });
      const last = await openJob(dying, input.definition, OPTIONS);
      await expect(runTask(last, { stage: 'finish', number: 0 }, machine)).rejects.toBeInstanceOf(Killed);
      expect(await everythingIn(out)).toContain('own/1.0.0/SHA256SUMS');
      await writeFile(join(out, 'own', '1.0.0', 'notes.txt'), 'mine');
      await cleanTarget(storage, job.spec);
      expect(await everythingIn(out)).toEqual(['own/', 'own/1.0.0/', 'own/1.0.0/notes.txt']);
      const unfinished = join(out, 'own', '1.0.0', '.idx-shards-new-0123');
      await writeFile(unfinished, 'half of a shard');
      await runJob(await openJob(storage, input.definition, { ...OPTIONS, numShards: 3 }), machine);
      expect(await readdir(join(out, 'own', '1.0.0'))).not.toContain('.idx-shards-new-0123');
      await writeFile(unfinished, 'half of a shard');
      await cleanTarget(storage, job.spec);
      expect(await readdir(join(out, 'own', '1.0.0'))).not.toContain('.idx-shards-new-0123');
    });
  });

  it('that is ended by another with other options, while it is opened, is told so', async () => {
    await begun(async ({ out, job, input, machine }) => {
      let ended = false;
      const storage = new FolderStorage(out);
      const put = storage.putBytes.bind(storage);
      const slow = Object.assign(new FolderStorage(out), {
        putBytes: async (key: string, bytes: Uint8Array) => {
          if (!ended) await runJob(job, machine);
          ended = true;
          return put(key, bytes);
        },
      });
      await expect(openJob(slow, input.definition, { formats: ['arrow'] })).rejects.toMatchObject({
        code: 'OUTPUT_OCCUPIED',
      });
      expect((await everythingIn(out))?.filter((path) => path.startsWith('.'))).toEqual([]);
    });
  });

  it('is not written where the plan names fewer rows than a shard has', async () => {
    await begun(async ({ out, job, machine }) => {
      for (const number of [0, 1]) await runTask(job, { stage: 'map', number }, machine);
      await runTask(job, { stage: 'plan', number: 0 }, machine);
      const ranges = join(out, '.idx-shards', job.id, 'ranges', 'train');
      const bytes = await readFile(ranges);
      // The first shard has no bytes of the second map task.
      bytes.copy(bytes, 24, 16, 24);
      await writeFile(ranges, bytes);
      await expect(runTask(job, { stage: 'reduce', number: 0 }, machine)).rejects.toMatchObject({
        code: 'STORAGE',
      });
      expect(await readdir(join(out, 'own')).catch(() => [])).toEqual([]);
    });
  });

  it('is ended with as little memory as each of its tasks takes', async () => {
    await begun(async ({ out, input, machine }) => {
      const { definition, folder } = input;
      const here = await prepareHere(input, { formats: OPTIONS.formats, numShards: 2 });
      const storage = new FolderStorage(out);
      const job = await openJob(storage, definition, OPTIONS);
      for (const stage of ['map', 'plan', 'reduce'] as const)
        for (const number of await job.missing(stage)) await runTask(job, { stage, number }, machine);
      const small = new Machine({ ...machine.settings, archives: folder, memory: 1 });
      await runTask(job, { stage: 'finish', number: 0 }, small).finally(() => small.close());
      expect(await digests(out)).toEqual(await digestsIn(here));
    });
  });

  it('says that other options are at work, where it cannot be known which', async () => {
    await begun(async ({ out, job, input }) => {
      const storage = new FolderStorage(out);
      await storage.remove([specKey(job.id)]);
      await expect(openJob(storage, input.definition, { ...OPTIONS, numShards: 3 })).rejects.toMatchObject({
        code: 'LOCKED',
        expected: expect.stringMatching(/^the job [0-9a-f]{32}$/),
        found: expect.stringContaining(job.id),
      });
    });
  });

  it('that is done is left alone, and other data sets and formats are told from it', async () => {
    await begun(async ({ out, job, input, machine }) => {
      await runJob(job, machine);
      const before = await everythingIn(out);
      const storage = new FolderStorage(out);
      const { definition } = input;
      const same = await openJob(storage, definition, { ...OPTIONS, numShards: 3 });
      expect(await same.isFinished()).toBe(true);
      await expect(openJob(storage, definition, { formats: ['arrow'] })).rejects.toMatchObject({
        code: 'OUTPUT_OCCUPIED',
        found: 'tfrecord, parquet',
      });
      const label = { name: 'label', classes: 5 };
      await expect(openJob(storage, { ...definition, label }, OPTIONS)).rejects.toMatchObject({
        code: 'OUTPUT_OCCUPIED',
        message: expect.stringContaining('other features'),
      });
      expect(await cleanTarget(storage, job.spec)).toBe(0);
      expect(await everythingIn(out)).toEqual(before);
    });
  });

  it('has one name, in whatever order its definition says things', async () => {
    await begun(async ({ out, job, input }) => {
      const { splits, ...others } = input.definition;
      const same = await openJob(new FolderStorage(out), { splits, ...others }, OPTIONS);
      expect(same.id).toBe(job.id);
      expect((await Job.read(new FolderStorage(out), same.id, TOOL))?.id).toBe(job.id);
    });
  });

  it('is read by its name, and by nobody of another version', async () => {
    await begun(async ({ out, job }) => {
      const storage = new FolderStorage(out);
      expect((await Job.read(storage, job.id, TOOL))?.spec).toEqual(job.spec);
      expect(await Job.read(storage, '0'.repeat(32), TOOL)).toBeUndefined();
      await expect(Job.read(storage, job.id, '1.2.4')).rejects.toMatchObject({
        code: 'STORAGE',
        expected: TOOL,
        found: '1.2.4',
      });
    });
  });

  it.each<[JobOptions, string]>([
    [{ maxShardSize: 1000 }, 'USAGE'],
    [{ overwrite: true }, 'USAGE'],
    [{ numShards: 2000 }, 'SHARD_COUNT'],
  ])('is refused with %o', async (options, code) => {
    const { definition } = await INPUTS['images and labels, gzip']();
    const out = await emptyFolder();
    const opened = async () => openJob(new FolderStorage(out), definition, options);
    await expect(opened()).rejects.toMatchObject({ code, next: expect.any(String) });
    expect(await everythingIn(out)).toEqual([]);
  });
});
