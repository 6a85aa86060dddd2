import { join } from 'node:path';
import type { DatasetDefinition } from '../../src/dataset/definition.js';
import { type PrepareOptions, prepare } from '../../src/index.js';
import { Job } from '../../src/stages/job.js';
import { type JobOptions, specOf } from '../../src/stages/job-spec.js';
import { Machine } from '../../src/stages/machine.js';
import { runTask } from '../../src/stages/run-task.js';
import { STAGES } from '../../src/stages/task.js';
import type { Storage } from '../../src/storage/storage.js';
import { emptyFolder } from '../fixtures/folder.js';
import type { WrittenInput } from '../fixtures/inputs.js';

/** The version of the tool, as the tests' jobs have it. */
export const TOOL = '1.2.3';

/** A machine that finds the archives in a folder. Whoever asks for one closes it. */
export async function machineWith(archives: string): Promise<Machine> {
  const scratch = await emptyFolder();
  const { signal } = new AbortController();
  const cacheDir = join(scratch, 'cache');
  return new Machine({ archives, cacheDir, workers: 1, scratch, signal, onEvent: () => {} });
}

/** Opens a job as a machine does. */
export function openJob(
  storage: Storage,
  definition: DatasetDefinition,
  options: JobOptions = {},
): Promise<Job> {
  return Job.open(storage, specOf(definition, options, TOOL));
}

/** Does all tasks of a job that are missing, one after the other. */
export async function runJob(job: Job, machine: Machine): Promise<void> {
  for (const stage of STAGES)
    for (const number of (await job.isFinished()) ? [] : await job.missing(stage))
      await runTask(job, { stage, number }, machine);
}

/** Prepares a data set on this machine, and gives its directory: what a job must be the same as. */
export async function prepareHere(
  { folder, definition }: WrittenInput,
  options: Partial<PrepareOptions> = {},
): Promise<string> {
  const out = await emptyFolder();
  const { directory } = await prepare(definition, {
    out,
    archives: folder,
    cacheDir: join(out, 'cache'),
    workers: 1,
    ...options,
  });
  return directory;
}
