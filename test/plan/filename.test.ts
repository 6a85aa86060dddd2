import { describe, expect, it } from 'vitest';
import { SHARD_TEMPLATE, shardFileName } from '../../src/plan/filename.js';

describe('shardFileName', () => {
  const name = { dataset: 'mnist', split: 'train', format: 'tfrecord', shard: 0, shards: 1 };

  it.each([
    [0, 1, 'mnist-train.tfrecord-00000-of-00001'],
    [7, 8, 'mnist-train.tfrecord-00007-of-00008'],
    [99_998, 99_999, 'mnist-train.tfrecord-99998-of-99999'],
    [5, 100_000, 'mnist-train.tfrecord-000005-of-100000'],
  ])('names shard %i of %i', (shard, shards, expected) => {
    expect(shardFileName({ ...name, shard, shards })).toBe(expected);
  });

  it('takes another template', () => {
    expect(shardFileName(name, '{DATASET}-{SPLIT}-{SHARD_X_OF_Y}.{FILEFORMAT}')).toBe(
      'mnist-train-00000-of-00001.tfrecord',
    );
  });

  it('knows the template of TFDS', () => {
    expect(SHARD_TEMPLATE).toBe('{DATASET}-{SPLIT}.{FILEFORMAT}-{SHARD_X_OF_Y}');
  });
});
