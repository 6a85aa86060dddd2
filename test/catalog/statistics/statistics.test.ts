import { describe, expect, it } from 'vitest';
import { SplitCounter } from '../../../src/catalog/statistics/statistics.js';

describe('SplitCounter', () => {
  it('counts each class, also those without rows, and measures the pixels', () => {
    const input = { kind: 'image', name: 'image', channels: 1 } as const;
    const counter = new SplitCounter('train', { input, classes: 3, classNames: ['a', 'b', 'c'] });
    counter.add(Uint8Array.of(0, 255), 2);
    counter.add(Uint8Array.of(255, 0), 0);
    counter.add(Uint8Array.of(0, 0), 2);
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
      new SplitCounter('a', { input: { kind: 'tensor', name: 'features', dtype } });
    const integers = of('int16');
    integers.add([1, 3], undefined);
    expect(integers.result()).toEqual({
      split: 'a',
      rows: 1,
      labels: undefined,
      tensor: { feature: 'features', min: 1, max: 3, mean: 2, std: 1 },
    });
    const floats = of('float32');
    floats.add(Float32Array.of(Number.NaN), undefined);
    expect(floats.result().tensor).toEqual({ feature: 'features', notFinite: 1 });
    const others = of('int64');
    others.add([1n], undefined);
    expect(others.result()).toEqual({ split: 'a', rows: 1, labels: undefined });
  });

  it('tells of a great many classes only those that come', () => {
    const counter = new SplitCounter('a', { classes: 2 ** 31 - 1 });
    for (const label of [2 ** 31 - 2, 5, 5]) counter.add(undefined, label);
    expect(counter.result().labels).toEqual([
      { label: 5, count: 2 },
      { label: 2 ** 31 - 2, count: 1 },
    ]);
  });

  it('does not count -1, which says that there is no class', () => {
    const counter = new SplitCounter('a', { classes: 1 });
    counter.add(undefined, -1);
    expect(counter.result()).toMatchObject({ rows: 1, labels: [{ label: 0, count: 0 }] });
  });
});
