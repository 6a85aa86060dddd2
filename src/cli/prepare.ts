import { setFlagsFromString } from 'node:v8';
import { archiveBytes, archivesOf, type DatasetDefinition, datasetId } from '../dataset/definition.js';
import { allDefinitions } from '../dataset/registry.js';
import { formatBytes } from '../fs/size.js';
import type { PrepareEvent } from '../prepare/events.js';
import type { PrepareOptions } from '../prepare/options.js';
import { prepare } from '../prepare/prepare.js';
import { type CliCommand, EVENTS } from './command.js';
import { printJson, reportError, userCacheDir } from './ending.js';
import { PASSWORD_HELP } from './engine-words.js';
import { OWN_DATA_HELP, OWN_DATA_VERSION } from './own-data.js';
import {
  declarePrepare,
  isOfManyMachines,
  type PrepareArguments,
  readPrepareWords,
} from './prepare-arguments.js';
import { prepareEach } from './prepare-each.js';
import type { JobRun } from './prepare-jobs.js';
import { type Progress, progressBars, progressLines, type RunEvent, silent } from './progress.js';
import {
  cleanText,
  datasetText,
  existingText,
  outcomeText,
  planText,
  type RunResult,
  resultText,
} from './report.js';
import { chooseSource } from './source.js';

const HELP = `${OWN_DATA_HELP}
Examples:
  $ idx-shards prepare --out ./data                                MNIST, downloaded
  $ idx-shards prepare --out ./data --dataset digits               a small data set that needs no network
  $ idx-shards prepare --out ./data --archives ~/Downloads/mnist   MNIST from archives on disk
  $ idx-shards prepare --out ./data --dataset all                  every data set of --list but the largest, one after the other
  $ idx-shards prepare --out ./data --num-shards 8 --overwrite     eight shards a split, in place of what is there
  $ idx-shards prepare --out ./data --dry-run                      only say what would be done
  $ idx-shards prepare --out ./data --name letters --train images.gz labels.gz --test test-images.gz test-labels.gz
                                                                   your own IDX or NPY files
  $ idx-shards prepare --out ./data --name digits --npz mnist.npz  your own NPZ
  $ idx-shards prepare --out ./data --name sketches --class-per-file 'sketches/*.npy' --shape 28x28
                                                                   a file for each class
  $ idx-shards prepare --out ./data --definition letters.json      a definition of your own: see idx-shards help define
  $ idx-shards prepare --out s3://bucket/data                      into object storage
  $ idx-shards prepare --out s3://bucket/data --engine redis://redis.example
                                                                   by all machines that run idx-shards worker

The result is TFDS's layout: ./data/mnist/3.0.1 is what tfds.load('mnist', data_dir='./data') reads.

Exit codes: 0 done, 2 usage, 3 network, 4 integrity, 5 disk, 130 interrupted.
Environment: IDX_SHARDS_CACHE (where downloads are kept), HTTPS_PROXY, HTTP_PROXY, NO_PROXY, NO_COLOR; with --engine,
${PASSWORD_HELP}; with s3://, those of its client, such as AWS_PROFILE and AWS_ENDPOINT_URL.
`;

/** Prepares data sets: results on stdout, progress and errors on stderr. An interruption leaves nothing behind. */
export const prepareCommand: CliCommand = {
  declare: declarePrepare,
  json: EVENTS,
  quiet: 'no progress; print the directory alone',
  version: OWN_DATA_VERSION,
  help: HELP,
  interrupted: {
    untouched: 'nothing was published',
    next: 'Run the command again: what was downloaded is kept.',
  },
  async run(command, words, signal) {
    // Nearly all that a run allocates is short-lived: more room for it only fills up before it is collected. A sixth less memory
    // at the peak, in the same time.
    setFlagsFromString('--semi-space-growth-factor=1');
    const parsed = readPrepareWords(command, words);
    if (parsed.list !== true) return run(parsed, signal);
    await list(parsed.json === true);
    return 0;
  },
};

/** Prepares what the words ask for, or tells how it would; gives the exit code, that of the first failure. */
async function run(words: PrepareArguments, signal: AbortSignal): Promise<number> {
  const { definitions, leftOut = [], ...archives } = await chooseSource(words, signal);
  for (const definition of leftOut) tellLeftOut(definition, words);
  const options: PrepareOptions = {
    ...words,
    ...archives,
    out: words.out ?? '.',
    cacheDir: userCacheDir(),
    arrowForm: words.arrowStream === true ? 'stream' : 'file',
    signal,
  };
  const jobs = isOfManyMachines(words) ? await openJobs(words, options, signal) : undefined;
  if (words.dryRun === true) {
    for (const definition of definitions) await planAndReport(definition, options, words, jobs);
    return 0;
  }
  if (words.clean === true) {
    for (const definition of definitions) await cleanAndReport(definition, words, jobs);
    return 0;
  }
  const outcome = await prepareEach(
    definitions,
    (definition) => prepareAndReport(definition, options, words, jobs),
    (error, dataset) => void reportError(error, { json: words.json === true, dataset }),
  );
  jobs?.end();
  const [first] = outcome.failed;
  if (first !== undefined && definitions.length > 1) process.stderr.write(outcomeText(outcome));
  return first?.error.exitCode ?? 0;
}

/** Few runs need it, and its packages take their time to load. */
async function openJobs(
  words: PrepareArguments,
  options: PrepareOptions,
  signal: AbortSignal,
): Promise<JobRun> {
  const { JobRun } = await import('./prepare-jobs.js');
  return JobRun.open(words, options, signal);
}

async function planAndReport(
  definition: DatasetDefinition,
  options: PrepareOptions,
  { json }: PrepareArguments,
  jobs: JobRun | undefined,
): Promise<void> {
  const { planRun } = await import('../prepare/run-plan.js');
  const plan = jobs === undefined ? await planRun(definition, options) : await jobs.plan(definition);
  if (json === true) printJson({ event: 'plan', dataset: datasetId(definition), ...plan });
  else process.stdout.write(planText(plan));
}

async function cleanAndReport(
  definition: DatasetDefinition,
  { json, quiet }: PrepareArguments,
  jobs: JobRun | undefined,
): Promise<void> {
  const dataset = datasetId(definition);
  const removed = (await jobs?.clean(definition)) ?? 0;
  if (json === true) printJson({ event: 'clean', dataset, removed });
  else if (quiet !== true) process.stdout.write(cleanText(definition, removed));
}

async function prepareAndReport(
  definition: DatasetDefinition,
  options: PrepareOptions,
  { json, quiet }: PrepareArguments,
  jobs: JobRun | undefined,
): Promise<void> {
  const dataset = datasetId(definition);
  const start = performance.now();
  const written: Extract<PrepareEvent, { event: 'write' }>[] = [];
  const progress = await chooseProgress(definition, quiet === true);
  const note = (event: RunEvent): void => {
    if (event.event === 'write') written.push(event);
    const { event: name, ...fields } = event;
    if (json === true) printJson({ event: name, dataset, ...fields });
  };
  const onEvent = (event: RunEvent): void => {
    note(event);
    progress.show(event);
  };
  const made: Promise<RunResult> =
    jobs === undefined
      ? prepare(definition, { ...options, onEvent })
      : jobs.prepare(definition, { onEvent, onFound: note });
  const result = await made.finally(() => progress.stop());
  const seconds = (performance.now() - start) / 1000;
  if (json === true)
    printJson({ event: 'done', dataset, name: dataset, version: definition.version, ...result, seconds });
  else if (quiet === true) process.stdout.write(`${result.directory}\n`);
  else if (jobs !== undefined && result.state === 'existing')
    process.stdout.write(existingText(definition, result));
  else process.stdout.write(resultText(definition, result, written, seconds));
}

async function chooseProgress(definition: DatasetDefinition, quiet: boolean): Promise<Progress> {
  if (quiet) return silent;
  if (process.stderr.isTTY) return progressBars(definition, process.stderr);
  return progressLines((line) => process.stderr.write(`${line}\n`), archivesOf(definition).length);
}

/** Nobody is to wonder where a data set is that `all` could have stood for. */
function tellLeftOut(definition: DatasetDefinition, { json, quiet }: PrepareArguments): void {
  const dataset = datasetId(definition);
  const bytes = archiveBytes(definition);
  if (json === true) printJson({ event: 'left-out', dataset, bytes });
  else if (quiet !== true)
    process.stderr.write(
      `${dataset} is not among all: it takes ${formatBytes(bytes)} of downloads, and has to be named (--dataset ${dataset})\n`,
    );
}

async function list(json: boolean): Promise<void> {
  for (const definition of await allDefinitions()) {
    const { version, splits, description } = definition;
    const rows = splits.map((split) => ({ split: split.name, rows: split.rows }));
    const name = datasetId(definition);
    const bytes = archiveBytes(definition);
    if (json) printJson({ event: 'dataset', name, version, splits: rows, bytes, description });
    else process.stdout.write(datasetText(definition));
  }
}
