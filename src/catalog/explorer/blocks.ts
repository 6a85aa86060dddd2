import type { Shape } from '../reduce.js';

/** Blocks a side that a picture is divided into. */
const SIDE = 7;

/** For each picture the sums of its blocks, each divided by the root of the number of its samples. */
export interface Blocks {
  /** How many a picture has. */
  count: number;
  /** Picture after picture, the blocks that vary most first. */
  values: Float32Array;
}

/**
 * Blocks of pictures. The squared distance of two pictures' blocks is never greater than that of the pictures (Cauchy and Schwarz,
 * block by block), so that it tells cheaply that two are not close.
 */
export function blocksOf(pictures: Uint8Array, [height, width, channels]: Shape): Blocks {
  const size = height * width * channels;
  const rows = pictures.length / size;
  const [down, across] = [Math.min(SIDE, height), Math.min(SIDE, width)];
  const count = down * across;
  const blockOf = Uint8Array.from({ length: size }, (_, at) => {
    const [y, x] = [Math.floor(at / (width * channels)), Math.floor(at / channels) % width];
    return Math.floor((y * down) / height) * across + Math.floor((x * across) / width);
  });
  const samples = new Float64Array(count);
  for (const block of blockOf) samples[block] = (samples[block] ?? 0) + 1;
  const roots = samples.map(Math.sqrt);
  const values = new Float32Array(rows * count);
  for (let row = 0, at = 0; row < rows; row++) {
    const sums = values.subarray(row * count, (row + 1) * count);
    for (let sample = 0; sample < size; sample++, at++) {
      const block = blockOf[sample] ?? 0;
      sums[block] = (sums[block] ?? 0) + (pictures[at] ?? 0);
    }
    for (let block = 0; block < count; block++) sums[block] = (sums[block] ?? 0) / (roots[block] ?? 1);
  }
  const blocks = { count, values };
  const all = Uint32Array.from({ length: rows }, (_, row) => row);
  reorder(blocks, blocksByVariance(blocks, all, Math.ceil(rows / ROWS_FOR_ORDER)));
  return blocks;
}

/** Of so many rows at most, since it is for the order alone. */
const ROWS_FOR_ORDER = 8192;

/** The blocks' numbers, those first that vary most over every `step`th of some rows. */
export function blocksByVariance({ count, values }: Blocks, rows: Uint32Array, step: number): number[] {
  const variances = Float64Array.from({ length: count }, (_, block) => {
    let [sum, squares, taken] = [0, 0, 0];
    for (let at = 0; at < rows.length; at += step, taken++) {
      const value = values[(rows[at] ?? 0) * count + block] ?? 0;
      sum += value;
      squares += value * value;
    }
    return squares / taken - (sum / taken) ** 2;
  });
  return Array.from(variances.keys()).sort((a, b) => (variances[b] ?? 0) - (variances[a] ?? 0) || a - b);
}

function reorder({ count, values }: Blocks, order: readonly number[]): void {
  const old = new Float32Array(count);
  for (let start = 0; start < values.length; start += count) {
    old.set(values.subarray(start, start + count));
    for (const [at, block] of order.entries()) values[start + at] = old[block] ?? 0;
  }
}
