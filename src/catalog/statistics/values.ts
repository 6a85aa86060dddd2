import type { Numbers } from '../../rows/cell.js';

/** What is told of numbers: of a channel's samples, or of a tensor's elements. */
export interface ValueStatistics {
  min: number;
  max: number;
  mean: number;
  /** Of the whole population: divided by the count, not by one less. */
  std: number;
}

/**
 * Counts samples of uint8 by channel and value: sums and sums of squares that are taken from the counts are exact, whatever the
 * order. They are told in units of 255, as they are normalized.
 */
export class SampleCounter {
  readonly #channels: number;
  readonly #counts: Float64Array;

  /** @param channels samples of a pixel, which stand side by side */
  constructor(channels: number) {
    this.#channels = channels;
    this.#counts = new Float64Array(channels * 256);
  }

  add(samples: Numbers): void {
    const counts = this.#counts;
    const channels = this.#channels;
    for (let at = 0; at < samples.length; at += channels)
      for (let channel = 0; channel < channels; channel++) {
        const place = channel * 256 + Number(samples[at + channel]);
        counts[place] = (counts[place] ?? 0) + 1;
      }
  }

  /** How often each value came, in all channels together. */
  counts(): number[] {
    return Array.from({ length: 256 }, (_, value) => {
      let count = 0;
      for (let at = value; at < this.#counts.length; at += 256) count += this.#counts[at] ?? 0;
      return count;
    });
  }

  /** What is told of each channel; empty where there were no samples. */
  result(): ValueStatistics[] {
    return Array.from({ length: this.#channels }, (_, channel) =>
      ofCounts(this.#counts.subarray(channel * 256, (channel + 1) * 256)),
    ).filter((one) => one !== undefined);
  }
}

function ofCounts(counts: Float64Array): ValueStatistics | undefined {
  let count = 0n;
  let sum = 0n;
  let squares = 0n;
  for (const [value, times] of counts.entries()) {
    count += BigInt(times);
    sum += BigInt(times) * BigInt(value);
    squares += BigInt(times) * BigInt(value) ** 2n;
  }
  if (count === 0n) return undefined;
  const min = counts.findIndex((times) => times > 0);
  const max = counts.findLastIndex((times) => times > 0);
  return ofSums({ count, sum, squares, min, max }, 255);
}

interface Sums {
  count: bigint;
  sum: bigint;
  squares: bigint;
  min: number;
  max: number;
}

/** From exact sums: each number is rounded when it is divided, and once more by the root. */
function ofSums({ count, sum, squares, min, max }: Sums, unit: number): ValueStatistics {
  const variance = Number(count * squares - sum * sum) / Number(count) ** 2;
  return {
    min: min / unit,
    max: max / unit,
    mean: Number(sum) / (unit * Number(count)),
    std: Math.sqrt(variance) / unit,
  };
}

/** Sums integers of 32 bits at most, exactly. */
export class IntegerCounter {
  #count = 0n;
  #sum = 0n;
  #squares = 0n;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  add(values: Numbers): void {
    // The low and the high parts of squares of 31 bits, each of which a double holds exactly for some thousand values.
    let sum = 0;
    let low = 0;
    let high = 0;
    let held = 0;
    for (let at = 0; at < values.length; at++) {
      const value = Number(values[at]);
      const size = Math.abs(value);
      const [upper, lower] = [Math.floor(size / 2 ** 16), size % 2 ** 16];
      sum += value;
      low += lower * lower + ((2 * upper * lower) % 2 ** 16) * 2 ** 16;
      high += upper * upper + Math.floor((2 * upper * lower) / 2 ** 16);
      this.#min = Math.min(this.#min, value);
      this.#max = Math.max(this.#max, value);
      if (++held < 2 ** 16 && at < values.length - 1) continue;
      this.#sum += BigInt(sum);
      this.#squares += BigInt(low) + (BigInt(high) << 32n);
      [sum, low, high, held] = [0, 0, 0, 0];
    }
    this.#count += BigInt(values.length);
  }

  /** `undefined` where there were none. */
  result(): ValueStatistics | undefined {
    if (this.#count === 0n) return undefined;
    const sums = { count: this.#count, sum: this.#sum, squares: this.#squares };
    return ofSums({ ...sums, min: this.#min, max: this.#max }, 1);
  }
}

/** Sums integers of 64 bits, exactly; the least and the greatest are told as the nearest numbers that a double has. */
export class LongCounter {
  #count = 0n;
  #sum = 0n;
  #squares = 0n;
  #min: bigint | undefined;
  #max: bigint | undefined;

  add(values: Numbers): void {
    this.#count += BigInt(values.length);
    for (let at = 0; at < values.length; at++) {
      const value = BigInt(values[at] ?? 0);
      this.#sum += value;
      this.#squares += value * value;
      if (this.#min === undefined || value < this.#min) this.#min = value;
      if (this.#max === undefined || value > this.#max) this.#max = value;
    }
  }

  /** `undefined` where there were none. */
  result(): ValueStatistics | undefined {
    if (this.#min === undefined || this.#max === undefined) return undefined;
    const sums = { count: this.#count, sum: this.#sum, squares: this.#squares };
    return ofSums({ ...sums, min: Number(this.#min), max: Number(this.#max) }, 1);
  }
}

/**
 * Sums floating-point numbers in their order, by Welford's rule. That order is the data set's own, so that the result is the same
 * everywhere, though not exact. What is no finite number is left out and counted.
 */
export class FloatCounter {
  /** How many were NaN or infinite. */
  notFinite = 0;
  #count = 0;
  #mean = 0;
  #squares = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  add(values: Numbers): void {
    for (let at = 0; at < values.length; at++) {
      const value = Number(values[at]);
      if (!Number.isFinite(value)) {
        this.notFinite++;
        continue;
      }
      this.#count++;
      const before = value - this.#mean;
      this.#mean += before / this.#count;
      this.#squares += before * (value - this.#mean);
      this.#min = Math.min(this.#min, value);
      this.#max = Math.max(this.#max, value);
    }
  }

  /** `undefined` where there were none, or none finite. */
  result(): ValueStatistics | undefined {
    if (this.#count === 0) return undefined;
    const variance = this.#squares / this.#count;
    return { min: this.#min, max: this.#max, mean: this.#mean, std: Math.sqrt(variance) };
  }
}
