import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { type ExplorerData, explorerData } from '../../../src/catalog/explorer/data.js';
import { writeCatalog } from '../../../src/catalog/write.js';
import { digestsIn } from '../../fixtures/folder.js';
import { noise, type OwnSplit, places, prepareOwn } from './own.js';

const SIZE = 28 * 28;

/** 80 rows of train and 20 of test, of two classes. */
function ownSplits(): { train: Required<OwnSplit>; test: Required<OwnSplit> } {
  const split = (name: string, rows: number, seed: number) => ({
    name,
    rows,
    images: noise(rows * SIZE, seed),
    labels: Uint8Array.from({ length: rows }, (_, row) => row % 2),
  });
  return { train: split('train', 80, 1), test: split('test', 20, 2) };
}

async function explore(directory: string): Promise<ExplorerData> {
  const { folder } = await writeCatalog(directory);
  const text = await readFile(join(folder, 'explorer-data.json'), 'utf8');
  return v.parse(explorerData, JSON.parse(text));
}

function image({ images }: OwnSplit, row: number): Uint8Array {
  return images.subarray(row * SIZE, (row + 1) * SIZE);
}

describe('writeCatalog, of the explorer', () => {
  it('counts classes, samples and ink, and takes mean and deviation of each class', async () => {
    const { train, test } = ownSplits();
    const data = await explore(await prepareOwn([train, test], [28, 28]));
    expect(data.splits.map(({ name, rows }) => [name, rows])).toEqual([
      ['train', 80],
      ['test', 20],
    ]);
    expect(data.classes.map(({ label, name, counts }) => [label, name, counts])).toEqual([
      [0, '0', [40, 10]],
      [1, '1', [40, 10]],
    ]);
    const samples = new Array<number>(256).fill(0);
    for (const sample of train.images) samples[sample]!++;
    expect(data.pictures?.samples[0]).toEqual(samples);
    const ofOne = [train, test].flatMap((split) =>
      Array.from({ length: split.rows / 2 }, (_, at) => image(split, 2 * at + 1)),
    );
    const mean = Array.from({ length: SIZE }, (_, at) => ofOne.reduce((sum, own) => sum + own[at]!, 0) / 50);
    const deviation = mean.map((middle, at) =>
      Math.round(Math.sqrt(ofOne.reduce((sum, own) => sum + (own[at]! - middle) ** 2, 0) / 50)),
    );
    expect([...Buffer.from(data.classes[1]?.mean ?? '', 'base64')]).toEqual(mean.map(Math.round));
    expect([...Buffer.from(data.classes[1]?.deviation ?? '', 'base64')]).toEqual(deviation);
    const ink = new Array<number>(64).fill(0);
    for (let row = 1; row < 20; row += 2)
      ink[Math.floor(image(test, row).reduce((sum, sample) => sum + sample, 0) / SIZE / 4)]!++;
    expect(data.classes[1]?.ink[1]).toEqual(ink);
  });

  it('finds identical images, near ones and the unusual', async () => {
    const { train, test } = ownSplits();
    // Identical, across splits and with different labels.
    image(test, 4).set(image(train, 7));
    // Near: of one class across splits, within a split, of different classes.
    image(test, 5).set(image(train, 11).map((sample, at) => (at === 400 ? sample ^ 8 : sample)));
    image(train, 20).set(image(train, 30).map((sample, at) => (at < 4 ? sample ^ 16 : sample)));
    image(train, 40).set(image(train, 51).map((sample, at) => (at === 9 ? sample ^ 32 : sample)));
    // A pattern that noise never comes near to.
    image(train, 60).fill(0);
    const data = await explore(await prepareOwn([train, test], [28, 28]));
    const at = { train: places('train', 80), test: places('test', 20).map((place) => 80 + place) };
    const pair = (first: number, second: number, distance: number) => ({
      rows: [first, second].sort((a, b) => a - b),
      distance: Math.round(distance * 1000) / 1000,
    });
    const { identical, nearest, unusual } = data.pictures ?? {};
    const rows = [at.train[7]!, at.test[4]!];
    expect(identical).toEqual({
      groups: 1,
      rows: 2,
      acrossSplits: 1,
      differentLabels: 1,
      first: [{ size: 2, rows }],
    });
    expect(nearest?.exhaustive).toBe(true);
    expect(nearest?.acrossSplits[0]).toEqual(pair(at.train[11]!, at.test[5]!, Math.sqrt(64 / SIZE)));
    expect(nearest?.withinSplit[0]).toEqual(pair(at.train[20]!, at.train[30]!, Math.sqrt((4 * 256) / SIZE)));
    expect(nearest?.differentLabels[0]).toEqual(pair(at.train[40]!, at.train[51]!, Math.sqrt(1024 / SIZE)));
    expect(nearest?.differentLabels.some((one) => one.rows.join() === rows.join())).toBe(false);
    expect(unusual?.[0]).toMatchObject({ row: at.train[60], label: 0 });
  });

  it('writes the same bytes again, and of other formats', async () => {
    const { train, test } = ownSplits();
    const explorer = async (directory: string): Promise<Record<string, string>> => {
      const { folder } = await writeCatalog(directory);
      const digests = Object.entries(await digestsIn(folder));
      return Object.fromEntries(digests.filter(([file]) => file.startsWith('explorer')));
    };
    const once = await explorer(await prepareOwn([train, test], [28, 28]));
    expect(Object.keys(once)).toEqual([
      'explorer-data.json',
      'explorer-licenses.txt',
      'explorer-worker.js',
      'explorer.css',
      'explorer.html',
      'explorer.js',
    ]);
    const formats = ['parquet', 'arrow'] as const;
    expect(await explorer(await prepareOwn([train, test], [28, 28], { formats }))).toEqual(once);
  });

  it('does without labels, with colors, and with images that are reduced', async () => {
    const images = noise(12 * 60 * 100 * 3);
    const data = await explore(await prepareOwn([{ name: 'train', rows: 12, images }], [60, 100, 3]));
    expect(data.label).toBeNull();
    expect(data.classes.map(({ label, counts }) => [label, counts])).toEqual([[null, [12]]]);
    expect(data.pictures?.reduced).toEqual([15, 25, 3]);
    expect(data.notes).toEqual(['Means and distances are those of the images reduced from 60x100 to 15x25.']);
    // The first of the reduced samples: the mean of 4 x 4 red ones in each image, rounded, and the mean of these.
    const reds = Array.from({ length: 12 }, (_, row) => {
      let sum = 0;
      for (let y = 0; y < 4; y++) for (let x = 0; x < 4; x++) sum += images[((row * 60 + y) * 100 + x) * 3]!;
      return Math.round(sum / 16);
    });
    const [first] = Buffer.from(data.classes[0]?.mean ?? '', 'base64');
    expect(first).toBe(Math.round(reds.reduce((sum, red) => sum + red, 0) / 12));
  });

  it('says what it cannot show', async () => {
    const { train } = ownSplits();
    const without = await explore(await prepareOwn([train], [28, 28], { formats: ['tfrecord'] }));
    expect(without.notes.join()).toContain('this data set has none');
    expect(without.splits[0]?.shards).toEqual([]);
    expect(without.pictures?.samples).toHaveLength(1);
    const lists = await explore(await prepareOwn([train], [28, 28], { image: 'tensor' }));
    expect(lists.notes.join()).toContain('holds their samples as lists');
    const floats = {
      ...train,
      rows: 10,
      labels: train.labels.subarray(0, 10),
      images: new Uint8Array(10 * 4 * 4),
    };
    const tensors = await explore(await prepareOwn([floats], [4], {}, { type: 13 }));
    expect(tensors.pictures).toBeNull();
    expect(tensors.notes.join()).toContain('tensor of float32');
    expect(tensors.classes.map(({ counts }) => counts)).toEqual([[5], [5]]);
  });
});
