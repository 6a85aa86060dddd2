import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { errorText } from '../../src/cli/report.js';
import { asDatasetError, DatasetError } from '../../src/errors.js';
import { type BenchArguments, parseBenchArguments } from './arguments.js';
import { benchData } from './bench-data.js';
import { job } from './job.js';
import { load } from './load.js';
import { busyNotes, thisMachine } from './machine.js';
import { testCache } from './readers.js';
import { type BenchReport, reportText } from './report.js';
import { scale } from './scale.js';
import type { Setting } from './setting.js';
import { stages } from './stages.js';
import type { Part } from './subject.js';
import { compareWithTargets, type PartName } from './targets.js';
import { takeTurns } from './turns.js';
import { workers } from './workers.js';

const PART_MAKERS: Readonly<Record<PartName, (setting: Setting) => Promise<Part>>> = {
  stages,
  job,
  workers,
  load,
  scale,
};

/**
 * The benchmark, from its words to its exit code: the report on stdout, progress and errors on stderr. A signal ends it with
 * nothing left behind.
 */
export async function main(words: readonly string[]): Promise<number> {
  const interruption = new AbortController();
  const stop = (name: string): void =>
    interruption.abort(new DatasetError('INTERRUPTED', `interrupted by ${name}`));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const parsed = parseBenchArguments(words);
    if ('text' in parsed) process.stdout.write(parsed.text);
    else await measureAndReport(parsed, interruption.signal);
    return 0;
  } catch (thrown) {
    const error = asDatasetError(interruption.signal.aborted ? interruption.signal.reason : thrown);
    process.stderr.write(errorText(error));
    return error.exitCode;
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

async function measureAndReport(words: BenchArguments, signal: AbortSignal): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'idx-shards-bench-'));
  try {
    const { CONFORMANCE_DIR: named } = process.env;
    const conformance = named === undefined || named === '' ? undefined : resolve(named);
    const data = await benchData(conformance, scratch);
    const cache = testCache(process.env);
    const report = await measureParts(words, { data, conformance, cache, scratch, rows: words.rows, signal });
    process.stdout.write(words.json ? `${JSON.stringify(report, null, 2)}\n` : reportText(report));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function measureParts({ runs, parts }: BenchArguments, setting: Setting): Promise<BenchReport> {
  const { name: dataset } = setting.data.definition;
  const machine = thisMachine();
  const notes = busyNotes(machine);
  const report: BenchReport = { machine, dataset, runs, parts: [], targets: [], notes };
  for (const part of parts) {
    const made = await PART_MAKERS[part](setting);
    const onMeasure = (turn: number, subject: string): void => {
      const which = turn === 0 ? 'warm-up' : `turn ${turn} of ${runs}`;
      process.stderr.write(`${part}, ${which}: ${subject}\n`);
    };
    const measured = await takeTurns(made.subjects, { runs, signal: setting.signal, onMeasure });
    report.parts.push({ part, rows: made.rows, subjects: measured });
    report.targets.push(...compareWithTargets(part, measured));
    report.notes.push(...made.notes);
  }
  return report;
}
