import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { DatasetError } from '../errors.js';
import { readNamedFile } from '../fs/named-file.js';
import { packageRoot } from '../fs/package-root.js';
import { archiveBytes, type DatasetDefinition, datasetId } from './definition.js';
import { inConfig, parseDefinitions } from './definition-file.js';

const CONFIG = new URL('config/', packageRoot);
const ENDING = '.json';
/** Stands for every data set but the large ones, or every config of one. */
const ALL = 'all';

/** Archives of more bytes than these make a data set a large one: nobody wants tens of GiB for one word. */
const LARGE = 4 * 2 ** 30;

/**
 * Names of the data sets that the project brings, in alphabetical order: `mnist`, and one for each config where there are
 * some, `emnist/letters`.
 */
export async function datasetNames(): Promise<string[]> {
  return (await allDefinitions()).map(datasetId);
}

/**
 * The definition of a data set that the project brings. A name without a config is that of the default one, as with TFDS.
 *
 * @throws {DatasetError} `UNKNOWN_DATASET`
 */
export async function loadDefinition(name: string): Promise<DatasetDefinition> {
  const [file, config] = splitName(name);
  const definition = (await fileNames()).includes(file)
    ? inConfig(await definitionsNamed(file), config)
    : undefined;
  if (definition !== undefined) return definition;
  throw new DatasetError('UNKNOWN_DATASET', `there is no data set named ${name}`, {
    expected: await namesLike(file),
    found: name,
    next: 'Choose one of these; idx-shards prepare --list tells more about each.',
  });
}

/** What there is instead of a name: the configs of a data set that there is, or else all data sets. */
async function namesLike(file: string): Promise<string> {
  const files = await fileNames();
  if (!files.includes(file)) return files.sort().join(', ');
  return (await definitionsNamed(file)).map(datasetId).join(', ');
}

/** The definitions of all data sets that the project brings, in the order of {@link datasetNames}. */
export async function allDefinitions(): Promise<DatasetDefinition[]> {
  const all = (await Promise.all((await fileNames()).map(definitionsNamed))).flat();
  const byId = new Map(all.map((definition) => [datasetId(definition), definition]));
  return [...byId.keys()].sort().flatMap((id) => byId.get(id) ?? []);
}

/** Whether a data set is so large that `all` does not stand for it too: it has to be named. */
export function isLarge(definition: DatasetDefinition): boolean {
  return archiveBytes(definition) > LARGE;
}

/**
 * The definitions that a list means: names with commas between them, `all` for every data set that the project brings but those
 * that are {@link isLarge}, `emnist/all` for every config of one. Each comes once, in the order of the list.
 *
 * @throws {DatasetError} `UNKNOWN_DATASET`
 */
export async function loadDefinitions(list: string): Promise<DatasetDefinition[]> {
  const names = list.split(',').map((name) => name.trim());
  const definitions = (await Promise.all(names.map(definitionsMeant))).flat();
  return [...new Map(definitions.map((definition) => [datasetId(definition), definition])).values()];
}

async function definitionsMeant(name: string): Promise<DatasetDefinition[]> {
  const [file, config] = splitName(name);
  if (name === ALL) return (await allDefinitions()).filter((definition) => !isLarge(definition));
  if (config === ALL && (await fileNames()).includes(file)) return definitionsNamed(file);
  return [await loadDefinition(name)];
}

/** The name of a data set, and that of its config where one is given. */
function splitName(name: string): [file: string, config?: string] {
  const slash = name.indexOf('/');
  return slash === -1 ? [name] : [name.slice(0, slash), name.slice(slash + 1)];
}

/** Names of the files of definitions, without their ending. */
async function fileNames(): Promise<string[]> {
  const files = await readdir(CONFIG);
  return files.filter((file) => file.endsWith(ENDING)).map((file) => file.slice(0, -ENDING.length));
}

function definitionsNamed(file: string): Promise<DatasetDefinition[]> {
  return readDefinitions(fileURLToPath(new URL(`${file}${ENDING}`, CONFIG)));
}

/**
 * The definition of one config of a file's, or of the default one.
 *
 * @throws {DatasetError} `UNKNOWN_DATASET`
 */
export async function readDefinition(path: string, config?: string): Promise<DatasetDefinition> {
  const definitions = await readDefinitions(path);
  const definition = inConfig(definitions, config);
  if (definition !== undefined) return definition;
  throw new DatasetError('UNKNOWN_DATASET', `${path} defines no config ${config}`, {
    expected: definitions.flatMap(({ config }) => config?.name ?? []).join(', ') || 'no config',
    found: config,
    next: 'Choose one of these.',
  });
}

/**
 * The definitions out of a file: one for each of its configs, or the one that it is.
 *
 * @throws {DatasetError} `DEFINITION_INVALID`, `DISK`
 */
export async function readDefinitions(path: string): Promise<DatasetDefinition[]> {
  const file = { what: 'the definition', code: 'DEFINITION_INVALID', next: 'Check the path.' } as const;
  const json = await readNamedFile(path, file);
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new DatasetError('DEFINITION_INVALID', `${path} is not JSON`, {
      expected: 'JSON',
      found: error instanceof Error ? error.message : undefined,
      next: 'Mend the definition.',
      cause: error,
    });
  }
  return parseDefinitions(value, path);
}
