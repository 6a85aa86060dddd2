import { describe, expect, it } from 'vitest';
import { autoCached } from '../../src/catalog/auto-cached.js';

const split = (name: string, ...shardLengths: number[]) => ({
  name,
  template: '',
  numBytes: 1,
  shardLengths,
  rows: 1,
});

describe('autoCached', () => {
  it('is no for more than 250 MiB', () => {
    expect(autoCached([split('train', 1)], 250 * 2 ** 20)).toBe('Yes');
    expect(autoCached([split('train', 1)], 250 * 2 ** 20 + 1)).toBe('No');
  });

  it('tells of splits of several shards, which are shuffled', () => {
    expect(autoCached([split('train', 1, 1), split('test', 1)], 9)).toBe(
      'Yes (test), Only when `shuffle_files=False` (train)',
    );
    expect(autoCached([split('train', 1, 1), split('a', 1, 1)], 9)).toBe(
      'Only when `shuffle_files=False` (a, train)',
    );
    expect(autoCached([split('train', 1)], 0)).toBe('Unknown');
  });
});
