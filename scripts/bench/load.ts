import { join } from 'node:path';
import * as v from 'valibot';
import type { FormatName } from '../../src/formats/formats.js';
import { open } from '../../src/load/dataset.js';
import { mainSplit } from './bench-data.js';
import { measureCommand, preparingWords } from './command.js';
import { madePython, measurePython, readerPath } from './readers.js';
import type { Setting } from './setting.js';
import type { Measurement, Part, Subject } from './subject.js';
import { NAMES } from './targets.js';

/** Reading the first split, example by example, images decoded: on this thread from each format, and by TFDS. */
export async function load(setting: Setting): Promise<Part> {
  const out = join(setting.scratch, 'to-load');
  await measureCommand(
    setting,
    preparingWords(setting, ['tfrecord', 'arrow', 'parquet', 'array_record']),
    out,
  );
  const { name, rows } = mainSplit(setting.data);
  const directory = join(out, setting.data.definition.name, setting.data.definition.version);
  const tfds = await tfdsSubject(setting, directory);
  const subject = (called: string, format: FormatName): Subject => ({
    name: called,
    measure: () => loadAll(directory, name, format, rows),
  });
  return {
    rows,
    subjects: [
      subject(NAMES.loadTfrecord, 'tfrecord'),
      subject(NAMES.loadArrow, 'arrow'),
      subject(NAMES.loadParquet, 'parquet'),
      subject(NAMES.loadArrayRecord, 'array_record'),
      ...(typeof tfds === 'string' ? [] : [tfds]),
    ],
    notes: typeof tfds === 'string' ? [tfds] : [],
  };
}

async function loadAll(
  directory: string,
  split: string,
  format: FormatName,
  rows: number,
): Promise<Measurement> {
  const [start, before] = [performance.now(), process.cpuUsage()];
  let read = 0;
  for await (const _ of (await open(directory)).split(split, { format, features: 'all' })) read++;
  const { user, system } = process.cpuUsage(before);
  if (read !== rows) throw new Error(`${read} of ${rows} examples came`);
  return rateOf(rows, (performance.now() - start) / 1000, (user + system) / 1e6);
}

function rateOf(rows: number, wallSeconds: number, cpuSeconds: number): Measurement {
  return { cpuSeconds, usPerRow: (wallSeconds * 1e6) / rows, examplesPerSecond: rows / wallSeconds };
}

const read = v.object({ rows: v.number(), wallSeconds: v.number(), cpuSeconds: v.number() });

/** TFDS, which measures its own loop, or why it is left out. */
async function tfdsSubject({ data, cache, signal }: Setting, directory: string): Promise<Subject | string> {
  const python = await madePython(cache, 'requirements.txt');
  if (python === undefined)
    return 'TFDS was left out: its Python environment was not made yet (test/readers/environment.sh).';
  const words = [readerPath('load_with_tfds.py'), directory, mainSplit(data).name];
  return {
    name: NAMES.loadTfds,
    measure: async () => {
      const { stdout } = await measurePython(python, words, { signal });
      const { rows, wallSeconds, cpuSeconds } = v.parse(read, JSON.parse(stdout));
      return rateOf(rows, wallSeconds, cpuSeconds);
    },
  };
}
