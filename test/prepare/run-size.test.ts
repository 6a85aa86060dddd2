import { describe, expect, it } from 'vitest';
import type { DatasetDefinition } from '../../src/dataset/definition.js';
import type { DType } from '../../src/dataset/feature.js';
import { loadDefinition } from '../../src/dataset/registry.js';
import { type PrepareOptions, runSettings } from '../../src/prepare/options.js';
import { leastSpace } from '../../src/prepare/run-size.js';

const MIB = 2 ** 20;

function space(definition: DatasetDefinition, options: Partial<PrepareOptions> = {}): number {
  const all = { out: '.', cacheDir: '.', workers: 2, ...options };
  return leastSpace(definition.splits, runSettings(definition, all));
}

describe('leastSpace', () => {
  it('is less than what MNIST takes, and not by much', async () => {
    // Its shards have 23.1 MB as TFRecord, 21.7 MB as Arrow and 16.7 MB as Parquet.
    const mnist = await loadDefinition('mnist');
    expect(space(mnist, { formats: ['tfrecord'] })).toBe(
      70_000 * 90 + 9_912_422 / 2 + Math.ceil(1_648_877 / 2),
    );
    expect(space(mnist)).toBe(3 * space(mnist, { formats: ['tfrecord'] }));
  });

  it('counts the samples of tensors in Arrow', async () => {
    const mnist = await loadDefinition('mnist');
    expect(space(mnist, { formats: ['arrow'], image: 'tensor' })).toBe(70_000 * 784);
  });

  it('counts what tensors take at least', async () => {
    const { image: _, ...mnist } = await loadDefinition('mnist');
    const of = (dtype: DType, format: 'tfrecord' | 'arrow'): number => {
      const tensor = { name: 'features', dtype, shape: [9] };
      return space({ ...mnist, tensor }, { formats: [format] }) / 70_000;
    };
    expect([of('bool', 'tfrecord'), of('bool', 'arrow')]).toEqual([9, 9 / 8]);
    expect([of('uint64', 'tfrecord'), of('uint64', 'arrow')]).toEqual([9, 72]);
    expect([of('float16', 'tfrecord'), of('float16', 'arrow')]).toEqual([36, 18]);
    expect([of('float64', 'tfrecord'), of('float64', 'arrow')]).toEqual([72, 72]);
  });

  it('counts scratch files where rows cannot stay in memory', async () => {
    const mnist = await loadDefinition('mnist');
    const train = 60_000 * 90 + 9_912_422 / 2;
    expect(space(mnist, { memory: 8 * MIB }) - space(mnist)).toBe(train);
  });

  it('takes no size from zips, nor from files that are not compressed', async () => {
    const letters = await loadDefinition('emnist/letters');
    expect(space(letters, { formats: ['tfrecord'] })).toBe(103_600 * 90);
    const mnist = await loadDefinition('mnist');
    const splits = mnist.splits.map((split) => ({
      ...split,
      images: { ...split.images!, bytes: split.rows * 784 + 16 },
    }));
    expect(space({ ...mnist, splits }, { formats: ['tfrecord'] })).toBe(70_000 * 90);
  });
});
