import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readParquet } from '../decode/parquet/metadata.js';
import { asDiskError } from '../errors.js';
import type { DatasetInfo } from '../load/info.js';
import { decodeFault } from '../published/faults.js';
import { OpenFile } from '../published/open-file.js';
import { shardFileOf } from '../published/shard-file.js';
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
export async function explorerShards(
  info: DatasetInfo,
  { image }: ExploredFeatures,
): Promise<ExplorerShards> {
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
      const path = join(info.directory, file);
      if (!holdsImages(path, image.name))
        return none(
          `The images themselves are read from Parquet, and ${file} holds their samples as lists: prepare it without --image tensor.`,
        );
      const { size } = await stat(path).catch((error: unknown) => {
        throw asDiskError(error, `reading ${path}`);
      });
      shards.push({ file, bytes: size, rows });
    }
    ofSplits.push(shards);
  }
  return { ofSplits, note: undefined };
}

/** Whether a Parquet file has a column `image.bytes`. */
function holdsImages(path: string, image: string): boolean {
  const file = new OpenFile(path);
  try {
    return readParquet(file).leaves.some((leaf) => leaf.path.join('.') === `${image}.bytes`);
  } catch (error) {
    throw decodeFault(error, 'PARQUET_INVALID', path);
  } finally {
    file.close();
  }
}
