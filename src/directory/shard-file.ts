import { type FormatName, shardTemplate } from '../formats/formats.js';
import { shardFileName } from '../plan/filename.js';
import type { PublishedInfo, PublishedSplit } from './info.js';

/** The name of a shard's file: by the manifest's own template in the manifest's own format, by this project's in the others. */
export function shardFileOf(
  info: Pick<PublishedInfo, 'name' | 'fileFormat'>,
  split: PublishedSplit,
  format: FormatName,
  shard: number,
): string {
  return shardFileName(
    { dataset: info.name, split: split.name, format, shard, shards: split.shardLengths.length },
    format === info.fileFormat ? split.template : shardTemplate(format),
  );
}
