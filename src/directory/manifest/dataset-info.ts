import { archiveBytes, type DatasetDefinition, featuresOf } from '../../dataset/definition.js';
import type { FormatName } from '../../formats/formats.js';
import { FRAMING_BYTES } from '../../formats/tfrecord/framing.js';
import { SHARD_TEMPLATE } from '../../plan/filename.js';
import type { ShardRange } from '../../plan/shards.js';
import { dedent } from './dedent.js';
import { pythonJson } from './json.js';

/** What a manifest tells of one split. */
export interface SplitInfo {
  name: string;
  /** Sum of the serialized examples' lengths, without framing. */
  numBytes: number;
  /** Number of examples in each shard. */
  shardLengths: readonly number[];
}

/** What the manifest is to tell of a split whose framed records have so many bytes together, cut into these shards. */
export function splitInfoOf(
  name: string,
  { rows, recordBytes }: { rows: number; recordBytes: number },
  shards: readonly ShardRange[],
): SplitInfo {
  return {
    name,
    numBytes: recordBytes - FRAMING_BYTES * rows,
    shardLengths: shards.map(({ start, end }) => end - start),
  };
}

/** Name of the manifest in a data set's directory. */
export const DATASET_INFO_FILE = 'dataset_info.json';

/**
 * `dataset_info.json`: the JSON form of TFDS's protocol buffer `DatasetInfo`
 * (`tensorflow_datasets/core/proto/dataset_info.proto`), 64-bit integers as strings, fields at their default left out.
 * TFDS refuses a directory whose manifest has a field that it does not know: nothing of our own may stand here.
 *
 * @param splits in the order in which they were generated
 * @param formats of the shards beside it: TFDS knows of TFRecord and array_record, and takes no notice of the others
 */
export function datasetInfoJson(
  definition: DatasetDefinition,
  splits: readonly SplitInfo[],
  formats: readonly FormatName[],
): string {
  const besides = formats.includes('array_record') && formats.includes('tfrecord');
  const alone = formats.includes('array_record') && !besides;
  const { input, label } = featuresOf(definition);
  const info = {
    alternativeFileFormats: besides ? ['array_record'] : undefined,
    citation: dedent(definition.citation),
    configDescription: definition.config?.description,
    configName: definition.config?.name,
    description: dedent(definition.description),
    downloadSize: isDownloaded(definition) ? String(archiveBytes(definition)) : undefined,
    fileFormat: alone ? 'array_record' : 'tfrecord',
    location: definition.homepage === undefined ? undefined : { urls: [definition.homepage] },
    moduleName: definition.moduleName,
    name: definition.name,
    releaseNotes: definition.releaseNotes,
    splits: splits.map(({ name, numBytes, shardLengths }) => ({
      filepathTemplate: SHARD_TEMPLATE,
      name,
      numBytes: String(numBytes),
      shardLengths: shardLengths.map(String),
    })),
    supervisedKeys:
      label === undefined
        ? undefined
        : { tuple: { items: [{ featureKey: input.name }, { featureKey: label }] } },
    version: definition.version,
  };
  return pythonJson(info, 2);
}

/** One's own files are there already: TFDS tells no size of a download then. The digits drawn here stand for one. */
function isDownloaded({ mirrors, drawn }: DatasetDefinition): boolean {
  return mirrors.length > 0 || drawn !== undefined;
}
