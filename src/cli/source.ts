import { dirname } from 'node:path';
import type { DatasetDefinition } from '../dataset/definition.js';
import { loadDefinitions, readDefinitions } from '../dataset/registry.js';
import { defineDataset, type ScanOptions } from '../define/define.js';
import type { PrepareOptions } from '../options.js';
import type { PrepareArguments } from './arguments.js';
import { withClassNames } from './own-data.js';

/** What is to be prepared, and where its archives are. */
export interface Source extends Pick<PrepareOptions, 'archives' | 'archivePaths'> {
  definitions: DatasetDefinition[];
}

/**
 * Finds out what a command line asks for: a data set that the project brings, one that a file defines, or one's own files.
 *
 * @throws {DatasetError} `UNKNOWN_DATASET`, `DEFINITION_INVALID`, `DISK`, and what {@link defineDataset} throws
 */
export async function chooseSource(words: PrepareArguments, options: ScanOptions): Promise<Source> {
  const { archives } = words;
  if (words.own !== undefined) {
    const { definition, archivePaths } = await defineDataset(await withClassNames(words.own), options);
    return { definitions: [definition], archivePaths };
  }
  if (words.definition === undefined) return { definitions: await loadDefinitions(words.dataset), archives };
  const definitions = await readDefinitions(words.definition);
  const beside = definitions.every(({ mirrors, drawn }) => mirrors.length === 0 && drawn === undefined);
  return { definitions, archives: archives ?? (beside ? dirname(words.definition) : undefined) };
}
