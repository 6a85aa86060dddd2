import { describe, expect, it } from 'vitest';
import { roundHalfToEven } from '../../src/plan/round.js';

describe('roundHalfToEven', () => {
  // round(numerator / denominator) in Python.
  it.each([
    [0, 1, 0],
    [1, 1, 1],
    [1, 2, 0],
    [3, 2, 2],
    [5, 2, 2],
    [7, 2, 4],
    [9, 4, 2],
    [10, 4, 2],
    [11, 4, 3],
    [14, 4, 4],
    [1, 3, 0],
    [2, 3, 1],
    [5, 10, 0],
    [15, 10, 2],
    [25, 10, 2],
    [180_000, 7, 25_714],
    [2 ** 53 - 1, 2, 4_503_599_627_370_496],
    [4_503_599_627_370_495, 2, 2_251_799_813_685_248],
  ])('rounds %i / %i to %i', (numerator, denominator, expected) => {
    expect(roundHalfToEven(numerator, denominator)).toBe(expected);
  });
});
