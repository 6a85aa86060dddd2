import { homedir } from 'node:os';
import { defaultCacheDir } from '../archive/cache.js';
import { prepare } from '../coordinator.js';
import { type DatasetDefinition, datasetId } from '../dataset/definition.js';
import { loadDefinitions } from '../dataset/registry.js';
import type { ScannedSplit } from '../define/scan-split.js';
import { asDatasetError, DatasetError, toErrorData } from '../errors.js';
import type { PrepareEvent } from '../events.js';
import type { PrepareOptions } from '../options.js';
import { type PrepareArguments, parseArguments } from './arguments.js';
import { foundText } from './own-data.js';
import { prepareEach } from './prepare-each.js';
import { type Progress, progressBars, progressLines, silent } from './progress.js';
import { datasetText, errorText, outcomeText, planText, resultText } from './report.js';
import { chooseSource } from './source.js';
import { packageVersion } from './version.js';

/**
 * The command `prepare`, from its words to its exit code: results on stdout, progress and errors on stderr. SIGINT and
 * SIGTERM end it with nothing left behind.
 */
export async function main(words: readonly string[]): Promise<number> {
  const interruption = listenForSignals();
  try {
    const parsed = parseArguments(words, await packageVersion());
    if ('text' in parsed) {
      process.stdout.write(parsed.text);
    } else if (parsed.arguments.list === true) {
      await list(parsed.arguments.json === true);
    } else {
      const exitCode = await run(parsed.arguments, interruption.signal);
      return exitCode === 0 ? 0 : (interruption.exitCode ?? exitCode);
    }
    return 0;
  } catch (thrown) {
    const error = asDatasetError(thrown);
    reportError(error, words.includes('--json'));
    return interruption.exitCode ?? error.exitCode;
  } finally {
    interruption.close();
  }
}

function reportError(error: DatasetError, json: boolean, dataset?: string): void {
  if (json) printJson({ event: 'error', dataset, ...toErrorData(error), stack: undefined });
  process.stderr.write(errorText(error));
  if (error.code === 'INTERNAL') process.stderr.write(`${toErrorData(error).stack}\n`);
}

/** Prepares what the words ask for, or tells how it would; gives the exit code, that of the first failure. */
async function run(words: PrepareArguments, signal: AbortSignal): Promise<number> {
  const { definitions, ...archives } = await chooseSource(words, { signal, onSplit: tellFound(words) });
  const options: PrepareOptions = {
    ...words,
    ...archives,
    out: words.out ?? '.',
    cacheDir: defaultCacheDir({ env: process.env, platform: process.platform, home: homedir() }),
    arrowForm: words.arrowStream === true ? 'stream' : 'file',
    signal,
  };
  if (words.dryRun === true) {
    for (const definition of definitions) await planAndReport(definition, options, words);
    return 0;
  }
  const outcome = await prepareEach(
    definitions,
    (definition) => prepareAndReport(definition, options, words),
    (error, dataset) => reportError(error, words.json === true, dataset),
  );
  const [first] = outcome.failed;
  if (first !== undefined && definitions.length > 1) process.stderr.write(outcomeText(outcome));
  return first?.error.exitCode ?? 0;
}

async function planAndReport(
  definition: DatasetDefinition,
  options: PrepareOptions,
  { json }: PrepareArguments,
): Promise<void> {
  const { planRun } = await import('../run-plan.js');
  const plan = await planRun(definition, options);
  if (json === true) printJson({ event: 'plan', dataset: datasetId(definition), ...plan });
  else process.stdout.write(planText(plan));
}

/** Tells what is found in one's own files, as the words ask for it. */
function tellFound({ json, quiet }: PrepareArguments): (split: ScannedSplit) => void {
  return (split) => {
    const { files, rows, dtype, shape, labelRange } = split;
    if (json === true)
      printJson({ event: 'scan', split: files.name, rows, dtype, shape, labels: labelRange });
    if (quiet !== true) process.stderr.write(`${foundText(split)}\n`);
  };
}

async function prepareAndReport(
  definition: DatasetDefinition,
  options: PrepareOptions,
  { json, quiet }: PrepareArguments,
): Promise<void> {
  const dataset = datasetId(definition);
  const start = performance.now();
  const written: Extract<PrepareEvent, { event: 'write' }>[] = [];
  const progress = await chooseProgress(definition, quiet === true);
  const onEvent = (event: PrepareEvent): void => {
    if (event.event === 'write') written.push(event);
    const { event: name, ...fields } = event;
    if (json === true) printJson({ event: name, dataset, ...fields });
    progress.show(event);
  };
  const result = await prepare(definition, { ...options, onEvent }).finally(() => progress.stop());
  const seconds = (performance.now() - start) / 1000;
  if (json === true)
    printJson({ event: 'done', dataset, name: dataset, version: definition.version, ...result, seconds });
  else if (quiet === true) process.stdout.write(`${result.directory}\n`);
  else process.stdout.write(resultText(definition, result, written, seconds));
}

async function chooseProgress(definition: DatasetDefinition, quiet: boolean): Promise<Progress> {
  if (quiet) return silent;
  if (process.stderr.isTTY) return progressBars(definition, process.stderr);
  return progressLines((line) => process.stderr.write(`${line}\n`));
}

async function list(json: boolean): Promise<void> {
  for (const definition of await loadDefinitions('all')) {
    const { version, splits, description } = definition;
    const rows = splits.map((split) => ({ split: split.name, rows: split.rows }));
    const name = datasetId(definition);
    if (json) printJson({ event: 'dataset', name, version, splits: rows, description });
    else process.stdout.write(datasetText(definition));
  }
}

function printJson(event: object): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}

/** What a signal asks for: that the run ends, and with which exit code. */
interface Interruption {
  signal: AbortSignal;
  exitCode: number | undefined;
  /** Stops listening. */
  close(): void;
}

function listenForSignals(): Interruption {
  const controller = new AbortController();
  const stopFor = (code: number): ((name: NodeJS.Signals) => void) => {
    return (name) => {
      interruption.exitCode = code;
      controller.abort(
        new DatasetError('INTERRUPTED', `interrupted by ${name}: nothing was published`, {
          next: 'Run the command again: what was downloaded is kept.',
        }),
      );
    };
  };
  const onInterrupt = stopFor(130);
  const onTerminate = stopFor(143);
  process.once('SIGINT', onInterrupt).once('SIGTERM', onTerminate);
  const interruption: Interruption = {
    signal: controller.signal,
    exitCode: undefined,
    close: () => process.off('SIGINT', onInterrupt).off('SIGTERM', onTerminate),
  };
  return interruption;
}
