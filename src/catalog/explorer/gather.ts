import { hash } from 'node:crypto';
import type { Dataset } from '../../load/dataset.js';
import { INK_BINS, type Shape } from './data.js';
import { reducedShape, reduceImage } from './reduce.js';

/** What of a data set's features the explorer is about. */
export interface ExploredFeatures {
  /** An image of 8 bits a sample and of a fixed shape. */
  image: { name: string; shape: Shape } | undefined;
  label: string | undefined;
}

/** All examples in the order of the splits, as far as the statistics need them. */
export interface GatheredExamples {
  rows: number;
  /** Number of each row's split, and its label: 0 where there are none. */
  splits: Uint16Array;
  labels: Int32Array;
  /** How often each value of a sample comes, by split. */
  samples: readonly Float64Array[];
  /** The mean of each image's samples as a number of {@link INK_BINS}. */
  ink: Uint8Array;
  reduced: Shape;
  /** The images, reduced, one after the other; none where there are no images. */
  pictures: Uint8Array;
  /** Rows of identical images, by groups of two and more, in the order of their first rows. */
  identical: readonly (readonly number[])[];
}

/** The features that are explored: the first image and the first label. */
export function exploredFeatures({ info }: Dataset): ExploredFeatures {
  const label = info.features.find(({ kind }) => kind === 'label')?.name;
  for (const feature of info.features) {
    if (feature.kind !== 'image' || feature.dtype !== 'uint8') continue;
    const [height = 0, width = 0, channels = 0, ...more] = feature.shape;
    if (more.length === 0 && height * width * channels > 0)
      return { image: { name: feature.name, shape: [height, width, channels] }, label };
  }
  return { image: undefined, label };
}

/**
 * Reads all examples of a data set once.
 *
 * @param onRow is called after each row
 * @throws {DatasetError} what is wrong with a file, a record or an image
 */
export async function gatherExamples(
  dataset: Dataset,
  { image, label }: ExploredFeatures,
  onRow?: () => void,
): Promise<GatheredExamples> {
  const { splits } = dataset.info;
  const rows = splits.reduce((sum, split) => sum + split.rows, 0);
  const reduced = image === undefined ? ([0, 0, 0] as const) : reducedShape(image.shape, rows);
  const size = reduced[0] * reduced[1] * reduced[2];
  const gathered = {
    rows,
    splits: new Uint16Array(rows),
    labels: new Int32Array(rows),
    samples: splits.map(() => new Float64Array(256)),
    ink: new Uint8Array(rows),
    reduced,
    pictures: new Uint8Array(rows * size),
  };
  const byDigest = new Map<string, number[]>();
  const features = {
    ...(image === undefined ? {} : { [image.name]: 'image' as const }),
    ...(label === undefined ? {} : { [label]: 'label' as const }),
  };
  let row = 0;
  for (const [number, { name }] of splits.entries()) {
    const histogram = gathered.samples[number] ?? new Float64Array(256);
    for await (const example of dataset.split(name, { features })) {
      gathered.splits[row] = number;
      if (label !== undefined) gathered.labels[row] = labelIn(example[label]);
      if (image !== undefined) {
        const data = samplesIn(example[image.name]);
        gathered.ink[row] = inkOf(data, histogram);
        reduceImage(data, image.shape, reduced, gathered.pictures.subarray(row * size, (row + 1) * size));
        note(byDigest, hash('sha256', data, 'base64'), row);
      }
      row++;
      onRow?.();
    }
  }
  return { ...gathered, identical: [...byDigest.values()].filter((group) => group.length > 1) };
}

function labelIn(value: unknown): number {
  if (typeof value !== 'number') throw new Error('a label is no number');
  return value;
}

function samplesIn(value: unknown): Uint8Array {
  if (typeof value === 'object' && value !== null && 'data' in value && value.data instanceof Uint8Array)
    return value.data;
  throw new Error('an image has no samples of 8 bits');
}

/** Counts the samples of an image, and gives the bin of their mean. */
function inkOf(samples: Uint8Array, histogram: Float64Array): number {
  let sum = 0;
  for (const sample of samples) {
    sum += sample;
    histogram[sample] = (histogram[sample] ?? 0) + 1;
  }
  return Math.min(INK_BINS - 1, Math.floor((sum / samples.length / 256) * INK_BINS));
}

function note(byDigest: Map<string, number[]>, digest: string, row: number): void {
  const rows = byDigest.get(digest);
  if (rows === undefined) byDigest.set(digest, [row]);
  else rows.push(row);
}
