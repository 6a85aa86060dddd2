import { Random } from '../../plan/random.js';
import { type Hand, handOf } from './hand.js';
import { SIDE } from './stroke.js';
import { writeDigit } from './writing.js';

/** What a split holds, and the numbers of the writers whose hands wrote it: no writer is in both. */
export const SPLITS = {
  train: { rows: 6000, seed: 0x7472616e, firstWriter: 0, writers: 240 },
  test: { rows: 1000, seed: 0x74657374, firstWriter: 240, writers: 60 },
} as const;

/** The images and labels of a split. */
export interface Digits {
  /** `rows` images of 28 x 28 bytes one after the other, row by row: 0 is background, 255 full ink. */
  images: Uint8Array;
  /** `rows` bytes of 0 to 9. */
  labels: Uint8Array;
  rows: number;
}

/**
 * Draws a split of the project's own data set `digits`: handwriting of made-up writers, the same to the byte on every
 * machine. It stands in for MNIST where there is no network. Label and writer of a row are drawn by chance, as is what
 * differs between two rows of a writer, from a stream of the row's own.
 */
export function drawDigits(split: 'train' | 'test'): Digits {
  const { rows, seed, firstWriter, writers } = SPLITS[split];
  const hands: Hand[] = Array.from({ length: writers }, (_, i) => handOf(firstWriter + i));
  const images = new Uint8Array(rows * SIDE * SIDE);
  const labels = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    const random = Random.ofStream(seed, row);
    const label = random.below(10);
    const hand = hands[random.below(writers)]!;
    labels[row] = label;
    writeDigit(images.subarray(row * SIDE * SIDE, (row + 1) * SIDE * SIDE), label, hand, random);
  }
  return { images, labels, rows };
}
