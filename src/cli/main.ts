import { type DatasetDefinition, datasetId } from '../dataset/definition.js';
import { loadDefinitions } from '../dataset/registry.js';
import type { PrepareEvent } from '../prepare/events.js';
import type { PrepareOptions } from '../prepare/options.js';
import { prepare } from '../prepare/prepare.js';
import { type PrepareArguments, parseArguments } from './arguments.js';
import { listenForSignals, printJson, reportError, userCacheDir } from './ending.js';
import { prepareEach } from './prepare-each.js';
import { type Progress, progressBars, progressLines, silent } from './progress.js';
import { datasetText, outcomeText, planText, resultText } from './report.js';
import { chooseSource } from './source.js';
import { packageVersion } from './version.js';

/**
 * The command `prepare`, from its words to its exit code: results on stdout, progress and errors on stderr. SIGINT and
 * SIGTERM end it with nothing left behind.
 */
export async function main(words: readonly string[]): Promise<number> {
  const interruption = listenForSignals(
    'nothing was published',
    'Run the command again: what was downloaded is kept.',
  );
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
    const { exitCode } = reportError(thrown, { json: words.includes('--json') });
    return interruption.exitCode ?? exitCode;
  } finally {
    interruption.close();
  }
}

/** Prepares what the words ask for, or tells how it would; gives the exit code, that of the first failure. */
async function run(words: PrepareArguments, signal: AbortSignal): Promise<number> {
  const { definitions, ...archives } = await chooseSource(words, signal);
  const options: PrepareOptions = {
    ...words,
    ...archives,
    out: words.out ?? '.',
    cacheDir: userCacheDir(),
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
    (error, dataset) => void reportError(error, { json: words.json === true, dataset }),
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
  const { planRun } = await import('../prepare/run-plan.js');
  const plan = await planRun(definition, options);
  if (json === true) printJson({ event: 'plan', dataset: datasetId(definition), ...plan });
  else process.stdout.write(planText(plan));
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
