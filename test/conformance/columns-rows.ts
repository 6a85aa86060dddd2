import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { tfdsOrder } from '../fixtures/digits.js';
import { decodeGrayPng } from '../fixtures/png.js';
import type { ColumnsDataset } from './columns-datasets.js';
import type { Reading } from './columns-figures.js';

/** A row as a reader gave it. */
export interface ReadRow {
  label: unknown;
  index?: unknown;
  path?: unknown;
  /** The encoded image, or its samples. */
  png?: Uint8Array;
  pixels?: Uint8Array;
}

/** A split's rows in TFDS's order, from the archives alone. */
export interface ExpectedSplit {
  split: 'train' | 'test';
  /** `order[place]` is the row at that place. */
  order: number[];
  labels: Buffer;
  images: Buffer;
  /** Bytes of an image. */
  size: number;
}

/** The splits of the data sets here, and how the names of their archives begin. */
export const SPLITS = [
  { split: 'train', prefix: 'train' },
  { split: 'test', prefix: 't10k' },
] as const;

/** Reads a split's archives. */
export async function expectedSplit(
  { archives, shape: [height, width] }: ColumnsDataset,
  { split, prefix }: (typeof SPLITS)[number],
): Promise<ExpectedSplit> {
  const idx = async (file: string): Promise<Buffer> => gunzipSync(await readFile(join(archives, file)));
  const labels = (await idx(`${prefix}-labels-idx1-ubyte.gz`)).subarray(8);
  const images = (await idx(`${prefix}-images-idx3-ubyte.gz`)).subarray(16);
  return { split, order: tfdsOrder(split, labels.length), labels, images, size: height * width };
}

/** The paths of a split's shards, in order. */
export function shardsOf(
  { name, directory, shards }: ColumnsDataset,
  split: string,
  format: string,
): string[] {
  const padded = (shard: number): string => String(shard).padStart(5, '0');
  return Array.from({ length: shards }, (_, shard) =>
    join(directory, `${name}-${split}-${padded(shard)}-of-${padded(shards)}.${format}`),
  );
}

/** What `image.path` of a row is. */
export function expectedPath(split: string, row: number): string {
  return `${split}/${String(row).padStart(8, '0')}.png`;
}

/** Compares rows with those that stand at the same places of the order. */
export function compareRows(
  { image, index }: ColumnsDataset,
  expected: ExpectedSplit,
  rows: readonly ReadRow[],
  { how, format }: { how: string; format: string },
): Reading {
  const { split, order, labels, images, size } = expected;
  const equal = rows.filter((read, place) => {
    const row = order[place];
    if (row === undefined || read.label !== BigInt(labels[row]!)) return false;
    if (index ? read.index !== BigInt(row) : read.index !== undefined) return false;
    if (image === 'png' && read.path !== expectedPath(split, row)) return false;
    const pixels = image === 'png' ? read.png && decodeGrayPng(read.png).pixels : read.pixels;
    return pixels !== undefined && images.subarray(row * size, (row + 1) * size).equals(pixels);
  }).length;
  return { how, format, split, expected: order.length, rows: rows.length, equal };
}
