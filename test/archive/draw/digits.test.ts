import { describe, expect, it } from 'vitest';
import { drawDigits, SPLITS } from '../../../src/archive/draw/digits.js';
import { handOf } from '../../../src/archive/draw/hand.js';
import { SIDE } from '../../../src/archive/draw/stroke.js';

const SIZE = SIDE * SIDE;
const train = drawDigits('train');
const test = drawDigits('test');

const imagesOf = ({ images, rows }: { images: Uint8Array; rows: number }): Uint8Array[] =>
  Array.from({ length: rows }, (_, row) => images.subarray(row * SIZE, (row + 1) * SIZE));

function meanOf(values: Uint8Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

describe.each([
  { split: 'train', digits: train, rows: 6000 },
  { split: 'test', digits: test, rows: 1000 },
])('the $split split', ({ digits, rows }) => {
  it('has its rows', () => {
    expect(digits.rows).toBe(rows);
    expect(digits.images).toHaveLength(rows * SIZE);
    expect(digits.labels).toHaveLength(rows);
  });

  it('has all ten digits about equally often, not exactly, and in no order', () => {
    const counts = new Array<number>(10).fill(0);
    for (const label of digits.labels) counts[label]!++;
    expect(counts).toHaveLength(10);
    for (const count of counts) expect(Math.abs(count / rows - 0.1)).toBeLessThan(0.03);
    expect(new Set(counts).size).toBeGreaterThan(4);
    const repeats = digits.labels.filter((label, row) => label === digits.labels[row + 1]).length;
    expect(Math.abs(repeats / rows - 0.1)).toBeLessThan(0.03);
  });

  it('has ink like that of MNIST: a mean near 33, no blank or flooded image, none without a dark stroke', () => {
    expect(meanOf(digits.images)).toBeGreaterThan(25);
    expect(meanOf(digits.images)).toBeLessThan(38);
    for (const image of imagesOf(digits)) {
      expect(Math.max(...image)).toBeGreaterThan(200);
      expect(meanOf(image)).toBeGreaterThan(4);
      expect(meanOf(image)).toBeLessThan(80);
    }
  });

  it('has soft edges: grays of every depth, between much paper and much full ink', () => {
    const depths = new Uint32Array(256);
    for (const value of digits.images) depths[value]!++;
    expect(depths.every((count) => count > 0)).toBe(true);
    expect(depths[0]! / digits.images.length).toBeGreaterThan(0.7);
    expect(depths[255]! / digits.images.length).toBeGreaterThan(0.03);
  });
});

describe('the two splits', () => {
  it('share no image and repeat none', () => {
    const seen = new Set(
      [...imagesOf(train), ...imagesOf(test)].map((image) => Buffer.from(image).toString('latin1')),
    );
    expect(seen.size).toBe(train.rows + test.rows);
  });

  it('are written by different hands', () => {
    const handsOf = ({ firstWriter, writers }: { firstWriter: number; writers: number }): string[] =>
      Array.from({ length: writers }, (_, i) => JSON.stringify(handOf(firstWriter + i)));
    const hands = [...handsOf(SPLITS.train), ...handsOf(SPLITS.test)];
    expect(hands).toHaveLength(300);
    expect(new Set(hands).size).toBe(300);
  });

  it('are drawn the same again', () => {
    const again = drawDigits('test');
    expect(again.rows).toBe(test.rows);
    expect(Buffer.compare(again.images, test.images)).toBe(0);
    expect(Buffer.compare(again.labels, test.labels)).toBe(0);
  });
});
