import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Hand, handOf } from '../../../src/archive/draw/hand.js';
import { SIDE } from '../../../src/archive/draw/stroke.js';
import { writeDigit } from '../../../src/archive/draw/writing.js';
import { Random } from '../../../src/plan/random.js';
import { times } from '../../sample.js';

function written(digit: number, hand: Hand, stream: number): Uint8Array {
  const pixels = new Uint8Array(SIDE * SIDE);
  writeDigit(pixels, digit, hand, Random.ofStream(0, stream));
  return pixels;
}

function distance(a: Uint8Array, b: Uint8Array): number {
  return Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0));
}

describe('writeDigit', () => {
  it('fills a box of about 20 x 20, blank at the rim, centred by mass', () => {
    const writer = fc.nat({ max: 0xffff });
    fc.assert(
      fc.property(fc.nat({ max: 9 }), writer, fc.nat(), (digit, number, stream) => {
        const pixels = written(digit, handOf(number), stream);
        const ink = Array.from(pixels, (value, i) => ({
          value,
          x: i % SIDE,
          y: Math.floor(i / SIDE),
        })).filter(({ value }) => value > 0);
        const rim = ink.filter(({ x, y }) => x === 0 || y === 0 || x === SIDE - 1 || y === SIDE - 1);
        expect(rim).toEqual([]);
        expect(Math.max(...pixels)).toBeGreaterThan(150);
        const mass = ink.reduce((sum, { value }) => sum + value, 0);
        for (const axis of ['x', 'y'] as const) {
          const places = ink.map((pixel) => pixel[axis]);
          expect(Math.max(...places) - Math.min(...places)).toBeLessThanOrEqual(22);
          const centre = ink.reduce((sum, pixel) => sum + pixel.value * (pixel[axis] + 0.5), 0) / mass;
          expect(Math.abs(centre - SIDE / 2)).toBeLessThan(3);
        }
      }),
      { seed: 1, numRuns: times(400, 40) },
    );
  });

  it('writes no two rows alike, and one hand more alike than two', () => {
    const hands = Array.from({ length: 20 }, (_, writer) => handOf(writer));
    for (let digit = 0; digit < 10; digit++) {
      let same = 0;
      let different = 0;
      for (const [i, hand] of hands.entries()) {
        const row = written(digit, hand, 2 * i);
        const again = distance(row, written(digit, hand, 2 * i + 1));
        expect(again).toBeGreaterThan(0);
        same += again;
        different += distance(row, written(digit, hands[(i + 1) % hands.length]!, 2 * i + 1));
      }
      expect(same).toBeLessThan(0.85 * different);
    }
  });
});
