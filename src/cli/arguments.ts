import { Command, Option } from 'commander';
import { DatasetError } from '../errors.js';
import { DEFAULT_FORMATS, FORMAT_NAMES, type FormatName, isFormatName } from '../formats/formats.js';
import { COMPRESSIONS, type CompressionName } from '../formats/parquet/settings.js';
import { parseSize } from '../fs/size.js';
import { type TableLayout, TENSOR_TYPES, type TensorType } from '../rows/table.js';
import { count, readWords, usage } from './command.js';
import {
  addOwnDataOptions,
  OWN_DATA_HELP,
  type OwnData,
  type OwnDataWords,
  ownDataset,
  takeSplits,
} from './own-data.js';

/** What the command line of `prepare` says. */
export interface PrepareArguments {
  /** Names with commas between them. */
  dataset: string;
  /** Path of a definition. */
  definition?: string | undefined;
  own?: OwnData | undefined;
  out?: string | undefined;
  archives?: string | undefined;
  formats?: FormatName[] | undefined;
  compression?: CompressionName | undefined;
  arrowStream?: boolean | undefined;
  image?: TableLayout['image'] | undefined;
  tensors?: TensorType | undefined;
  index?: boolean | undefined;
  workers?: number | undefined;
  memory?: number | undefined;
  numShards?: number | undefined;
  maxShardSize?: number | undefined;
  overwrite?: boolean | undefined;
  wait?: boolean | undefined;
  dryRun?: boolean | undefined;
  json?: boolean | undefined;
  quiet?: boolean | undefined;
  list?: boolean | undefined;
}

/** What a command line comes to: a run, or a text that was asked for instead (`--help`, `--version`). */
export type ParsedArguments = { arguments: PrepareArguments } | { text: string };

const EXAMPLES = `
Examples:
  $ npm run prepare -- --out ./data                                MNIST, downloaded
  $ npm run prepare -- --out ./data --dataset digits               a small data set that needs no network
  $ npm run prepare -- --out ./data --archives ~/Downloads/mnist   MNIST from archives on disk
  $ npm run prepare -- --out ./data --dataset all                  every data set of --list, one after the other
  $ npm run prepare -- --out ./data --num-shards 8 --overwrite     eight shards a split, in place of what is there
  $ npm run prepare -- --out ./data --dry-run                      only say what would be done
  $ npm run prepare -- --out ./data --name letters --train images.gz labels.gz --test test-images.gz test-labels.gz
                                                                   your own IDX files
  $ npm run prepare -- --out ./data --definition letters.json      a definition of your own: see npm run define

The result is TFDS's layout: ./data/mnist/3.0.1 is what tfds.load('mnist', data_dir='./data') reads.
Where npm's own lines disturb (with --json, say): npm run --silent prepare -- ...

Exit codes: 0 done, 2 usage, 3 network, 4 integrity, 5 disk, 130 interrupted.
Environment: IDX_SHARDS_CACHE (where downloads are kept), HTTPS_PROXY, HTTP_PROXY, NO_PROXY, NO_COLOR.
`;

/**
 * Reads a command line.
 *
 * @param words what stands behind the command
 * @param version the project's version
 * @throws {DatasetError} `USAGE`
 */
export function parseArguments(words: readonly string[], version: string): ParsedArguments {
  const { splits, rest } = takeSplits(words);
  const command = prepareCommand();
  const text = readWords(command, rest);
  if (text !== undefined) return { text };
  const {
    name,
    version: asked,
    description,
    classNames,
    as,
    train: _train,
    test: _test,
    split: _split,
    ...others
  } = command.opts<Omit<PrepareArguments, 'own'> & OwnDataWords>();
  if (asked === true) return { text: `${version}\n` };
  const own = ownDataset({ name, version: asked, description, classNames, as }, splits);
  const parsed = { ...others, own };
  // An empty --out is a variable that was not set, not the folder that the command runs in.
  if (!parsed.out && parsed.list !== true) throw usage('--out is missing: where shall the data go?');
  return { arguments: parsed };
}

function prepareCommand(): Command {
  const command = new Command('idx-shards')
    .description(
      'Prepares MNIST and its like as TensorFlow Datasets does: the same files, byte for byte, without Python.',
    )
    .addOption(
      new Option(
        '--dataset <names>',
        'which data set, or several: mnist,kmnist, emnist/all, all (see --list)',
      ).default('mnist'),
    )
    .addOption(new Option('--definition <file>', 'a data set that a JSON file defines').conflicts('dataset'))
    .option('--out <dir>', 'where data sets go: <dir>/<name>/<version>')
    .option('--archives <dir>', 'take the archives from this folder instead of downloading them')
    .option(
      '--formats <names>',
      `formats of the shards, of ${FORMAT_NAMES.join(', ')} (default: ${DEFAULT_FORMATS})`,
      formats,
    )
    .addOption(
      new Option('--image <as>', 'images in Arrow and Parquet: png, or tensor, their samples').choices([
        'png',
        'tensor',
      ]),
    )
    .addOption(
      new Option(
        '--tensors <as>',
        'samples in Arrow and Parquet: list, or extension, arrow.fixed_shape_tensor (default: list)',
      ).choices(TENSOR_TYPES),
    )
    .option('--index', "a column `index` in Arrow and Parquet: the row's number in its source")
    .addOption(
      new Option('--compression <codec>', "Parquet's compression (default: snappy)").choices(COMPRESSIONS),
    )
    .option('--arrow-stream', "Arrow's stream format instead of its file format")
    .option(
      '--workers <n>',
      'worker threads; the bytes are the same for any number (default: one a core)',
      count('--workers', 256),
    )
    .option(
      '--memory <size>',
      'encoded rows in memory; what is beyond goes to scratch files beside the data (default: 64MiB)',
      (text: string) => parseSize(text, '--memory'),
    )
    .addOption(
      new Option('--num-shards <n>', 'shards a split (default: as TFDS chooses)')
        .argParser(count('--num-shards', 100_000))
        .conflicts('maxShardSize'),
    )
    .option(
      '--max-shard-size <size>',
      'as few shards as keep each within this size, such as 256MiB',
      (text: string) => parseSize(text, '--max-shard-size'),
    )
    .option('--overwrite', 'prepare again, and replace what is there')
    .option('--wait', 'wait for another run that prepares the same data set, instead of failing')
    .option('--dry-run', 'say what would be done, and do nothing')
    .option('--json', 'results as JSON: one event a line')
    .option('--quiet', 'no progress; print the directory alone')
    .option('--list', 'list the data sets')
    .allowExcessArguments(false)
    .addHelpText('after', OWN_DATA_HELP + EXAMPLES);
  return addOwnDataOptions(command, ['dataset', 'definition', 'archives']);
}

function formats(text: string): FormatName[] {
  const names = text.split(',').map((name) => name.trim());
  return names
    .filter((name, at) => names.indexOf(name) === at)
    .map((name) => {
      if (isFormatName(name)) return name;
      throw new DatasetError('USAGE', `there is no format named ${name}`, {
        expected: FORMAT_NAMES.join(', '),
        found: name,
        next: 'See --help.',
      });
    });
}
