import type { PublishedSplit } from '../directory/info.js';
import { MIB } from './size.js';

/** TFDS keeps no larger data set in memory (`DatasetBuilder._should_cache_ds`). */
const MOST_BYTES = 250 * MIB;

/**
 * Whether TFDS keeps the data set in memory after its first reading, in its words: not where it has more than 250 MiB, and
 * not a split of several shards where these are shuffled.
 */
export function autoCached(splits: readonly PublishedSplit[], datasetBytes: number): string {
  if (splits.length === 0 || datasetBytes === 0) return 'Unknown';
  if (datasetBytes > MOST_BYTES) return 'No';
  const names = (several: boolean): string[] =>
    splits
      .filter(({ shardLengths }) => shardLengths.length > 1 === several)
      .map(({ name }) => name)
      .sort();
  const always = names(false);
  const unshuffled = names(true);
  if (unshuffled.length === 0) return 'Yes';
  const parts = always.length === 0 ? [] : [`Yes (${always.join(', ')})`];
  parts.push(`Only when \`shuffle_files=False\` (${unshuffled.join(', ')})`);
  return parts.join(', ');
}
