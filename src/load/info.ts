import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatasetError } from '../errors.js';
import { DATASET_INFO_FILE } from '../manifest/dataset-info.js';
import { FEATURES_FILE, labelsFileName } from '../manifest/features.js';
import { fault } from '../published/faults.js';
import {
  type PublishedFeature,
  type PublishedInfo,
  readFeatures,
  readInfo,
  readLabels,
  readManifestJson,
} from '../published/manifest.js';
import { shardFileOf } from '../published/shard-file.js';
import { FORMAT_NAMES, type FormatName } from '../shard/formats.js';
import type { ShardSlice } from './resolve-split.js';

/** What is known of a data set before any example is read. */
export interface DatasetInfo extends PublishedInfo {
  directory: string;
  features: readonly PublishedFeature[];
  /** Names of the classes, by the feature that they are of, as far as there are names. */
  classNames: ReadonlyMap<string, readonly string[]>;
  /** The formats that each shard of each split is there in. */
  formats: readonly FormatName[];
  /** `dataset_info.json` as it stands there. */
  manifest: unknown;
}

/**
 * Reads the manifests of a data set's directory.
 *
 * @throws {DatasetError} `NO_DATASET`, `FILE_MISSING`, `MANIFEST_INVALID`, `DISK`
 */
export function readDatasetInfo(directory: string): DatasetInfo {
  const isThere = (file: string): boolean => existsSync(join(directory, file));
  for (const file of [DATASET_INFO_FILE, FEATURES_FILE])
    if (!isThere(file))
      throw fault('FILE_MISSING', `${directory} is no whole data set: ${file} is missing`, {
        expected: file,
        found: 'no such file',
      });
  const info = readInfo(directory);
  const features = readFeatures(directory);
  const classNames = features.flatMap(({ name }) => {
    const names = readLabels(directory, name, isThere(labelsFileName(name)) ? [labelsFileName(name)] : []);
    return names === undefined ? [] : [[name, names] as const];
  });
  const formats = FORMAT_NAMES.filter((format) =>
    info.splits.every((split) =>
      split.shardLengths.every((_, shard) => isThere(shardFileOf(info, split, format, shard))),
    ),
  );
  return {
    ...info,
    directory,
    features,
    classNames: new Map(classNames),
    formats,
    manifest: readManifestJson(directory, DATASET_INFO_FILE),
  };
}

/**
 * The format to read shards from: the one that is asked for, or the first of tfrecord, array_record, arrow and parquet
 * that has them all.
 *
 * @throws {DatasetError} `USAGE`, `FILE_MISSING`
 */
export function chooseFormat(
  info: DatasetInfo,
  slices: readonly ShardSlice[],
  asked: FormatName | undefined,
): FormatName {
  if (asked !== undefined && !FORMAT_NAMES.includes(asked))
    throw new DatasetError('USAGE', `there is no format ${asked}`, { expected: FORMAT_NAMES.join(', ') });
  const missing = (format: FormatName): string[] => missingShards(info, slices, format);
  const found = (asked === undefined ? FORMAT_NAMES : [asked]).find((format) => missing(format).length === 0);
  if (found !== undefined) return found;
  const meant = asked ?? FORMAT_NAMES.find((format) => format === info.fileFormat) ?? 'tfrecord';
  const [first = '', ...more] = missing(meant);
  const others = more.length === 0 ? '' : ` and ${more.length} more`;
  throw fault('FILE_MISSING', `${info.directory} lacks shards of the format ${meant}: ${first}${others}`, {
    expected: `a format that is there: ${info.formats.join(', ') || 'none is whole'}`,
    found: meant,
  });
}

function missingShards(info: DatasetInfo, slices: readonly ShardSlice[], format: FormatName): string[] {
  const files = slices.flatMap(({ split: name, shard }) => {
    const split = info.splits.find((one) => one.name === name);
    return split === undefined ? [] : [shardFileOf(info, split, format, shard)];
  });
  return [...new Set(files)].filter((file) => !existsSync(join(info.directory, file)));
}
