import { shardFileOf } from '../../directory/shard-file.js';
import type { CatalogSource } from '../source.js';
import type { ExplorerData } from './data.js';

/** The Parquet files that the page reads images from. */
export interface ExplorerShards {
  ofSplits: ExplorerData['splits'][number]['shards'][];
  /** Why there are none. */
  note: string | undefined;
}

/** The Parquet shards of each split, where all are there and hold encoded images. */
export function explorerShards({
  info,
  shown,
  samplesInParquet,
}: Pick<CatalogSource, 'info' | 'shown' | 'samplesInParquet'>): ExplorerShards {
  const ofSplits = info.splits.map((split) =>
    split.shardLengths.map((rows, shard) => {
      const file = shardFileOf(info, split, 'parquet', shard);
      return { file, bytes: info.files.get(file) ?? 0, rows };
    }),
  );
  const none = (note: string | undefined): ExplorerShards => ({ ofSplits: ofSplits.map(() => []), note });
  if (shown.image === undefined) return none(undefined);
  if (!info.formats.includes('parquet'))
    return none(
      'The images themselves are read from Parquet, and this data set has none: prepare it with --formats tfrecord,parquet.',
    );
  if (samplesInParquet)
    return none(
      `The images themselves are read from Parquet, and ${ofSplits[0]?.[0]?.file} holds their samples as lists: prepare it without --image tensor.`,
    );
  return { ofSplits, note: undefined };
}
