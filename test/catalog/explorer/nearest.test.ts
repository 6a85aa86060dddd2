import { describe, expect, it } from 'vitest';
import { blocksOf } from '../../../src/catalog/explorer/blocks.js';
import type { GatheredExamples } from '../../../src/catalog/explorer/gather.js';
import { nearestPairs } from '../../../src/catalog/explorer/nearest.js';
import type { Shape } from '../../../src/catalog/reduce.js';
import { noise } from './own.js';

function gathered(pictures: Uint8Array, reduced: Shape, labels: (row: number) => number): GatheredExamples {
  const rows = pictures.length / (reduced[0] * reduced[1] * reduced[2]);
  return {
    rows,
    reduced,
    pictures,
    labels: Int32Array.from({ length: rows }, (_, row) => labels(row)),
    splits: Uint16Array.from({ length: rows }, (_, row) => (row < rows * 0.8 ? 0 : 1)),
    samples: [],
    ink: new Uint8Array(rows),
    identical: [],
  };
}

function squared(pictures: Uint8Array, size: number, first: number, second: number): number {
  let sum = 0;
  for (let at = 0; at < size; at++)
    sum += (pictures[first * size + at]! - pictures[second * size + at]!) ** 2;
  return sum;
}

describe('nearestPairs', () => {
  it('gives the very closest pairs where it compares all', () => {
    const pictures = noise(200 * 100);
    const found = nearestPairs(
      gathered(pictures, [10, 10, 1], () => 0),
      false,
    );
    const all: { first: number; second: number; squared: number }[] = [];
    for (let first = 0; first < 200; first++)
      for (let second = first + 1; second < (first < 160 ? 160 : 200); second++)
        all.push({ first, second, squared: squared(pictures, 100, first, second) });
    all.sort((a, b) => a.squared - b.squared || a.first - b.first || a.second - b.second);
    expect(found.exhaustive).toBe(true);
    expect(found.withinSplit).toEqual(all.slice(0, 24));
    expect(found.acrossSplits).toHaveLength(24);
    expect(found.acrossSplits.every(({ first, second }) => first < 160 && second >= 160)).toBe(true);
  });

  it('finds planted pairs among many rows, wherever they stand', () => {
    const [rows, size] = [12_000, 64];
    const pictures = noise(rows * size);
    const planted = Array.from({ length: 12 }, (_, at) => ({ first: at * 700, second: rows - 1 - at * 190 }));
    for (const [at, { first, second }] of planted.entries()) {
      pictures.copyWithin(second * size, first * size, (first + 1) * size);
      pictures[second * size + at]! ^= 4;
    }
    const found = nearestPairs(
      gathered(pictures, [8, 8, 1], () => 0),
      false,
    );
    expect(found.exhaustive).toBe(false);
    expect(found.acrossSplits.slice(0, 12)).toEqual(planted.map((pair) => ({ ...pair, squared: 16 })));
  });
});

describe('blocksOf', () => {
  it.each([
    [28, 28, 1],
    [5, 9, 3],
    [1, 3, 1],
  ])(
    'gives distances that are never greater than those of the pictures: %i x %i x %i',
    (height, width, channels) => {
      const size = height * width * channels;
      const pictures = noise(40 * size);
      const { count, values } = blocksOf(pictures, [height, width, channels]);
      for (let first = 0; first < 40; first++)
        for (let second = 0; second < first; second++) {
          let sum = 0;
          for (let at = 0; at < count; at++)
            sum += (values[first * count + at]! - values[second * count + at]!) ** 2;
          expect(sum).toBeLessThanOrEqual(squared(pictures, size, first, second) * (1 + 1e-4));
        }
    },
  );
});
