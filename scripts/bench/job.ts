import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { partsOf } from '../../src/dataset/split-definition.js';
import type { FormatName } from '../../src/formats/formats.js';
import { mainSplit } from './bench-data.js';
import type { ProcessUsage } from './child.js';
import { measureCommand, measurePrepare, preparingWords } from './command.js';
import { madePython, measurePython, readerPath } from './readers.js';
import { inEmptyFolder, type Setting } from './setting.js';
import type { Part, Subject } from './subject.js';
import { NAMES } from './targets.js';

/** The whole job as processes of their own, from archives on disk to files on disk: ours, and others' where they are there. */
export async function job(setting: Setting): Promise<Part> {
  const others = [await tfdsSubject(setting), ...(await columnSubjects(setting))];
  return {
    rows: setting.data.definition.splits.reduce((sum, { rows }) => sum + rows, 0),
    subjects: [
      ownSubject(setting, NAMES.threeFormats, ['tfrecord', 'arrow', 'parquet']),
      ...others.filter((other) => typeof other !== 'string'),
      ownSubject(setting, NAMES.tfrecord, ['tfrecord']),
      ownSubject(setting, NAMES.arrow, ['arrow']),
      ownSubject(setting, NAMES.parquet, ['parquet']),
    ],
    notes: others.filter((other) => typeof other === 'string'),
  };
}

function ownSubject(setting: Setting, name: string, formats: readonly FormatName[]): Subject {
  return { name, measure: () => measurePrepare(setting, preparingWords(setting, formats)) };
}

/** TFDS, by the script of the conformance folder, or why it is left out. */
async function tfdsSubject(setting: Setting): Promise<Subject | string> {
  const { data, conformance, cache, signal } = setting;
  if (conformance === undefined)
    return 'TFDS was left out: it takes the archives of MNIST alone, and CONFORMANCE_DIR is not set.';
  const python = await madePython(cache, 'requirements.txt');
  if (python === undefined)
    return `TFDS was left out: its Python environment was not made yet (test/readers/environment.sh).`;
  const oracle = join(conformance, 'oracle', 'prepare_with_tfds.py');
  const measure = async (out: string): Promise<ProcessUsage> => {
    const { used } = await measurePython(python, [oracle, data.definition.name, data.archives, out], {
      signal,
    });
    return used;
  };
  return { name: NAMES.tfds, measure: () => inEmptyFolder(setting, measure) };
}

/** Hugging Face datasets and pyarrow, or why they are left out. */
async function columnSubjects(setting: Setting): Promise<(Subject | string)[]> {
  const requirements = 'requirements-columns.txt';
  const python = await madePython(setting.cache, requirements);
  if (python === undefined)
    return [
      `Hugging Face datasets and pyarrow were left out: their Python environment was not made yet (test/readers/environment.sh ${requirements}).`,
    ];
  return [datasetsSubject(setting, python), await pyarrowSubject(setting, python)];
}

function datasetsSubject(setting: Setting, python: string): Subject {
  const { data, signal } = setting;
  const script = readerPath('prepare_with_datasets.py');
  const splits = data.definition.splits.flatMap((split) => [
    split.name,
    ...partsOf(split)
      .flatMap(({ images, labels }) => [images, labels ?? []].flat())
      .map(({ file }) => join(data.archives, file)),
  ]);
  return {
    name: NAMES.datasets,
    measure: () =>
      inEmptyFolder(setting, async (out) => {
        // What datasets keeps belongs to the run as its output does.
        const env = { HF_HOME: join(out, 'home') };
        return (await measurePython(python, [script, out, ...splits], { env, signal })).used;
      }),
  };
}

const written = v.object({ wallSeconds: v.number(), cpuSeconds: v.number() });

/** pyarrow, writing again what we wrote. It measures the write itself; the peak is that of its process. */
async function pyarrowSubject(setting: Setting, python: string): Promise<Subject> {
  const { data, scratch, signal } = setting;
  const out = join(scratch, 'to-write-again');
  await measureCommand(setting, preparingWords(setting, ['parquet']), out);
  const directory = join(out, data.definition.name, data.definition.version);
  const shards = (await readdir(directory)).filter(
    (file) => file.includes(`-${mainSplit(data).name}-`) && file.endsWith('.parquet'),
  );
  const script = readerPath('write_with_pyarrow.py');
  return {
    name: NAMES.pyarrow,
    measure: () =>
      inEmptyFolder(setting, async (target) => {
        const words = [script, join(target, 'again.parquet'), ...shards.map((file) => join(directory, file))];
        const { used, stdout } = await measurePython(python, words, { signal });
        return { ...v.parse(written, JSON.parse(stdout)), peakMiB: used.peakMiB };
      }),
  };
}
