import { describe, expect, it } from 'vitest';
import { drawStroke, SIDE } from '../../../src/archive/draw/stroke.js';

describe('drawStroke', () => {
  it('is full ink under the line, fades over the soft edge and leaves the rest blank', () => {
    const pixels = new Uint8Array(SIDE * SIDE);
    // Along the centres of row 14, half width 1.75: rows 13 to 15 are covered, rows 12 and 16 by a quarter.
    drawStroke(pixels, { x: [8, 20], y: [14.5, 14.5] }, { radiusAt: () => 1.75, softness: 1 });
    const column = Array.from({ length: SIDE }, (_, row) => pixels[row * SIDE + 14]!);
    expect(column.slice(11, 18)).toEqual([0, 64, 255, 255, 255, 64, 0]);
    expect(column.filter((value) => value > 0)).toHaveLength(5);
  });

  it('keeps the brighter value where pieces overlap', () => {
    const cross = new Uint8Array(SIDE * SIDE);
    const pen = { radiusAt: () => 0.5, softness: 2 };
    drawStroke(cross, { x: [8, 20], y: [14.5, 14.5] }, pen);
    const once = cross.slice();
    drawStroke(cross, { x: [8, 20], y: [14.5, 14.5] }, pen);
    expect(cross).toEqual(once);
  });

  it('follows the width of the pen along the line', () => {
    const pixels = new Uint8Array(SIDE * SIDE);
    const pen = { radiusAt: (i: number, count: number) => 0.6 + (2 * i) / (count - 1), softness: 1 };
    drawStroke(pixels, { x: [6, 14, 22], y: [14.5, 14.5, 14.5] }, pen);
    const inkOf = (column: number): number =>
      Array.from({ length: SIDE }, (_, row) => pixels[row * SIDE + column]!).reduce(
        (sum, value) => sum + value,
        0,
      );
    expect(inkOf(8)).toBeLessThan(inkOf(13));
    expect(inkOf(13)).toBeLessThan(inkOf(20));
  });

  it('draws a dot where a piece has no length, and cuts off what lies outside', () => {
    const pixels = new Uint8Array(SIDE * SIDE);
    drawStroke(pixels, { x: [0, 0], y: [0, 0] }, { radiusAt: () => 2, softness: 1 });
    expect(pixels[0]).toBe(255);
    expect(pixels[3 * SIDE + 3]).toBe(0);
    expect(pixels[SIDE - 1]).toBe(0);
  });
});
