import { describe, expect, it } from 'vitest';
import { Random } from '../../src/plan/random.js';

const take = <T>(count: number, draw: () => T): T[] => Array.from({ length: count }, draw);

describe('Random', () => {
  it('gives the numbers of xoshiro128** 1.1 from the state 1, 2, 3, 4', () => {
    const random = new Random(1, 2, 3, 4);
    // What the authors' C program prints from that state.
    expect(take(10, () => random.uint32())).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });

  it('repeats a stream and gives each stream of each seed its own numbers', () => {
    const first = (seed: number, stream: number): string => {
      const random = Random.ofStream(seed, stream);
      return take(4, () => random.uint32()).join();
    };
    expect(first(1, 2)).toBe(first(1, 2));
    const starts = [0, 1, 2, 0xffffffff].flatMap((seed) => take(500, () => 0).map((_, i) => first(seed, i)));
    expect(new Set(starts).size).toBe(starts.length);
  });

  it('draws every integer below a count about equally often', () => {
    const random = Random.ofStream(7, 0);
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 20_000; i++) counts[random.below(10)]!++;
    // Standard deviation 42: five of them.
    for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(212);
  });

  it('draws uniform numbers within their bounds', () => {
    const random = Random.ofStream(8, 0);
    const drawn = take(20_000, () => random.between(-1, 3));
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...drawn)).toBeLessThan(3);
    expect(drawn.reduce((sum, x) => sum + x, 0) / drawn.length).toBeCloseTo(1, 1);
  });

  it('draws deviations with mean 0 and standard deviation 1, within 3', () => {
    const random = Random.ofStream(9, 0);
    const drawn = take(20_000, () => random.around0());
    expect(drawn.reduce((sum, x) => sum + x, 0) / drawn.length).toBeCloseTo(0, 1);
    expect(drawn.reduce((sum, x) => sum + x * x, 0) / drawn.length).toBeCloseTo(1, 1);
    expect(Math.max(...drawn.map(Math.abs))).toBeLessThanOrEqual(3);
  });
});
