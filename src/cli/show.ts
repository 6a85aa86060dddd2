import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { figurePng } from '../catalog/figure/figure-png.js';
import { figureSvg } from '../catalog/figure/figure-svg.js';
import { COLUMNS } from '../catalog/figure/grid.js';
import { terminalColors, terminalLines } from '../catalog/figure/terminal.js';
import { readRowsSource } from '../catalog/source.js';
import { type ShownSplit, splitExamples } from '../catalog/split-examples.js';
import { asDiskError } from '../errors.js';
import type { StoredOptions } from '../fetch/open.js';
import { type CliCommand, count, expectDirectory, expectLocal, usage } from './command.js';
import { printJson } from './ending.js';
import { withFetching } from './fetching.js';

const HELP = `Examples:
  $ idx-shards show ./data/mnist/3.0.1                           the first nine examples of train
  $ idx-shards show ./data/mnist/3.0.1 --split 'test[100:112]' --columns 4
  $ idx-shards show ./data/mnist/3.0.1 --split 'train[:9]' --out figure.png
  $ idx-shards show ./data/mnist/3.0.1 --out figure.svg
  $ idx-shards show s3://bucket/data/mnist                       the shards that hold these examples are fetched

On a terminal images are blocks in color, elsewhere and with NO_COLOR plain characters.

Exit codes: 0 done, 2 usage, 3 network, 4 no data set or a damaged one, 5 disk, 130 interrupted.
`;

/** How many examples one run shows at most. */
const MOST = 1000;
/** Characters of a line where nothing says how many there are. */
const WIDTH = 92;

/** What the command line of `show` says. */
export interface ShowArguments {
  directory: string;
  /** In TFDS's language; without it the first nine of `train`, or of the first split. */
  split?: string | undefined;
  columns: number;
  out?: string | undefined;
  json?: boolean | undefined;
  quiet?: boolean | undefined;
}

/** Shows examples, on stdout or in a file. */
export const showCommand: CliCommand = {
  declare(command) {
    command
      .argument('[dir]', "a data set's directory, or its address s3://bucket/prefix")
      .option(
        '--split <expression>',
        "which examples, in TFDS's words: 'train[:9]', 'test[10%:12%]' (default: the first 9)",
      )
      .option('--columns <n>', 'examples beside each other at most', count('--columns', 100), COLUMNS)
      .option('--out <file>', 'write a picture instead: its name ends with .png or .svg');
  },
  json: 'tell of the examples as JSON, one event a line, and show nothing',
  quiet: 'do not name the file that was written',
  help: HELP,
  run(command, words) {
    const read = readShowWords(command, words);
    return withFetching(read.directory, read, (fetching) => show(read, fetching));
  },
};

/**
 * Reads a command line.
 *
 * @throws {DatasetError} `USAGE`
 */
export function readShowWords(command: Command, words: readonly string[]): ShowArguments {
  const options = command.parse(words, { from: 'user' }).opts<Omit<ShowArguments, 'directory'>>();
  const directory = expectDirectory(command);
  if (options.split === '') throw usage('--split is empty: name a split, or leave it out');
  expectLocal('--out', options.out);
  if (options.out !== undefined && !/.\.(png|svg)$/i.test(options.out))
    throw usage(`--out takes a file that ends with .png or .svg, not ${JSON.stringify(options.out)}`);
  return { directory, ...options };
}

async function show(
  { directory, split, columns, out, json, quiet }: ShowArguments,
  fetching: StoredOptions,
): Promise<void> {
  const source = await readRowsSource(directory, fetching);
  const shown = await splitExamples(source, split, MOST);
  if (out !== undefined) await writePicture(out, shown, columns, source.id);
  if (json === true) {
    for (const { place, label } of shown.rows)
      printJson({
        event: 'example',
        dataset: source.id,
        split: shown.split,
        place,
        label,
        name: label === undefined ? undefined : source.classNames?.[label],
      });
    if (out !== undefined) printJson({ event: 'figure', file: out, examples: shown.examples.length });
  } else if (out !== undefined) {
    if (quiet !== true) process.stdout.write(`${out}\n`);
  } else {
    const { stdout } = process;
    // Whoever reads no further, such as `head`, ends it.
    stdout.once('error', () => process.exit(0));
    const width = stdout.isTTY ? stdout.columns : WIDTH;
    const colors = terminalColors(process.env, stdout.isTTY);
    for (const line of terminalLines(shown.examples, { width, columns, colors })) stdout.write(`${line}\n`);
  }
  if (source.note !== undefined && json !== true && quiet !== true)
    process.stderr.write(`Note: ${source.note}\n`);
}

async function writePicture(
  file: string,
  { examples, split }: ShownSplit,
  columns: number,
  id: string,
): Promise<void> {
  const isPng = /png$/i.test(file);
  const title = `${examples.length} examples of ${split} in ${id}`;
  const content = isPng
    ? figurePng(examples, columns)
    : figureSvg(examples, columns, { title, inPage: false });
  try {
    await writeFile(file, content);
  } catch (error) {
    throw asDiskError(error, `writing ${file}`);
  }
}
