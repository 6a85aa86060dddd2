import { dirname } from 'node:path';
import { type DatasetDefinition, datasetId } from '../dataset/definition.js';
import { allDefinitions, isLarge, loadDefinitions, readDefinitions } from '../dataset/registry.js';
import type { PrepareOptions } from '../prepare/options.js';
import type { PrepareArguments } from './prepare-arguments.js';

/** What is to be prepared, and where its archives are. */
export interface Source extends Pick<PrepareOptions, 'archives' | 'archivePaths'> {
  definitions: DatasetDefinition[];
  /** Data sets that `all` does not stand for, where that is among the names, and that are not named themselves. */
  leftOut?: DatasetDefinition[];
}

/**
 * Finds out what a command line asks for: a data set that the project brings, one that a file defines, or one's own files.
 *
 * @throws {DatasetError} `UNKNOWN_DATASET`, `DEFINITION_INVALID`, `DISK`, and what `resolveOwn` and `scanOwn` throw
 */
export async function chooseSource(words: PrepareArguments, signal: AbortSignal): Promise<Source> {
  const { archives } = words;
  if (words.own !== undefined) {
    // Few runs need it, and it takes its time to load.
    const [{ resolveOwn }, { scanOwn }] = await Promise.all([
      import('./resolve-own.js'),
      import('./scan-own.js'),
    ]);
    const { definition, archivePaths } = await scanOwn(await resolveOwn(words.own, words), words, signal);
    return { definitions: [definition], archivePaths };
  }
  if (words.definition === undefined) {
    const definitions = await loadDefinitions(words.dataset);
    return { definitions, leftOut: await leftOutOf(words.dataset, definitions), archives };
  }
  const definitions = await readDefinitions(words.definition);
  return { definitions, archives: archives ?? folderBeside(words.definition, definitions) };
}

/** Where the archives are of data sets that a file defines, and that are to be had nowhere: beside that file. */
export function folderBeside(file: string, definitions: readonly DatasetDefinition[]): string | undefined {
  const isNowhere = definitions.every(({ mirrors, drawn }) => mirrors.length === 0 && drawn === undefined);
  return isNowhere ? dirname(file) : undefined;
}

async function leftOutOf(
  list: string,
  definitions: readonly DatasetDefinition[],
): Promise<DatasetDefinition[]> {
  if (!list.split(',').some((name) => name.trim() === 'all')) return [];
  const named = new Set(definitions.map(datasetId));
  return (await allDefinitions()).filter(
    (definition) => isLarge(definition) && !named.has(datasetId(definition)),
  );
}
