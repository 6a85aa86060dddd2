import { dirname } from 'node:path';
import type { DatasetDefinition } from '../dataset/definition.js';
import { loadDefinitions, readDefinitions } from '../dataset/registry.js';
import type { PrepareOptions } from '../prepare/options.js';
import type { PrepareArguments } from './prepare-arguments.js';

/** What is to be prepared, and where its archives are. */
export interface Source extends Pick<PrepareOptions, 'archives' | 'archivePaths'> {
  definitions: DatasetDefinition[];
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
  if (words.definition === undefined) return { definitions: await loadDefinitions(words.dataset), archives };
  const definitions = await readDefinitions(words.definition);
  const beside = definitions.every(({ mirrors, drawn }) => mirrors.length === 0 && drawn === undefined);
  return { definitions, archives: archives ?? (beside ? dirname(words.definition) : undefined) };
}
