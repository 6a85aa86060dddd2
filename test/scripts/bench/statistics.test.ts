import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ratioOf, summarize } from '../../../scripts/bench/statistics.js';

describe('summarize', () => {
  it.each([
    [[7], { min: 7, median: 7, max: 7 }],
    [[10, 9], { min: 9, median: 9.5, max: 10 }],
    [[30, 4, 100], { min: 4, median: 30, max: 100 }],
    [[8, 2, 6, 4], { min: 2, median: 5, max: 8 }],
  ])('of %j', (samples, expected) => {
    expect(summarize(samples)).toEqual({ samples, ...expected });
  });

  it('keeps the order in which samples were taken', () => {
    const samples = [3, 1, 2];
    expect(summarize(samples).samples).toEqual([3, 1, 2]);
    expect(samples).toEqual([3, 1, 2]);
  });

  it('has nothing to say of no samples', () => {
    expect(() => summarize([])).toThrow(RangeError);
  });
});

describe('ratioOf', () => {
  it('is the ratio of the medians, between the least and the greatest of one turn', () => {
    // Turn by turn 10, 2.5 and 5; the medians are 20 and 6.
    expect(ratioOf(summarize([10, 20, 30]), summarize([1, 8, 6]))).toEqual({
      min: 2.5,
      median: 20 / 6,
      max: 10,
    });
  });

  it('never leaves what single turns say', () => {
    const seconds = fc.double({ min: 0.001, max: 1000, noNaN: true });
    const turns = fc.array(fc.tuple(seconds, seconds), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(turns, (pairs) => {
        const { min, median, max } = ratioOf(
          summarize(pairs.map(([ours]) => ours)),
          summarize(pairs.map(([, theirs]) => theirs)),
        );
        expect(median).toBeGreaterThanOrEqual(min * (1 - 1e-12));
        expect(median).toBeLessThanOrEqual(max * (1 + 1e-12));
      }),
    );
  });

  it('takes no samples without counterpart', () => {
    expect(() => ratioOf(summarize([1, 2]), summarize([1]))).toThrow(RangeError);
  });
});
