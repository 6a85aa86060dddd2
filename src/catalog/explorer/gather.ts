import { hash } from 'node:crypto';
import { reduceImage, type Shape, shapeWithin } from '../reduce.js';
import type { CatalogRow } from '../rows.js';
import { INK_BINS } from './data.js';

/** All examples in the order of the splits, as far as the explorer needs them. */
export interface GatheredExamples {
  rows: number;
  /** Number of each row's split, and its label: 0 where there are none. */
  splits: Uint16Array;
  labels: Int32Array;
  /** How often each value of a sample comes, by split. */
  samples: readonly (readonly number[])[];
  /** The mean of each image's samples as a number of {@link INK_BINS}. */
  ink: Uint8Array;
  reduced: Shape;
  /** The images, reduced, one after the other; none where there are no images. */
  pictures: Uint8Array;
  /** Rows of identical images, by groups of two and more, in the order of their first rows. */
  identical: readonly (readonly number[])[];
}

/** Sides that pictures are reduced to, the largest that fits into memory. */
const SIDES = [32, 16, 8, 4];
const MAX_BYTES = 192 * 2 ** 20;

/** The shape that so many images are reduced to by a whole factor, so that all of them fit into memory. */
function reducedShape(shape: Shape, rows: number): Shape {
  const shapes = SIDES.map((side) => shapeWithin(shape, side));
  const fits = shapes.find(([height, width, channels]) => rows * height * width * channels <= MAX_BYTES);
  return fits ?? shapes.at(-1) ?? shape;
}

/** Gathers the examples of a data set, split after split. */
export class ExampleGatherer {
  readonly #shape: Shape | undefined;
  readonly #reduced: Shape;
  readonly #size: number;
  readonly #splits: Uint16Array;
  readonly #labels: Int32Array;
  readonly #ink: Uint8Array;
  readonly #pictures: Uint8Array;
  readonly #samples: number[][] = [];
  readonly #byDigest = new Map<string, number[]>();
  #row = 0;

  /** @param shape of the images, where there are some */
  constructor(splits: readonly { rows: number }[], shape: Shape | undefined) {
    const rows = splits.reduce((sum, split) => sum + split.rows, 0);
    this.#shape = shape;
    this.#reduced = shape === undefined ? [0, 0, 0] : reducedShape(shape, rows);
    this.#size = this.#reduced[0] * this.#reduced[1] * this.#reduced[2];
    this.#splits = new Uint16Array(rows);
    this.#labels = new Int32Array(rows);
    this.#ink = new Uint8Array(rows);
    this.#pictures = new Uint8Array(rows * this.#size);
  }

  /** Takes the next row. */
  add({ picture, label = 0 }: Pick<CatalogRow, 'picture' | 'label'>): void {
    const row = this.#row++;
    this.#splits[row] = this.#samples.length;
    this.#labels[row] = label;
    if (picture === undefined || this.#shape === undefined) return;
    const { samples } = picture;
    this.#ink[row] = inkOf(samples);
    const place = this.#pictures.subarray(row * this.#size, (row + 1) * this.#size);
    reduceImage(samples, this.#shape, this.#reduced, place);
    const digest = hash('sha256', samples, 'base64');
    const same = this.#byDigest.get(digest);
    if (same === undefined) this.#byDigest.set(digest, [row]);
    else same.push(row);
  }

  /** Ends a split; rows are the next one's from now on. */
  endSplit(samples: number[]): void {
    this.#samples.push(samples);
  }

  /** All of them. */
  result(): GatheredExamples {
    return {
      rows: this.#row,
      splits: this.#splits,
      labels: this.#labels,
      samples: this.#samples,
      ink: this.#ink,
      reduced: this.#reduced,
      pictures: this.#pictures,
      identical: [...this.#byDigest.values()].filter((group) => group.length > 1),
    };
  }
}

/** The bin of the mean of an image's samples. */
function inkOf(samples: Uint8Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample;
  return Math.min(INK_BINS - 1, Math.floor((sum / samples.length / 256) * INK_BINS));
}
