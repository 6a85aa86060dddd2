import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatasetError } from '../errors.js';
import { isShardName } from '../plan/filename.js';
import { directoryFault } from './faults.js';
import { CHECKSUMS_FILE } from './manifest/checksums.js';
import { DATASET_INFO_FILE } from './manifest/dataset-info.js';
import { FEATURES_FILE } from './manifest/features.js';

/** `out/name/config/version`. */
export const MAX_DEPTH = 3;

/**
 * The directories of data sets that a path means: itself, where a manifest, checksums or a shard lie in it, or those below
 * it, in the order of their names. Symbolic links are not followed.
 *
 * @throws {DatasetError} `NO_DATASET` where there is none, `DISK`
 */
export async function findDatasets(path: string): Promise<string[]> {
  const found = await below(path, MAX_DEPTH);
  if (found.length > 0) return found;
  throw noDatasetIn(path);
}

/** The error for a path, or an address, below which no data set lies. */
export function noDatasetIn(where: string): DatasetError {
  return new DatasetError('NO_DATASET', `there is no data set in ${where}`, {
    expected: `a directory with ${DATASET_INFO_FILE}, or a folder that holds some`,
    found: 'none',
    next: 'Check the path, or prepare the data set first.',
  });
}

/** Whether data sets may lie in a folder of this name: not in one that is hidden, nor in what a run that was killed left behind. */
export function mayHoldDatasets(name: string): boolean {
  return !name.startsWith('.') && !/^incomplete\./.test(name);
}

async function below(path: string, depth: number): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch((error: unknown) => {
    throw directoryFault(error, path);
  });
  if (entries.some((entry) => !entry.isDirectory() && isOfDataset(entry.name))) return [path];
  if (depth === 0) return [];
  const folders = entries
    .filter((entry) => entry.isDirectory() && mayHoldDatasets(entry.name))
    .map(({ name }) => name)
    .sort();
  const found: string[] = [];
  for (const name of folders) found.push(...(await below(join(path, name), depth - 1)));
  return found;
}

/** Whether a file of this name makes its folder the directory of a data set. */
export function isOfDataset(file: string): boolean {
  return [DATASET_INFO_FILE, FEATURES_FILE, CHECKSUMS_FILE].includes(file) || isShardName(file);
}
