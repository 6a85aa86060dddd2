import type { ClassRows } from './classes.js';

/** An example far from the others of its class. */
export interface UnusualExample {
  row: number;
  label: number;
  /** Distance to the mean picture of the class: root of the mean squared difference of the samples. */
  distance: number;
  /** How many deviations that is above the median of the class. */
  score: number;
}

/** Fewer examples have no middle to be far from. */
const FEWEST = 8;
/** The median absolute deviation of a normal distribution times this is its standard deviation. */
const NORMAL = 1.4826;

/**
 * The examples of a class that are farthest from its mean, farthest first. The score is robust: median and median absolute
 * deviation of the distances do not feel the far ones themselves, so that scores of different classes can be compared.
 */
export function unusualOf(
  { label, rows, mean }: ClassRows,
  pictures: Uint8Array,
  most: number,
): UnusualExample[] {
  const size = mean.length;
  if (rows.length < FEWEST || size === 0) return [];
  const distances = Float64Array.from(rows, (row) => {
    let sum = 0;
    for (let at = 0; at < size; at++) sum += ((pictures[row * size + at] ?? 0) - (mean[at] ?? 0)) ** 2;
    return Math.sqrt(sum / size);
  });
  const middle = median(distances);
  const spread = NORMAL * median(distances.map((distance) => Math.abs(distance - middle)));
  if (spread === 0) return [];
  return Array.from(rows, (row, at) => {
    const distance = distances[at] ?? 0;
    return { row, label, distance, score: (distance - middle) / spread };
  })
    .sort((a, b) => b.score - a.score || a.row - b.row)
    .slice(0, most);
}

/** The lower one of two in the middle. */
function median(values: Float64Array): number {
  return values.toSorted()[(values.length - 1) >> 1] ?? 0;
}
