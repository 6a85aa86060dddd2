/** How TFDS spells a shard's name where nothing else is said: the template `dataset_info.json` repeats for each split. */
export const SHARD_TEMPLATE = '{DATASET}-{SPLIT}.{FILEFORMAT}-{SHARD_X_OF_Y}';

/** TFDS's other spelling, whose names end as the tools expect that know a format by its ending. */
export const SHARD_TEMPLATE_BY_ENDING = '{DATASET}-{SPLIT}-{SHARD_X_OF_Y}.{FILEFORMAT}';

/** What a shard's name tells. */
export interface ShardName {
  dataset: string;
  split: string;
  /** Ending of the format, e.g. `tfrecord`. */
  format: string;
  /** Number of the shard, from 0. */
  shard: number;
  /** How many shards the split has. */
  shards: number;
}

/**
 * The file name of a shard after a template of TFDS (`naming.ShardedFileTemplate`). X and Y are padded to five digits,
 * or to as many as Y has.
 */
export function shardFileName(name: ShardName, template: string = SHARD_TEMPLATE): string {
  const digits = Math.max(5, String(name.shards).length);
  const padded = (value: number): string => String(value).padStart(digits, '0');
  return template
    .replace('{DATASET}', name.dataset)
    .replace('{SPLIT}', name.split)
    .replace('{FILEFORMAT}', name.format)
    .replace('{SHARD_INDEX}', padded(name.shard))
    .replace('{NUM_SHARDS}', padded(name.shards))
    .replace('{SHARD_X_OF_Y}', `${padded(name.shard)}-of-${padded(name.shards)}`);
}
