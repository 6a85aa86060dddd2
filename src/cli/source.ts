import { dirname } from 'node:path';
import type { DatasetDefinition } from '../dataset/definition.js';
import { loadDefinition, readDefinition } from '../dataset/registry.js';
import { defineDataset, type ScanOptions } from '../define/define.js';
import type { PrepareOptions } from '../options.js';
import type { PrepareArguments } from './arguments.js';
import { withClassNames } from './own-data.js';

/** What is to be prepared, and where its archives are. */
export interface Source extends Pick<PrepareOptions, 'archives' | 'archivePaths'> {
  definition: DatasetDefinition;
}

/**
 * Finds out what a command line asks for: a data set that the project brings, one that a file defines, or one's own files.
 *
 * @throws {DatasetError} `UNKNOWN_DATASET`, `DEFINITION_INVALID`, `DISK`, and what {@link defineDataset} throws
 */
export async function chooseSource(words: PrepareArguments, options: ScanOptions): Promise<Source> {
  const { archives } = words;
  if (words.own !== undefined) return defineDataset(await withClassNames(words.own), options);
  if (words.definition === undefined) return { definition: await loadDefinition(words.dataset), archives };
  const definition = await readDefinition(words.definition);
  const beside = definition.mirrors.length === 0 && definition.drawn === undefined;
  return { definition, archives: archives ?? (beside ? dirname(words.definition) : undefined) };
}
