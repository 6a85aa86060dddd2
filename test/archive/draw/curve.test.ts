import { describe, expect, it } from 'vitest';
import { flatten } from '../../../src/archive/draw/curve.js';

const vertices = (points: number[], corners: number[], roundness = 0.35): [number, number][] => {
  const { x, y } = flatten(
    { points, corners: points.slice(points.length / 2).map((_, i) => corners.includes(i)) },
    roundness,
  );
  return x.map((at, i) => [at, y[i]!]);
};

describe('flatten', () => {
  it('passes through every point of the stroke, in order', () => {
    const points = [0, 0, 10, 30, 40, 35, 60, 5];
    const line = vertices(points, []);
    const passed = line.filter((_, i) => i % ((line.length - 1) / 3) === 0);
    expect(passed.flat()).toEqual(points);
  });

  it('is straight between corners', () => {
    for (const [x, y] of vertices([0, 0, 30, 60, 60, 0], [0, 1, 2]))
      expect(y).toBeCloseTo(x <= 30 ? 2 * x : 120 - 2 * x, 9);
  });

  it('leaves a point as it came, along the chord of the points around it', () => {
    const line = vertices([0, 0, 20, 10, 50, 10, 60, 40], []);
    const join = (line.length - 1) / 3;
    const slope = (i: number): number => (line[i + 1]![1] - line[i]![1]) / (line[i + 1]![0] - line[i]![0]);
    // The chord from (0, 0) to (50, 10) has slope 0.2; straight lines would come in at 0.5 and leave at 0.
    expect(slope(join - 1)).toBeGreaterThan(0.2);
    expect(slope(join)).toBeLessThan(0.2);
    expect(slope(join - 1) - slope(join)).toBeLessThan(0.4);
  });

  it('bows more the rounder the hand', () => {
    const bow = (roundness: number): number =>
      Math.max(...vertices([0, 0, 20, 20, 40, 20, 60, 0], [], roundness).map(([, y]) => y));
    expect(bow(0)).toBe(20);
    expect(bow(0.25)).toBeGreaterThan(20.5);
    expect(bow(0.45)).toBeGreaterThan(bow(0.25));
  });

  it('stays finite where neighbouring points coincide', () => {
    expect(vertices([5, 5, 9, 9, 5, 5, 5, 5], []).flat().every(Number.isFinite)).toBe(true);
  });
});
