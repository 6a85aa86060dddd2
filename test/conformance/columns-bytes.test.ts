import { describe, expect, it } from 'vitest';
import { digestsIn, emptyFolder } from '../fixtures/folder.js';
import { digitsCache, VARIANTS, wordsOf } from './columns-datasets.js';
import { prepare } from './prepared.js';

describe.each(VARIANTS)('digits, $title,', (variant) => {
  it('is the same bytes for any number of workers, for little memory, and again', async () => {
    const cache = await digitsCache();
    const digests = async (workers: number, ...more: string[]): Promise<Record<string, string>> => {
      const words = ['--dataset', 'digits', ...wordsOf(variant), '--workers', `${workers}`, ...more];
      return digestsIn(await prepare(await emptyFolder(), words, cache));
    };
    const first = await digests(1);
    const files = Object.keys(first).filter((file) => /\.(arrow|parquet)$/.test(file));
    expect(files).toHaveLength(4 * variant.shards);
    for (const workers of [2, 5, 2]) expect(await digests(workers)).toEqual(first);
    // So little memory that rows go to scratch files on their way.
    expect(await digests(1, '--memory', '1MiB')).toEqual(first);
  });
});
