import { CHECKSUMS_FILE } from '../manifest/checksums.js';
import { DATASET_INFO_FILE } from '../manifest/dataset-info.js';
import { FEATURES_FILE, labelsFileName } from '../manifest/features.js';
import { SHARD_TEMPLATE_BY_ENDING, shardFileName } from '../plan/filename.js';
import { fault } from '../published/faults.js';
import type { PublishedFeature, PublishedInfo, PublishedSplit } from '../published/manifest.js';
import { shardFileOf } from '../published/shard-file.js';
import { FORMAT_NAMES, type FormatName } from '../shard/formats.js';
import type { Findings } from './findings.js';

/** One range of a split's rows, and the files that hold it. */
export interface PublishedShard {
  split: PublishedSplit;
  /** Number of the shard, from 0. */
  shard: number;
  /** Place of its first row in the order of the split. */
  start: number;
  rows: number;
  /** Files by their format, as far as they are there. */
  files: ReadonlyMap<FormatName, string>;
}

/** A whole data set has some files beside its shards, which TFDS may write or not. */
const OPTIONAL = [CHECKSUMS_FILE];

/**
 * Which shards there are and in which formats, noting what is missing and what does not belong there. A format counts as the
 * data set's where one of its shards is there; where none is of any, the manifest's own is what is missing.
 *
 * @param files names of all files in the directory
 */
export function takeInventory(
  info: PublishedInfo,
  features: readonly PublishedFeature[],
  files: readonly string[],
  findings: Findings,
): PublishedShard[] {
  const known = new Set([DATASET_INFO_FILE, FEATURES_FILE, ...OPTIONAL]);
  for (const { name } of features) known.add(labelsFileName(name));
  const all = FORMAT_NAMES.map((format) => ({
    format,
    names: info.splits.map((split) =>
      split.shardLengths.map((_, shard) => shardFileOf(info, split, format, shard)),
    ),
  }));
  const there = new Set(files);
  const withShards = all.filter(({ names }) => names.flat().some((name) => there.has(name)));
  const present = withShards.length > 0 ? withShards : all.filter(({ format }) => format === info.fileFormat);
  const shards = info.splits.flatMap((split, at) => {
    let start = 0;
    return split.shardLengths.map((rows, shard) => {
      const own = present.flatMap(({ format, names }) => {
        const name = names[at]?.[shard] ?? '';
        known.add(name);
        if (there.has(name)) return [[format, name] as const];
        findings.add(name, missing(name));
        return [];
      });
      const here = { split, shard, start, rows, files: new Map(own) };
      start += rows;
      return here;
    });
  });
  for (const file of files) if (!known.has(file)) findings.add(file, extra(file, info));
  return shards;
}

/** The fault of a file that is not there. */
export function missing(file: string): Error {
  return fault('FILE_MISSING', `${file} is missing`, { expected: file, found: 'no such file' });
}

function extra(file: string, { name }: PublishedInfo): Error {
  const expected = `manifest, features, labels, checksums, and shards such as ${shardFileName(
    { dataset: name, split: 'train', format: 'parquet', shard: 0, shards: 1 },
    SHARD_TEMPLATE_BY_ENDING,
  )}`;
  return fault('FILE_EXTRA', `${file} does not belong to the data set`, {
    expected,
    found: file,
    next: 'Move it away, or prepare the data set again with --overwrite.',
  });
}
