import { holdsImages } from '../../directory/parquet-images.js';
import { shardFileOf } from '../../directory/shard-file.js';
import type { DatasetInfo } from '../../load/info.js';
import type { ExplorerData } from './data.js';
import type { ExploredFeatures } from './gather.js';

/** The Parquet files that the page reads images from. */
export interface ExplorerShards {
  ofSplits: ExplorerData['splits'][number]['shards'][];
  /** Why there are none. */
  note: string | undefined;
}

/**
 * The Parquet shards of each split, where all are there and hold encoded images.
 *
 * @throws {DatasetError} `PARQUET_INVALID`, `DISK`
 */
export function explorerShards(info: DatasetInfo, { image }: ExploredFeatures): ExplorerShards {
  const none = (note: string): ExplorerShards => ({ ofSplits: info.splits.map(() => []), note });
  if (image === undefined) return none('');
  if (!info.formats.includes('parquet'))
    return none(
      'The images themselves are read from Parquet, and this data set has none: prepare it with --formats tfrecord,parquet.',
    );
  const ofSplits: ExplorerShards['ofSplits'] = [];
  for (const split of info.splits) {
    const shards: ExplorerShards['ofSplits'][number] = [];
    for (const [shard, rows] of split.shardLengths.entries()) {
      const file = shardFileOf(info, split, 'parquet', shard);
      if (!holdsImages(info.directory, file, image.name))
        return none(
          `The images themselves are read from Parquet, and ${file} holds their samples as lists: prepare it without --image tensor.`,
        );
      shards.push({ file, bytes: info.files.get(file) ?? 0, rows });
    }
    ofSplits.push(shards);
  }
  return { ofSplits, note: undefined };
}
