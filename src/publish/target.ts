import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { isOfCatalog } from '../catalog/folder.js';
import type { DatasetDefinition } from '../dataset/definition.js';
import { FRAMING_BYTES } from '../encode/record.js';
import { asDiskError } from '../errors.js';
import { CHECKSUMS_FILE, checksummedFiles } from '../manifest/checksums.js';
import { DATASET_INFO_FILE } from '../manifest/dataset-info.js';
import { FEATURES_FILE } from '../manifest/features.js';
import { isShardName, shardFileName } from '../plan/filename.js';
import { FORMAT_NAMES, shardTemplate } from '../shard/formats.js';

/** Where TFDS keeps a prepared data set: `<out>/<name>/<version>`, or `<out>/<name>/<config>/<version>`. */
export function datasetDirectory(
  out: string,
  { name, config, version }: Pick<DatasetDefinition, 'name' | 'config' | 'version'>,
): string {
  return join(out, name, config?.name ?? '', version);
}

/** What stands where a data set is to go. */
export type TargetState =
  | { state: 'absent' }
  /** An empty directory. */
  | { state: 'empty' }
  /** Every file that its manifest and its checksums name is there, TFRecord shards at their full length. */
  | { state: 'complete'; files: string[] }
  /** Parts of a data set; `missing` says what is not there. */
  | { state: 'incomplete'; missing: string }
  /** No whole data set, and files that no data set has. */
  | { state: 'foreign'; files: string[] };

/** The part of a manifest that tells which shards there must be; TFDS's own manifests have it as ours do. */
const manifestSchema = v.object({
  name: v.string(),
  fileFormat: v.string(),
  splits: v.pipe(
    v.array(
      v.object({
        filepathTemplate: v.string(),
        name: v.string(),
        numBytes: v.string(),
        shardLengths: v.array(v.string()),
      }),
    ),
    v.minLength(1),
  ),
});

/**
 * Looks at the directory where the data set `name` is to be published. A data set that TFDS prepared, which has no
 * checksums, counts as complete too.
 *
 * @throws {DatasetError} `DISK` when the directory cannot be read
 */
export async function inspectTarget(directory: string, name: string): Promise<TargetState> {
  try {
    const names = await namesIn(directory);
    if (names === undefined) return { state: 'absent' };
    if (names.length === 0) return { state: 'empty' };
    // The catalog pages are no part of a data set, and no hindrance to one.
    const files = names.filter((name) => !isOfCatalog(name)).sort();
    const missing = await firstMissing(directory, files);
    if (missing === undefined) return { state: 'complete', files };
    const foreign = files.filter((file) => !belongsToDataset(file, name));
    return foreign.length > 0 ? { state: 'foreign', files: foreign } : { state: 'incomplete', missing };
  } catch (error) {
    throw asDiskError(error, `looking at ${directory}`);
  }
}

/** What stands at a target, in words; `undefined` where nothing does. */
export function targetText(target: TargetState): string | undefined {
  switch (target.state) {
    case 'absent':
    case 'empty':
      return undefined;
    case 'complete':
      return `a whole data set of ${target.files.length} files`;
    case 'incomplete':
      return `parts of a data set, of which ${target.missing} is missing`;
    case 'foreign':
      return `files that belong to no data set: ${target.files.slice(0, 5).join(', ')}`;
  }
}

async function namesIn(directory: string): Promise<string[] | undefined> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function belongsToDataset(file: string, name: string): boolean {
  const known = [DATASET_INFO_FILE, FEATURES_FILE, CHECKSUMS_FILE];
  if (known.includes(file) || file.endsWith('.labels.txt')) return true;
  return file.startsWith(`${name}-`) && isShardName(file);
}

async function firstMissing(directory: string, files: readonly string[]): Promise<string | undefined> {
  for (const file of [DATASET_INFO_FILE, FEATURES_FILE]) if (!files.includes(file)) return file;
  if (!files.includes(CHECKSUMS_FILE)) return firstMissingShard(directory, files);
  const named = checksummedFiles(await readFile(join(directory, CHECKSUMS_FILE), 'utf8'));
  if (named === undefined) return `a readable ${CHECKSUMS_FILE}`;
  return named.find((file) => !files.includes(file)) ?? firstMissingShard(directory, files, named);
}

/**
 * @param checksummed the files that the checksums name: where these are a split's shards in another format, and none that the
 *   manifest tells of, the data set was prepared in other formats alone, of which TFDS's manifest knows nothing
 */
async function firstMissingShard(
  directory: string,
  files: readonly string[],
  checksummed?: readonly string[],
): Promise<string | undefined> {
  const manifest = v.safeParse(
    manifestSchema,
    parseJson(await readFile(join(directory, DATASET_INFO_FILE), 'utf8')),
  );
  if (!manifest.success) return `a readable ${DATASET_INFO_FILE}`;
  const { name, fileFormat, splits } = manifest.output;
  for (const split of splits) {
    const shardsIn = (format: string, template: string): string[] =>
      split.shardLengths.map((_, shard, { length: shards }) =>
        shardFileName({ dataset: name, split: split.name, format, shard, shards }, template),
      );
    const shards = shardsIn(fileFormat, split.filepathTemplate);
    const named = (shard: string): boolean => checksummed?.includes(shard) === true;
    const otherwise = FORMAT_NAMES.map((format) => shardsIn(format, shardTemplate(format)));
    if (!shards.some(named) && otherwise.some((others) => others.every(named))) continue;
    const missing = shards.find((shard) => !files.includes(shard));
    if (missing !== undefined) return missing;
    if (fileFormat !== 'tfrecord') continue;
    const rows = split.shardLengths.reduce((sum, length) => sum + Number(length), 0);
    if ((await totalSize(directory, shards)) !== Number(split.numBytes) + FRAMING_BYTES * rows) {
      return `a part of the split ${split.name}`;
    }
  }
  return undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function totalSize(directory: string, files: readonly string[]): Promise<number> {
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(directory, file))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
