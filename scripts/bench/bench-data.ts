import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { drawArchives } from '../../src/archive/draw/archives.js';
import { readArchive } from '../../src/archive/read.js';
import { IDX_MAGIC_BYTES, idxHeaderLength } from '../../src/arrays/idx-header.js';
import type { DatasetDefinition } from '../../src/dataset/definition.js';
import { loadDefinition } from '../../src/dataset/registry.js';
import { type ArchiveDefinition, partsOf, type SplitPart } from '../../src/dataset/split-definition.js';
import { DatasetError } from '../../src/errors.js';

/** The data set whose rows are measured with. */
export interface BenchData {
  definition: DatasetDefinition;
  /** The folder that holds its archives. */
  archives: string;
}

/** MNIST, where a folder with its archives is given; otherwise the project's own digits, drawn into `scratch`. */
export async function benchData(conformance: string | undefined, scratch: string): Promise<BenchData> {
  if (conformance !== undefined)
    return { definition: await loadDefinition('mnist'), archives: join(conformance, 'archives', 'mnist') };
  const archives = join(scratch, 'archives');
  await mkdir(archives);
  for (const [file, bytes] of drawArchives()) await writeFile(join(archives, file), bytes);
  return { definition: await loadDefinition('digits'), archives };
}

/** The split that stages and workers are measured with: the first, which is the largest. */
export function mainSplit({ definition }: BenchData): SplitPart & { name: string } {
  const [split] = definition.splits;
  const [part, ...others] = split === undefined ? [] : partsOf(split);
  if (split === undefined || part === undefined || others.length > 0)
    throw new DatasetError('DEFINITION_INVALID', `${definition.name} has no first split of one part`);
  return { name: split.name, ...part };
}

/** An IDX file in memory, head and elements apart. */
export interface IdxFile {
  head: Uint8Array;
  elements: Uint8Array;
}

/**
 * The IDX file in an archive.
 *
 * @throws {DatasetError} what {@link readArchive} throws
 */
export async function readIdx({ archives }: BenchData, archive: ArchiveDefinition): Promise<IdxFile> {
  const path = join(archives, archive.file);
  const file = await readArchive(path, archive, async (inflated) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of inflated) chunks.push(new Uint8Array(chunk));
    return Buffer.concat(chunks);
  });
  const head = idxHeaderLength(file.subarray(0, IDX_MAGIC_BYTES), path);
  return { head: file.subarray(0, head), elements: file.subarray(head) };
}
