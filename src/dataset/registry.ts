import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { asDiskError, DatasetError } from '../errors.js';
import { packageRoot } from '../package-root.js';
import { type DatasetDefinition, parseDefinition } from './definition.js';

const CONFIG = new URL('config/', packageRoot);

/** Names of the data sets that the project brings, in alphabetical order. */
export async function datasetNames(): Promise<string[]> {
  const files = await readdir(CONFIG);
  return files
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .sort();
}

/**
 * The definition of a data set that the project brings.
 *
 * @throws {DatasetError} `UNKNOWN_DATASET`
 */
export async function loadDefinition(name: string): Promise<DatasetDefinition> {
  const names = await datasetNames();
  if (!names.includes(name)) {
    throw new DatasetError('UNKNOWN_DATASET', `there is no data set named ${name}`, {
      expected: names.join(', '),
      found: name,
      next: 'Choose one of these with --dataset; --list tells more about each.',
    });
  }
  return readDefinition(fileURLToPath(new URL(`${name}.json`, CONFIG)));
}

/**
 * A definition out of a file.
 *
 * @throws {DatasetError} `DEFINITION_INVALID`, `DISK`
 */
export async function readDefinition(path: string): Promise<DatasetDefinition> {
  const json = await readFile(path, 'utf8').catch((error: unknown) => {
    throw asDiskError(error, `reading the definition ${path}`);
  });
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
  return parseDefinition(value, path);
}
