import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { measurePrepare } from './command.js';
import { repeatRows } from './repeated-archives.js';
import type { Setting } from './setting.js';
import type { Part, Subject } from './subject.js';
import { NAMES } from './targets.js';

/** The whole job of a large data set, three formats, with one worker and with two. */
export async function workers(setting: Setting): Promise<Part> {
  if (availableParallelism() < 2)
    return {
      rows: 0,
      subjects: [],
      notes: ['Two workers were not held against one: this machine has one core.'],
    };
  const { data, rows, scratch } = setting;
  const repeated = await repeatRows(data, rows, join(scratch, 'repeated'));
  const subject = (name: string, count: number): Subject => ({
    name,
    measure: () => measurePrepare(setting, [...repeated, '--workers', String(count)]),
  });
  return { rows, subjects: [subject(NAMES.oneWorker, 1), subject(NAMES.twoWorkers, 2)], notes: [] };
}
