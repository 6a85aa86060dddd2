import type { SplitDefinition } from '../dataset/split-definition.js';
import { type RunSettings, runSettings } from '../prepare/options.js';
import type { Job } from './job.js';
import type { Machine } from './machine.js';

/**
 * The settings of a run that does one task of a job on a machine: what is encoded, and how it is written, is the job's.
 *
 * @param splits what it has to do with, with as many rows as the task has: the memory budget is made for these
 * @throws {DatasetError} `MEMORY`
 */
export function taskSettings(job: Job, machine: Machine, splits: readonly SplitDefinition[]): RunSettings {
  const { definition, ...options } = job.spec;
  const { archives, archivePaths, cacheDir, memory, signal, onEvent } = machine.settings;
  return runSettings(
    { ...definition, splits: [...splits] },
    {
      ...options,
      out: job.storage.url,
      archives,
      archivePaths,
      cacheDir,
      workers: machine.threads,
      memory,
      signal,
      onEvent,
    },
  );
}
