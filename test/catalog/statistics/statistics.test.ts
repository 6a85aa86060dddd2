import { describe, expect, it } from 'vitest';
import { shownFeatures } from '../../../src/catalog/rows.js';
import { SplitCounter } from '../../../src/catalog/statistics/statistics.js';
import type { PublishedFeature } from '../../../src/directory/features.js';

/** A counter of rows with these features. */
function counterOf(features: readonly PublishedFeature[], classNames?: readonly string[]): SplitCounter {
  return new SplitCounter('train', shownFeatures(features), classNames);
}

const label = (classes: number): PublishedFeature => ({ name: 'label', kind: 'label', classes });

describe('SplitCounter', () => {
  it('counts each class, also those without rows, and measures the pixels', () => {
    const image = { name: 'image', kind: 'image', dtype: 'uint8', shape: [1, 2, 1] } as const;
    const counter = counterOf([image, label(3)], ['a', 'b', 'c']);
    counter.add({ values: Uint8Array.of(0, 255), label: 2 });
    counter.add({ values: Uint8Array.of(255, 0), label: 0 });
    counter.add({ values: Uint8Array.of(0, 0), label: 2 });
    expect(counter.sampleCounts()).toEqual([4, ...new Array(254).fill(0), 2]);
    const result = counter.result();
    expect(result).toMatchObject({
      split: 'train',
      rows: 3,
      labels: [
        { label: 0, name: 'a', count: 1 },
        { label: 1, name: 'b', count: 0 },
        { label: 2, name: 'c', count: 2 },
      ],
      image: { feature: 'image', scale: 255, channels: [{ min: 0, max: 1 }] },
    });
    expect(result.image?.channels[0]?.mean).toBeCloseTo(1 / 3, 15);
    expect(result.image?.channels[0]?.std).toBeCloseTo(Math.sqrt(2) / 3, 15);
  });

  it('measures tensors as they are, and no others', () => {
    const of = (dtype: string) =>
      counterOf([{ name: 'features', kind: 'tensor', dtype, shape: [2], encoding: 'none' }]);
    const integers = of('int16');
    integers.add({ values: [1, 3], label: undefined });
    expect(integers.result()).toEqual({
      split: 'train',
      rows: 1,
      labels: undefined,
      tensor: { feature: 'features', min: 1, max: 3, mean: 2, std: 1 },
    });
    const floats = of('float32');
    floats.add({ values: Float32Array.of(Number.NaN), label: undefined });
    expect(floats.result().tensor).toEqual({ feature: 'features', notFinite: 1 });
    const longs = of('uint64');
    longs.add({ values: BigUint64Array.of(2n ** 64n - 1n, 2n ** 64n - 3n), label: undefined });
    // The nearest doubles; the deviation is that of the integers themselves.
    expect(longs.result().tensor).toEqual({
      feature: 'features',
      min: 2 ** 64,
      max: 2 ** 64,
      mean: 2 ** 64,
      std: 1,
    });
    const others = of('string');
    others.add({ values: [1n], label: undefined });
    expect(others.result()).toEqual({ split: 'train', rows: 1, labels: undefined });
  });

  it('tells of a great many classes only those that come', () => {
    const counter = counterOf([label(2 ** 31 - 1)]);
    for (const number of [2 ** 31 - 2, 5, 5]) counter.add({ values: undefined, label: number });
    expect(counter.result().labels).toEqual([
      { label: 5, count: 2 },
      { label: 2 ** 31 - 2, count: 1 },
    ]);
  });

  it('does not count -1, which says that there is no class', () => {
    const counter = counterOf([label(1)]);
    counter.add({ values: undefined, label: -1 });
    expect(counter.result()).toMatchObject({ rows: 1, labels: [{ label: 0, count: 0 }] });
  });
});
