import type { PublishedFeature } from '../directory/features.js';
import type { PublishedInfo } from '../directory/info.js';
import { DATASET_INFO_FILE } from '../directory/manifest/dataset-info.js';
import { FEATURES_FILE, labelsFileName } from '../directory/manifest/features.js';
import type { DatasetDirectory } from '../directory/read.js';
import { shardFileOf } from '../directory/shard-file.js';
import { DatasetError, fault } from '../errors.js';
import { FORMAT_NAMES, type FormatName } from '../formats/formats.js';
import type { ShardSlice } from './resolve-split.js';

/** What is known of a data set before any example is read. */
export interface DatasetInfo extends PublishedInfo {
  /** The directory: its path, or its address `s3://...`. */
  directory: string;
  /** Bytes of each file in it, by name. */
  files: ReadonlyMap<string, number>;
  features: readonly PublishedFeature[];
  /** Names of the classes, by the feature that they are of, as far as there are names. */
  classNames: ReadonlyMap<string, readonly string[]>;
  /** The formats that each shard of each split is there in. */
  formats: readonly FormatName[];
  /** `dataset_info.json` as it stands there. */
  manifest: unknown;
}

/**
 * What a data set's directory says of it. Of its shards those alone must be there that are read.
 *
 * @throws {DatasetError} `FILE_MISSING`, `MANIFEST_INVALID`, `DISK`
 */
export function datasetInfoOf(there: DatasetDirectory): DatasetInfo {
  const { path: directory, info, features, files, classNames, formats, manifest } = there;
  if (info === undefined || features === undefined) throw unread(there, [DATASET_INFO_FILE, FEATURES_FILE]);
  const labels = features.map(({ name }) => name).filter((name) => !classNames.has(name));
  const withoutNames = labels.map(labelsFileName).filter((file) => files.has(file));
  if (withoutNames.length > 0) throw unread(there, withoutNames);
  return { ...info, directory, files, features, classNames, formats, manifest };
}

/** What kept these files from being read. */
function unread({ path, faults, writer }: DatasetDirectory, files: readonly string[]): DatasetError {
  const found = faults.find(({ file }) => files.includes(file));
  if (found === undefined)
    return fault('FILE_MISSING', `${path} has no ${FEATURES_FILE}: nothing says what its examples hold`, {
      expected: `${FEATURES_FILE}, which TFDS writes since 4.0`,
      found: `a data set as ${writer} writes it`,
      next: "Prepare it again, in another folder; TFDS reads it only by the code that it has for the data set's name.",
    });
  const { error } = found;
  if (error.code !== 'FILE_MISSING') return error;
  const { expected, found: kind } = error;
  return fault('FILE_MISSING', `${path} is no whole data set: ${error.message}`, { expected, found: kind });
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
  return [...new Set(files)].filter((file) => !info.files.has(file));
}
