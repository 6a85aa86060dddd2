import { join } from 'node:path';
import { measurePrepare } from './command.js';
import { repeatRows } from './repeated-archives.js';
import type { Setting } from './setting.js';
import type { Part, Subject } from './subject.js';
import { NAMES } from './targets.js';

/** Too little for many rows to stay in memory. */
const LITTLE_MEMORY = '32MiB';

/** The whole job of a large data set, three formats, beside that of the data set whose rows it repeats. */
export async function scale(setting: Setting): Promise<Part> {
  const { data, rows, scratch } = setting;
  const large = await repeatRows(data, rows, join(scratch, 'large'));
  const ownRows = data.definition.splits.reduce((sum, split) => sum + split.rows, 0);
  const own = ['--dataset', data.definition.name, '--archives', data.archives];
  return {
    rows,
    subjects: [
      subject(setting, NAMES.ownRows, ownRows, own),
      subject(setting, NAMES.manyRows, rows, large),
      subject(setting, NAMES.littleMemory, rows, [...large, '--memory', LITTLE_MEMORY]),
    ],
    notes: [],
  };
}

function subject(setting: Setting, name: string, rows: number, words: readonly string[]): Subject {
  return {
    name,
    measure: async () => {
      const used = await measurePrepare(setting, words);
      return { ...used, usPerRow: (used.wallSeconds / rows) * 1e6 };
    },
  };
}
