import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { type CliCommand, runCommand } from '../../src/cli/command.js';
import { type BenchArguments, declareBench, readBenchWords } from './arguments.js';
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

const NOTES = `Environment: CONFORMANCE_DIR (a folder with archives/mnist, oracle/ and reference/; without it the rows are those of digits),
IDX_SHARDS_TEST_CACHE (where the tests keep Python environments; the benchmark makes none), TMPDIR (where everything is written).
Where npm's own lines disturb (with --json, say): npm run --silent bench -- ...
`;

/** The benchmark: the report on stdout, progress and errors on stderr. A signal ends it with nothing left behind. */
const BENCH: CliCommand = {
  declare: declareBench,
  json: 'one JSON document with every sample',
  help: NOTES,
  interrupted: { untouched: 'nothing is left behind' },
  run: (command, words, signal) => measureAndReport(readBenchWords(command, words), signal),
};

/** The benchmark, from its words to its exit code. */
export function main(words: readonly string[]): Promise<number> {
  const command = new Command('npm run bench --').description(
    'Measures the project, and others doing the same, in turns; prints figures and ratios.',
  );
  return runCommand(command, BENCH, words);
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
