import { describe, expect, it } from 'vitest';
import { type Digits, drawDigits } from '../../../src/archive/draw/digits.js';
import { SIDE } from '../../../src/archive/draw/stroke.js';

/** Half the side of an image: the images are compared at 14 x 14. */
const HALF = SIDE / 2;
const FEATURES = HALF * HALF;

/** The first rows of a split, every image as the sums of its 2 x 2 pixels. */
function halved({ images, labels }: Digits, rows: number): { points: Float64Array[]; labels: Uint8Array } {
  const points = Array.from({ length: rows }, (_, row) => {
    const point = new Float64Array(FEATURES);
    for (let i = 0; i < SIDE * SIDE; i++) {
      point[Math.floor(i / SIDE / 2) * HALF + Math.floor((i % SIDE) / 2)]! += images[row * SIDE * SIDE + i]!;
    }
    return point;
  });
  return { points, labels: labels.subarray(0, rows) };
}

/** The squared distance of two points, or some number over `limit` when it is over. */
function squared(a: Float64Array, b: Float64Array, limit = Infinity): number {
  let sum = 0;
  for (let i = 0; i < FEATURES && sum <= limit; i++) sum += (a[i]! - b[i]!) * (a[i]! - b[i]!);
  return sum;
}

/** The label of most of the three nearest points, of the nearest when all three differ. */
function vote(point: Float64Array, train: { points: Float64Array[]; labels: Uint8Array }): number {
  const nearest = [0, 0, 0].map(() => ({ square: Infinity, label: -1 }));
  for (const [row, other] of train.points.entries()) {
    const square = squared(point, other, nearest[2]!.square);
    if (square >= nearest[2]!.square) continue;
    nearest[2] = { square, label: train.labels[row]! };
    nearest.sort((a, b) => a.square - b.square);
  }
  return nearest[1]!.label === nearest[2]!.label ? nearest[1]!.label : nearest[0]!.label;
}

const train = halved(drawDigits('train'), 3000);
const test = halved(drawDigits('test'), 400);

function accuracy(guess: (point: Float64Array) => number): number {
  return test.points.filter((point, row) => guess(point) === test.labels[row]).length / test.points.length;
}

describe('learning from the digits', () => {
  it('works on hands never seen: three nearest neighbours are right nine times in ten', () => {
    expect(accuracy((point) => vote(point, train))).toBeGreaterThan(0.92);
  });

  it('is no matter of one template a digit: the nearest class mean is right less often', () => {
    const means = Array.from({ length: 10 }, (_, label) => {
      const own = train.points.filter((_, row) => train.labels[row] === label);
      return new Float64Array(FEATURES).map(
        (_, i) => own.reduce((sum, point) => sum + point[i]!, 0) / own.length,
      );
    });
    const byMean = accuracy((point) => {
      const squares = means.map((mean) => squared(point, mean));
      return squares.indexOf(Math.min(...squares));
    });
    expect(byMean).toBeGreaterThan(0.75);
    expect(byMean).toBeLessThan(0.93);
  });

  it('has to bridge hands: rows of a digit lie more than half as far apart as rows of two digits', () => {
    const sums = { same: 0, sames: 0, other: 0, others: 0 };
    for (let row = 0; row < 400; row++) {
      for (let next = row + 1; next < 400; next++) {
        const apart = Math.sqrt(squared(train.points[row]!, train.points[next]!));
        if (train.labels[row] === train.labels[next]) {
          sums.same += apart;
          sums.sames++;
        } else {
          sums.other += apart;
          sums.others++;
        }
      }
    }
    const ratio = sums.same / sums.sames / (sums.other / sums.others);
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(0.9);
  });
});
