import type { Command } from 'commander';
import { count } from '../../src/cli/command.js';
import { DatasetError } from '../../src/errors.js';
import { PARTS, type PartName } from './targets.js';

/** What the command line of the benchmark says. */
export interface BenchArguments {
  runs: number;
  parts: readonly PartName[];
  /** Rows of the parts `workers` and `scale`. */
  rows: number;
  json: boolean;
}

const DEFAULT_ROWS = 700_000;
/** The part `scale` says little of few rows, and takes long with many: it is run where it is asked for. */
const DEFAULT_PARTS: readonly PartName[] = ['stages', 'job', 'workers', 'load'];

/**
 * Reads a command line.
 *
 * @throws {DatasetError} `USAGE`
 */
export function readBenchWords(command: Command, words: readonly string[]): BenchArguments {
  const { runs, only, rows, json } = command.parse(words, { from: 'user' }).opts<{
    runs: number;
    only?: PartName[];
    rows?: number;
    json?: boolean;
  }>();
  // Whoever asks for rows asks how the job grows with them.
  const parts = only ?? (rows === undefined ? DEFAULT_PARTS : (['scale'] as const));
  return { runs, parts, rows: rows ?? DEFAULT_ROWS, json: json === true };
}

/** Declares the options of the benchmark. */
export function declareBench(command: Command): void {
  command
    .option('--runs <n>', 'turns after the warm-up', count('--runs', 1000), 5)
    .option(
      '--only <parts>',
      `parts, of ${PARTS.join(', ')} (default: ${DEFAULT_PARTS.join(', ')})`,
      partNames,
    )
    .option(
      '--rows <n>',
      `rows of the parts workers and scale; without --only, scale alone is run (default: ${DEFAULT_ROWS})`,
      count('--rows', 50_000_000),
    );
}

function partNames(text: string): PartName[] {
  const names = text.split(',').map((name) => name.trim());
  for (const name of names) {
    if (PARTS.some((part) => part === name)) continue;
    throw new DatasetError('USAGE', `there is no part named ${name}`, {
      expected: PARTS.join(', '),
      found: name,
      next: 'See --help.',
    });
  }
  return PARTS.filter((part) => names.includes(part));
}
