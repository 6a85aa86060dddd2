import { Command, Option } from 'commander';
import { count, readWords } from '../../src/cli/command.js';
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

const NOTES = `
Environment: CONFORMANCE_DIR (a folder with archives/mnist, oracle/ and reference/; without it the rows are those of digits),
IDX_SHARDS_TEST_CACHE (where the tests keep Python environments; the benchmark makes none), TMPDIR (where everything is written).
Where npm's own lines disturb (with --json, say): npm run --silent bench -- ...
`;

/**
 * Reads a command line; a text where one was asked for instead of a run (`--help`).
 *
 * @throws {DatasetError} `USAGE`
 */
export function parseBenchArguments(words: readonly string[]): BenchArguments | { text: string } {
  const command = benchCommand();
  const text = readWords(command, words);
  if (text !== undefined) return { text };
  const { runs, only, rows, json } = command.opts<{
    runs: number;
    only?: PartName[];
    rows?: number;
    json?: boolean;
  }>();
  // Whoever asks for rows asks how the job grows with them.
  const parts = only ?? (rows === undefined ? DEFAULT_PARTS : (['scale'] as const));
  return { runs, parts, rows: rows ?? DEFAULT_ROWS, json: json === true };
}

function benchCommand(): Command {
  return new Command('npm run bench --')
    .description('Measures the project, and others doing the same, in turns; prints figures and ratios.')
    .addOption(
      new Option('--runs <n>', 'turns after the warm-up').argParser(count('--runs', 1000)).default(5),
    )
    .option(
      '--only <parts>',
      `parts, of ${PARTS.join(', ')} (default: ${DEFAULT_PARTS.join(', ')})`,
      partNames,
    )
    .option(
      '--rows <n>',
      `rows of the parts workers and scale; without --only, scale alone is run (default: ${DEFAULT_ROWS})`,
      count('--rows', 50_000_000),
    )
    .option('--json', 'one JSON document with every sample')
    .allowExcessArguments(false)
    .addHelpText('after', NOTES);
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
