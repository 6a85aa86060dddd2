import { type ExplorerClass, INK_BINS } from './data.js';
import type { GatheredExamples } from './gather.js';

/** One class's rows, and what is computed of their pictures. */
export interface ClassRows {
  label: number;
  rows: Uint32Array;
  /** Of each sample of the pictures; empty where there are no pictures. */
  mean: Float64Array;
  variance: Float64Array;
}

/** The classes that have examples, by their labels, with mean and variance of their pictures. */
export function classRows({ labels, pictures, rows }: GatheredExamples): ClassRows[] {
  const size = rows === 0 ? 0 : pictures.length / rows;
  const byLabel = new Map<number, number[]>();
  for (const [row, label] of labels.entries()) {
    const own = byLabel.get(label);
    if (own === undefined) byLabel.set(label, [row]);
    else own.push(row);
  }
  return [...byLabel]
    .sort(([a], [b]) => a - b)
    .map(([label, own]) => ({ label, rows: Uint32Array.from(own), ...momentsOf(own, pictures, size) }));
}

/** Sums of bytes and of their squares are whole numbers that doubles hold exactly. */
function momentsOf(
  rows: readonly number[],
  pictures: Uint8Array,
  size: number,
): Pick<ClassRows, 'mean' | 'variance'> {
  const sums = new Float64Array(size);
  const squares = new Float64Array(size);
  for (const row of rows) {
    const start = row * size;
    for (let at = 0; at < size; at++) {
      const sample = pictures[start + at] ?? 0;
      sums[at] = (sums[at] ?? 0) + sample;
      squares[at] = (squares[at] ?? 0) + sample * sample;
    }
  }
  const mean = sums.map((sum) => sum / rows.length);
  return { mean, variance: squares.map((square, at) => square / rows.length - (mean[at] ?? 0) ** 2) };
}

/** What the page shows of a class: counts and histograms of ink by split, and the images of mean and deviation where there are some. */
export function classContent(
  { rows, mean, variance }: ClassRows,
  { splits, ink, samples, pictures }: GatheredExamples,
  withImages: boolean,
): Omit<ExplorerClass, 'label' | 'name'> {
  const counts = samples.map(() => 0);
  const bins = samples.map(() => new Array<number>(INK_BINS).fill(0));
  for (const row of rows) {
    const split = splits[row] ?? 0;
    counts[split] = (counts[split] ?? 0) + 1;
    const own = bins[split];
    const bin = ink[row] ?? 0;
    if (own !== undefined) own[bin] = (own[bin] ?? 0) + 1;
  }
  if (pictures.length === 0) return { counts, ink: [] };
  const images = withImages && {
    mean: base64(mean.map(Math.round)),
    deviation: base64(variance.map((value) => Math.round(Math.sqrt(value)))),
  };
  return { counts, ...images, ink: bins };
}

function base64(values: Float64Array): string {
  return Buffer.from(Uint8Array.from(values)).toString('base64');
}
