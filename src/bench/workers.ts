import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measureNode } from './child.js';
import { repeatRows } from './repeated-archives.js';
import { inEmptyFolder, type Setting } from './setting.js';
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
  const { definition, archives } = await repeatRows(data, rows, join(scratch, 'repeated'));
  const file = join(scratch, 'repeated.json');
  await writeFile(file, JSON.stringify(definition));
  const program = fileURLToPath(new URL('./prepare-own.js', import.meta.url));
  const subject = (name: string, count: number): Subject => ({
    name,
    measure: () =>
      inEmptyFolder(setting, (out) =>
        measureNode([program, file, archives, out, String(count)], { signal: setting.signal }),
      ),
  });
  return { rows, subjects: [subject(NAMES.oneWorker, 1), subject(NAMES.twoWorkers, 2)], notes: [] };
}
