/** Samples of one figure, in the order in which they were taken, and what they come to. */
export interface Summary {
  samples: readonly number[];
  min: number;
  median: number;
  max: number;
}

/** @throws {RangeError} where there is no sample */
export function summarize(samples: readonly number[]): Summary {
  const sorted = [...samples].sort((a, b) => a - b);
  const [lower, upper] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  const [min, max] = [sorted[0], sorted.at(-1)];
  if (lower === undefined || upper === undefined || min === undefined || max === undefined)
    throw new RangeError('no samples');
  return { samples: [...samples], min, median: (lower + upper) / 2, max };
}

/** How two figures relate that were taken in turns. */
export interface Ratio {
  /** The least ratio of two samples of one turn. */
  min: number;
  /** The ratio of the medians; it never lies outside of the other two. */
  median: number;
  /** The greatest ratio of two samples of one turn. */
  max: number;
}

/**
 * What `dividend` is of `divisor`. Samples of one turn are taken one right after the other, so whatever else the machine
 * did then weighs on both.
 *
 * @throws {RangeError} where they have not as many samples, or none
 */
export function ratioOf(dividend: Summary, divisor: Summary): Ratio {
  if (dividend.samples.length !== divisor.samples.length) throw new RangeError('samples without counterpart');
  const pairs = dividend.samples.map((sample, turn) => sample / (divisor.samples[turn] ?? Number.NaN));
  const { min, max } = summarize(pairs);
  return { min, median: dividend.median / divisor.median, max };
}
