import { dirname, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { type DatasetDefinition, datasetId } from '../dataset/definition.js';
import { loadDefinition, readDefinitions } from '../dataset/registry.js';
import { codeOf, DatasetError } from '../errors.js';
import { FORMAT_NAMES } from '../formats/formats.js';
import { packageRoot } from '../fs/package-root.js';
import { type Lock, type LockedDataset, readLock, writeLock } from '../regenerate/lock.js';
import { type Drift, driftOf, regenerate } from '../regenerate/regenerate.js';
import { isStorageUrl } from '../storage/s3-url.js';
import { type CliCommand, EVENTS, usage } from './command.js';
import { printJson, userCacheDir } from './ending.js';

const HELP = `Examples:
  $ idx-shards regenerate                                    every data set of the lock, prepared again and compared
  $ idx-shards regenerate digits                             one of them
  $ idx-shards regenerate mnist --archives ~/Downloads/mnist from archives on disk
  $ idx-shards regenerate --update                           takes what is made now into the lock
  $ idx-shards regenerate --lock my.lock.json --definition letters.json --update
                                                             begins a lock of your own

Exit codes: 0 nothing drifted, 2 usage, 3 network, 4 integrity or drift, 5 disk, 130 interrupted.
`;

/** What the command line of `regenerate` says. */
export interface RegenerateArguments {
  /** Names of data sets; none for all of the lock. */
  names: readonly string[];
  lock: string;
  update?: boolean | undefined;
  archives?: string | undefined;
  definition?: string | undefined;
  json?: boolean | undefined;
}

const OWN_LOCK = fileURLToPath(new URL('config/lock/published.json', packageRoot));

/** Prepares data sets again: what is the same is told on stdout, drift on stderr. */
export const regenerateCommand: CliCommand = {
  declare(command) {
    command
      .argument('[names...]', 'data sets of the lock (default: all of them)')
      .option('--update', 'write what is found into the lock; names that are not in it are added')
      .option(
        '--archives <dir>',
        'take the archives from this folder, or from <dir>/<name>, instead of downloading them',
      )
      .option('--lock <file>', "another lock file than the project's own", OWN_LOCK)
      .option('--definition <file>', 'with --update: add the data sets that this file defines');
  },
  json: EVENTS,
  help: HELP,
  interrupted: { untouched: 'nothing was changed' },
  run: (command, words, signal) => regenerateAll(readRegenerateWords(command, words), signal),
};

/**
 * Reads a command line.
 *
 * @throws {DatasetError} `USAGE`
 */
export function readRegenerateWords(command: Command, words: readonly string[]): RegenerateArguments {
  const options = command.parse(words, { from: 'user' }).opts<Omit<RegenerateArguments, 'names'>>();
  for (const option of ['archives', 'lock', 'definition'] as const)
    if (options[option] === '') throw usage(`--${option} is empty`);
  if (options.definition !== undefined && options.update !== true)
    throw usage('--definition goes with --update');
  const stored = [...command.args, options.lock, options.definition].find(
    (word) => word !== undefined && isStorageUrl(word),
  );
  if (stored !== undefined)
    throw new DatasetError('USAGE', `regenerate does not take ${stored}`, {
      expected: 'names of data sets that a lock file of this machine has',
      found: stored,
      next: `Compare what lies there with its archives: idx-shards verify ${stored} --deep --archives <dir>`,
    });
  return { ...options, names: command.args };
}

/** A data set to be prepared again, and what the lock has of it. */
interface Task {
  definition: DatasetDefinition;
  /** Path of the file that defines it; none where the project brings it. */
  file: string | undefined;
  locked: LockedDataset | undefined;
}

async function regenerateAll(words: RegenerateArguments, signal: AbortSignal): Promise<void> {
  const lock = await lockOf(words);
  const cacheDir = userCacheDir();
  const drifted: string[] = [];
  const updated = new Map(lock);
  for (const { definition, file, locked } of await tasksOf(words, lock)) {
    const name = datasetId(definition);
    const formats = locked?.formats ?? [...FORMAT_NAMES];
    // What is drawn here needs no archives; a folder of others' may be given for the rest of the lock.
    const archives =
      definition.drawn === undefined ? (words.archives ?? beside(definition, file)) : undefined;
    const start = performance.now();
    const files = await regenerate(definition, formats, { archives, cacheDir, signal });
    const drift = driftOf(locked?.files ?? {}, files);
    if (drift.length > 0) drifted.push(name);
    const seconds = (performance.now() - start) / 1000;
    tell(words, name, { drift, files: Object.keys(files).length, seconds });
    updated.set(name, {
      version: definition.version,
      ...(file === undefined ? {} : { definition: inLock(words, file) }),
      formats,
      files,
    });
  }
  if (drifted.length === 0) return;
  if (words.update === true) {
    await writeLock(words.lock, updated);
    if (words.json !== true) process.stdout.write(`wrote ${words.lock}\n`);
    return;
  }
  throw new DatasetError('DRIFT', `not as ${words.lock} has it: ${drifted.join(', ')}`, {
    expected: 'the files of the lock, byte for byte',
    found: 'the files above',
    next: 'Find out what changed; where it is meant, take it into the lock with --update.',
  });
}

/** A lock that is not there yet is empty where it is to be written. */
async function lockOf({ lock, update }: RegenerateArguments): Promise<Lock> {
  try {
    return await readLock(lock);
  } catch (error) {
    const cause = error instanceof DatasetError ? error.cause : undefined;
    const isMissing = codeOf(cause) === 'ENOENT';
    if (update === true && isMissing) return new Map();
    throw error;
  }
}

async function tasksOf(
  { names, lock: path, update, definition }: RegenerateArguments,
  lock: Lock,
): Promise<Task[]> {
  const tasks: Task[] = [];
  if (definition !== undefined)
    for (const added of await readDefinitions(definition))
      tasks.push({ definition: added, file: definition, locked: lock.get(datasetId(added)) });
  const wanted = names.length > 0 ? names : definition === undefined ? [...lock.keys()] : [];
  for (const name of wanted) {
    const locked = lock.get(name);
    if (locked === undefined && update !== true)
      throw new DatasetError('UNKNOWN_DATASET', `${path} has no data set named ${name}`, {
        expected: [...lock.keys()].join(', '),
        found: name,
        next: 'Choose one of these, or add it with --update.',
      });
    tasks.push(await taskOf(name, path, locked));
  }
  return tasks;
}

async function taskOf(name: string, path: string, locked: LockedDataset | undefined): Promise<Task> {
  if (locked?.definition === undefined)
    return { definition: await loadDefinition(name), file: undefined, locked };
  const file = resolve(dirname(path), locked.definition);
  const definition = (await readDefinitions(file)).find((one) => datasetId(one) === name);
  if (definition !== undefined) return { definition, file, locked };
  throw new DatasetError('UNKNOWN_DATASET', `${file} does not define ${name}`, {
    expected: name,
    found: 'others',
    next: 'Mend the lock or the definition.',
  });
}

/** Archives without mirrors lie beside the file that defines them, as with `prepare`. */
function beside({ mirrors }: DatasetDefinition, file: string | undefined): string | undefined {
  return file !== undefined && mirrors.length === 0 ? dirname(file) : undefined;
}

/** A definition's path as a lock has it: relative, and the same on every platform. */
function inLock({ lock }: RegenerateArguments, file: string): string {
  return relative(dirname(resolve(lock)), resolve(file)).replaceAll(sep, '/');
}

function tell(
  { json, update }: RegenerateArguments,
  name: string,
  { drift, files, seconds }: { drift: readonly Drift[]; files: number; seconds: number },
): void {
  if (json === true) {
    for (const one of drift) printJson({ event: 'drift', dataset: name, ...one });
    printJson({ event: 'regenerated', dataset: name, files, drifted: drift.length, seconds });
    return;
  }
  const out = update === true ? process.stdout : process.stderr;
  for (const { file, locked, found } of drift)
    out.write(
      `${name}: ${file}\n  locked: ${locked ?? 'no such file'}\n  found:  ${found ?? 'no such file'}\n`,
    );
  if (drift.length === 0) process.stdout.write(`${name}: ${files} files, each as the lock has it\n`);
}
