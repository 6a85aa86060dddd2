import { stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { readDefinitions } from '../dataset/registry.js';
import { OWN_WRITER } from '../directory/read.js';
import { DatasetError, toErrorData } from '../errors.js';
import { findEverywhere } from '../fetch/everywhere.js';
import type { StoredOptions } from '../fetch/open.js';
import { kindOf } from '../fs/regular-file.js';
import { formatBytes, formatCount, formatThings } from '../fs/size.js';
import { type Fault, UNCHECKED } from '../verify/findings.js';
import { type Verified, type VerifyOptions, verifyDataset } from '../verify/verify.js';
import { type CliCommand, EVENTS, expectDirectory, usage } from './command.js';
import { printJson } from './ending.js';
import { withFetching } from './fetching.js';

const HELP = `Examples:
  $ idx-shards verify ./data/mnist/3.0.1                 every file against SHA256SUMS and the manifests
  $ idx-shards verify ./data --deep                      every data set below ./data, every row of every format
  $ idx-shards verify ./data/mnist/3.0.1 --deep --archives ~/Downloads/mnist
                                                         and every row against the archives
  $ idx-shards verify s3://bucket/data --deep            what lies in object storage: every file is fetched for that
  $ idx-shards verify ./data --json | jq .               one event a line

Without --deep: files, checksums, sizes, manifests. With it: every checksum within the files, every example and image, every
format row by row against the first, the order of the rows, and, where the archives are in the cache or given, every row
against them. Of object storage no shard is fetched without --deep: their sizes are looked at, and the manifests by their checksums. With
it every file is fetched, whatever is in the cache. A data set that TFDS prepared is verified too, of any version since 3.0; what cannot be checked of it is said.

Exit codes: 0 whole and right, 2 usage, 3 network, 4 not so, 5 disk, 130 interrupted.
`;

/** What the command line of `verify` says. */
export interface VerifyArguments {
  directory: string;
  deep?: boolean | undefined;
  archives?: string | undefined;
  definition?: string | undefined;
  json?: boolean | undefined;
  quiet?: boolean | undefined;
}

/** Checks data sets: what is whole is told on stdout, faults on stderr. */
export const verifyCommand: CliCommand = {
  declare(command) {
    command
      .argument('[dir]', "a data set's directory, or a folder that holds some; or s3://bucket/prefix")
      .option('--deep', 'read everything: every row of every format')
      .option(
        '--archives <dir>',
        'with --deep: compare with the archives in this folder (default: with those in the cache)',
      )
      .option(
        '--definition <file>',
        'with --deep: the definition that a data set of your own was prepared by',
      );
  },
  json: EVENTS,
  quiet: 'say nothing of what is right',
  help: HELP,
  run(command, words) {
    const read = readVerifyWords(command, words);
    return withFetching(read.directory, read, (fetching) => verifyAll(read, fetching));
  },
};

/**
 * Reads a command line.
 *
 * @throws {DatasetError} `USAGE`
 */
export function readVerifyWords(command: Command, words: readonly string[]): VerifyArguments {
  const options = command.parse(words, { from: 'user' }).opts<Omit<VerifyArguments, 'directory'>>();
  const directory = expectDirectory(command);
  if (options.archives === '') throw usage('--archives is empty: name a folder, or leave it out');
  if (options.deep !== true && (options.archives ?? options.definition) !== undefined)
    throw usage('--archives and --definition go with --deep');
  return { directory, ...options };
}

async function verifyAll(
  words: VerifyArguments,
  fetching: StoredOptions & { cacheDir: string },
): Promise<void> {
  const { deep, archives, definition: file, directory, json, quiet } = words;
  if (archives !== undefined) await requireFolder(archives);
  const definitions = file === undefined ? [] : await readDefinitions(file);
  const options: VerifyOptions = { ...fetching, deep, archives, definitions };
  const failed: Verified[] = [];
  const directories = await findEverywhere(directory, fetching.signal);
  for (const one of directories) {
    const start = performance.now();
    const verified = await verifyDataset(one, options);
    const seconds = (performance.now() - start) / 1000;
    if (verified.total > 0) failed.push(verified);
    if (json === true) printEvents(verified, seconds);
    else if (verified.total > 0 || quiet !== true) printText(verified, seconds, deep === true);
  }
  if (failed.length === 0) return;
  const total = failed.reduce((sum, verified) => sum + verified.total, 0);
  throw new DatasetError(
    'VERIFY_FAILED',
    `${failed.map((one) => one.directory).join(', ')}: not as it should be`,
    {
      expected: 'no fault',
      found: formatThings(total, 'fault'),
      next: 'Prepare it again: idx-shards prepare --overwrite ...; or remove what does not belong there.',
    },
  );
}

/**
 * A name that is mistyped must not pass for archives that agree.
 *
 * @throws {DatasetError} `USAGE`
 */
async function requireFolder(archives: string): Promise<void> {
  const found = await stat(archives).catch(() => undefined);
  if (found?.isDirectory() === true) return;
  throw new DatasetError('USAGE', `--archives names no folder: ${archives}`, {
    expected: 'a folder that holds the archives',
    found: found === undefined ? 'nothing' : kindOf(found),
    next: 'Check the path, or leave the option out.',
  });
}

function printEvents(verified: Verified, seconds: number): void {
  const { directory, faults, unchecked, ...summary } = verified;
  for (const { file, record, error } of faults)
    printJson({ event: 'fault', directory, file, record, ...toErrorData(error), stack: undefined });
  for (const one of unchecked) printJson({ event: 'unchecked', directory, ...one });
  printJson({ event: 'verified', directory, ...summary, whole: verified.total === 0, seconds });
}

function printText(verified: Verified, seconds: number, deep: boolean): void {
  const { directory, name, version, files, bytes, rows, formats, faults, total, unchecked } = verified;
  for (const fault of faults) process.stderr.write(faultText(fault));
  if (total > faults.length) process.stderr.write(`and ${formatCount(total - faults.length)} more\n`);
  const what = name === undefined ? directory : `${name} ${version}${writtenText(verified)}`;
  const size = `${formatThings(files, 'file')}, ${formatBytes(bytes)}, ${formatThings(rows, 'row')} as ${formats.join(', ') || 'nothing'}`;
  if (total === 0)
    process.stdout.write(`${what} is ${howText(verified, deep)}: ${size}, in ${seconds.toFixed(1)} s\n`);
  for (const line of orderTexts(verified)) process.stdout.write(`  ${line}\n`);
  for (const one of unchecked) process.stdout.write(`  not checked: ${one.what} (${one.why})\n`);
}

function isOurs({ writer }: Verified): boolean {
  return writer === OWN_WRITER;
}

function writtenText(verified: Verified): string {
  return isOurs(verified) ? '' : `, as ${verified.writer} writes it,`;
}

/** What was found of a data set without a fault, and no more than was looked at. */
function howText({ unchecked }: Verified, deep: boolean): string {
  const isChecked = (what: string): boolean => !unchecked.some((one) => one.what === what);
  if (deep && isChecked(UNCHECKED.examples)) return 'whole and right, every row of it';
  if (deep) return 'whole, every record of it by its own checksum';
  return isChecked(UNCHECKED.checksums)
    ? 'whole, by its checksums and manifests'
    : 'whole, by its manifests and the sizes of its files';
}

/** In which orders Examples have their features, of a data set that was not prepared here: here the input stands first. */
function orderTexts(verified: Verified): string[] {
  const { featureOrders } = verified;
  if (isOurs(verified) || featureOrders.length === 0) return [];
  const orders = featureOrders.map(
    ({ features, examples }) => `${features.join(', ')} in ${formatThings(examples, 'example')}`,
  );
  return [`order of the features: ${orders.join('; ')} (TFDS leaves it open: one is as good as the other)`];
}

/** A fault as a person reads it: where it is, what was expected and found. */
function faultText({ file, record, error }: Fault): string {
  const where = record === undefined ? file : `${file}, record ${record}`;
  const lines = [`${where}: ${error.message} [${error.code}]`];
  if (error.expected !== undefined) lines.push(`  expected: ${error.expected}`);
  if (error.found !== undefined) lines.push(`  found:    ${error.found}`);
  return `${lines.join('\n')}\n`;
}
