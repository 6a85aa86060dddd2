import { type Command, Option } from 'commander';
import { DatasetError } from '../errors.js';
import { DEFAULT_FORMATS, FORMAT_NAMES, type FormatName, isFormatName } from '../formats/formats.js';
import { COMPRESSIONS, type CompressionName } from '../formats/parquet/settings.js';
import { parseSize } from '../fs/size.js';
import { type TableLayout, TENSOR_TYPES, type TensorType } from '../rows/table.js';
import { isStorageUrl } from '../storage/s3-url.js';
import { count, usage } from './command.js';
import { addOwnDataOptions, type OwnData, type OwnDataWords, ownDataset } from './own-data.js';
import { takeSplits } from './split-words.js';

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
  /** URL of the engine. */
  engine?: string | undefined;
  maps?: number | undefined;
  scratch?: string | undefined;
  clean?: boolean | undefined;
  json?: boolean | undefined;
  quiet?: boolean | undefined;
  list?: boolean | undefined;
}

/**
 * Reads a command line.
 *
 * @throws {DatasetError} `USAGE`
 */
export function readPrepareWords(command: Command, words: readonly string[]): PrepareArguments {
  const { splits, rest } = takeSplits(words);
  const {
    name,
    version,
    description,
    classNames,
    as,
    shape,
    labelColumn,
    npz,
    classPerFile,
    train: _train,
    test: _test,
    split: _split,
    ...others
  } = command.parse(rest, { from: 'user' }).opts<Omit<PrepareArguments, 'own'> & OwnDataWords>();
  const described = { name, version, description, classNames, as, shape, labelColumn, npz, classPerFile };
  const own = ownDataset(described, splits);
  // An empty --out is a variable that was not set, not the folder that the command runs in.
  if (!others.out && others.list !== true) throw usage('--out is missing: where shall the data go?');
  const read = { ...others, own };
  expectTogether(read);
  return read;
}

/** Whether the storage is where the work of a run lies: in object storage, or in a folder that many machines share. */
export function isOfManyMachines({ out, engine }: Pick<PrepareArguments, 'out' | 'engine'>): boolean {
  return engine !== undefined || (out !== undefined && isStorageUrl(out));
}

/** Options that only the tasks of a job take. */
const OF_JOBS = ['maps', 'scratch', 'clean'] as const;

/** Options that are each worker's own. */
const OF_WORKERS = ['workers', 'memory', 'scratch'] as const;

function expectTogether(words: PrepareArguments): void {
  const isJob = isOfManyMachines(words);
  for (const option of OF_JOBS)
    if (!isJob && words[option] !== undefined)
      throw usage(`--${option} goes with --out s3://... or with --engine`);
  if (isJob && words.wait === true)
    throw usage(
      '--wait is for one machine: many work on the same data set together, and do not wait for each other',
    );
  if (words.engine === undefined) return;
  if (words.engine === '') throw usage('--engine is empty');
  for (const option of OF_WORKERS)
    if (words[option] !== undefined)
      throw usage(`--${option} does not go with --engine: give it to idx-shards worker, on each machine`);
}

/** Declares the options of `prepare`. */
export function declarePrepare(command: Command): void {
  addDatasetOptions(command);
  command.option(
    '--out <dir>',
    'where data sets go: <dir>/<name>/<version>; a folder, or s3://bucket/prefix',
  );
  addArchivesOption(command);
  addFormOptions(command);
  addMachineOptions(command);
  command
    .addOption(numShardsOption().conflicts('maxShardSize'))
    .option(
      '--max-shard-size <size>',
      'as few shards as keep each within this size, such as 256MiB',
      (text: string) => parseSize(text, '--max-shard-size'),
    )
    .option('--overwrite', 'prepare again, and replace what is there')
    .option('--wait', 'wait for another run that prepares the same data set, instead of failing')
    .option('--engine <url>', 'have it done by idx-shards worker on many machines: redis://host:6379')
    .addOption(
      new Option(
        '--maps <n>',
        'with --engine or s3://: tasks that encode a split (default: by the size of its archives)',
      ).argParser(count('--maps', 100_000)),
    )
    .option(
      '--scratch <dir>',
      "with s3://: a folder for files on their way (default: the system's temporary folder)",
    )
    .option('--clean', 'with --engine or s3://: remove what runs that broke off left, and do nothing else')
    .option('--dry-run', 'say what would be done, and do nothing')
    .option('--list', 'list the data sets');
  addOwnDataOptions(command, ['dataset', 'definition', 'archives']);
}

/** Adds the options that say which data set is meant. */
export function addDatasetOptions(command: Command): void {
  command
    .addOption(
      new Option(
        '--dataset <names>',
        'which data set, or several: mnist,kmnist, emnist/all, all (see --list)',
      ).default('mnist'),
    )
    .addOption(new Option('--definition <file>', 'a data set that a JSON file defines').conflicts('dataset'));
}

/** Adds the option that says where the archives are. */
export function addArchivesOption(command: Command): void {
  command.option(
    '--archives <dir>',
    'take the archives from this folder, or from its URL, https:// or s3://, instead of from their mirrors',
  );
}

/**
 * Adds the options that decide which formats are written, and how.
 *
 * @param indexFlag how the option is called that asks for the column `index`
 */
export function addFormOptions(command: Command, indexFlag = '--index'): void {
  command
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
    .option(indexFlag, "a column `index` in Arrow and Parquet: the row's number in its source")
    .addOption(
      new Option('--compression <codec>', "Parquet's compression (default: snappy)").choices(COMPRESSIONS),
    )
    .option('--arrow-stream', "Arrow's stream format instead of its file format");
}

/** Adds the options that say what of this machine is used: the bytes are the same for all. */
export function addMachineOptions(command: Command): void {
  command
    .option(
      '--workers <n>',
      'worker threads; the bytes are the same for any number (default: one a core)',
      count('--workers', 256),
    )
    .option(
      '--memory <size>',
      'encoded rows in memory; what is beyond goes to scratch files beside the data (default: 64MiB)',
      (text: string) => parseSize(text, '--memory'),
    );
}

/** The option that says how many shards a split has. */
export function numShardsOption(): Option {
  return new Option('--num-shards <n>', 'shards a split (default: as TFDS chooses)').argParser(
    count('--num-shards', 100_000),
  );
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
