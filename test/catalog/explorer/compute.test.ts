import { describe, expect, it } from 'vitest';
import { computeExplorerData, type ExploredSource } from '../../../src/catalog/explorer/compute.js';
import { ExampleGatherer } from '../../../src/catalog/explorer/gather.js';
import { shownFeatures } from '../../../src/catalog/rows.js';
import type { PublishedFeature } from '../../../src/directory/features.js';
import { mnistTexts } from '../texts.js';

/** A data set of two splits with images of 2 x 2 and labels, or with other features. */
function sourceOf(
  features: readonly PublishedFeature[],
  otherwise: Partial<ExploredSource> = {},
): ExploredSource {
  const { info } = mnistTexts();
  const [train, test] = info.splits;
  if (train === undefined || test === undefined) throw new Error('MNIST has two splits');
  const splits = [
    { ...train, rows: 4, shardLengths: [3, 1] },
    { ...test, rows: 2, shardLengths: [2] },
  ];
  const files = new Map([['mnist-train-00000-of-00002.parquet', 700]]);
  const there = { directory: '/nowhere', files, features, classNames: new Map(), manifest: {} };
  return {
    id: 'mnist',
    info: { ...info, ...there, splits, formats: ['parquet'] },
    features,
    shown: shownFeatures(features),
    classNames: ['zero', 'one'],
    samplesInParquet: false,
    ...otherwise,
  };
}

const IMAGE: PublishedFeature = { name: 'image', kind: 'image', dtype: 'uint8', shape: [2, 2, 1] };
const LABEL: PublishedFeature = { name: 'label', kind: 'label', classes: 300 };

/** What is gathered of rows: for each split, label and samples of each. */
function gathered(source: ExploredSource, splits: readonly (readonly [number, readonly number[]])[][]) {
  const gatherer = new ExampleGatherer(source.info.splits, source.shown.image?.shape);
  for (const rows of splits) {
    const counts = new Array<number>(256).fill(0);
    for (const [label, samples] of rows) {
      const picture = { height: 2, width: 2, channels: 1, samples: Uint8Array.from(samples) };
      for (const sample of samples) counts[sample]!++;
      gatherer.add(source.shown.image === undefined ? { picture: undefined, label } : { picture, label });
    }
    gatherer.endSplit(counts);
  }
  return gatherer.result();
}

const ROWS = [
  [
    [1, [0, 0, 0, 8]],
    [0, [255, 255, 255, 255]],
    [1, [0, 0, 4, 8]],
    [-1, [9, 9, 9, 9]],
  ],
  [
    [0, [255, 255, 255, 255]],
    [1, [0, 0, 0, 8]],
  ],
] satisfies [number, number[]][][];

describe('computeExplorerData', () => {
  it('names classes, counts them by split, and takes mean and deviation of their pictures', () => {
    const source = sourceOf([IMAGE, LABEL]);
    const data = computeExplorerData(source, gathered(source, ROWS));
    expect(data.classes.map(({ label, name, counts }) => [label, name, counts])).toEqual([
      [-1, 'none', [1, 0]],
      [0, 'zero', [1, 1]],
      [1, 'one', [2, 1]],
    ]);
    const [none, zero, one] = data.classes;
    const bytes = (text: string | undefined) => [...Buffer.from(text ?? '', 'base64')];
    // Of 0, 4 and 0 the mean is 4/3, and the standard deviation the root of 32/9, which is 1.89.
    expect([bytes(one?.mean), bytes(one?.deviation)]).toEqual([
      [0, 0, 1, 8],
      [0, 0, 2, 0],
    ]);
    expect([bytes(zero?.mean), bytes(none?.deviation)]).toEqual([
      new Array(4).fill(255),
      new Array(4).fill(0),
    ]);
    expect(zero?.ink.map((bins) => [bins.indexOf(1), bins.reduce((sum, count) => sum + count, 0)])).toEqual([
      [63, 1],
      [63, 1],
    ]);
    expect(data.pictures?.samples.map((counts) => [counts[0], counts[8], counts[255]])).toEqual([
      [5, 2, 4],
      [3, 1, 4],
    ]);
  });

  it('tells identical images from those that are near, and counts rows on from split to split', () => {
    const source = sourceOf([IMAGE, LABEL]);
    const { pictures } = computeExplorerData(source, gathered(source, ROWS));
    expect(pictures?.identical).toEqual({
      groups: 2,
      rows: 4,
      acrossSplits: 2,
      differentLabels: 0,
      first: [
        { size: 2, rows: [0, 5] },
        { size: 2, rows: [1, 4] },
      ],
    });
    // One sample of four differs by four.
    expect(pictures?.nearest.withinSplit).toEqual([{ rows: [0, 2], distance: 2 }]);
    expect(pictures?.nearest.acrossSplits).toEqual([{ rows: [2, 5], distance: 2 }]);
    expect(pictures?.nearest.exhaustive).toBe(true);
  });

  it('puts groups of different labels first', () => {
    const source = sourceOf([IMAGE, LABEL]);
    const [train = [], test = []] = ROWS;
    const mixed = [train, [[1, [9, 9, 9, 9]] satisfies [number, number[]], ...test.slice(1)]];
    const { identical } = computeExplorerData(source, gathered(source, mixed)).pictures ?? {};
    expect(identical).toMatchObject({ differentLabels: 1, first: [{ rows: [3, 4] }, { rows: [0, 5] }] });
  });

  it('gives images of the first 256 classes alone, and counts those beyond 1,000', () => {
    const { info } = sourceOf([IMAGE, LABEL]);
    const splits = info.splits.slice(0, 1).map((split) => ({ ...split, rows: 1001, shardLengths: [1001] }));
    const source = sourceOf([IMAGE, LABEL], { classNames: undefined, info: { ...info, splits } });
    const rows = Array.from({ length: 1001 }, (_, row): [number, number[]] => [row, [row % 256, 0, 0, 1]]);
    const data = computeExplorerData(source, gathered(source, [rows]));
    expect([data.classes.length, data.moreClasses]).toEqual([1000, 1]);
    expect(data.classes.map(({ mean }) => mean !== undefined).lastIndexOf(true)).toBe(255);
    expect(data.classes.at(-1)).toMatchObject({ label: 999, name: '999', counts: [1] });
  });

  it('names the files that the page reads, and says where it reads none', () => {
    const shards = (otherwise: Partial<ExploredSource>) => {
      const source = sourceOf([IMAGE, LABEL], otherwise);
      const { splits, notes } = computeExplorerData(source, gathered(source, ROWS));
      return { files: splits.flatMap((split) => split.shards), notes: notes.join() };
    };
    expect(shards({})).toEqual({
      files: [
        { file: 'mnist-train-00000-of-00002.parquet', bytes: 700, rows: 3 },
        { file: 'mnist-train-00001-of-00002.parquet', bytes: 0, rows: 1 },
        { file: 'mnist-test-00000-of-00001.parquet', bytes: 0, rows: 2 },
      ],
      notes: '',
    });
    const lists = shards({ samplesInParquet: true });
    expect(lists.files).toEqual([]);
    expect(lists.notes).toContain('mnist-train-00000-of-00002.parquet holds their samples as lists');
    const { info } = sourceOf([IMAGE, LABEL]);
    const without = shards({ info: { ...info, formats: ['tfrecord'] } });
    expect(without.files).toEqual([]);
    expect(without.notes).toContain('this data set has none');
  });

  it('takes data without labels for one class, and data without images for counts alone', () => {
    const unlabelled = sourceOf([IMAGE]);
    const one = computeExplorerData(
      unlabelled,
      gathered(
        unlabelled,
        ROWS.map((rows) => rows.map(([, samples]) => [0, samples])),
      ),
    );
    expect(one.label).toBeNull();
    expect(one.classes).toMatchObject([{ label: null, name: 'all examples', counts: [4, 2] }]);
    const depth: PublishedFeature = { ...IMAGE, dtype: 'uint16' };
    const text: PublishedFeature = { name: 'text', kind: 'other', className: 'a.b.Text' };
    const others = sourceOf([depth, text, LABEL]);
    const none = computeExplorerData(others, gathered(others, ROWS));
    expect([none.image, none.pictures]).toEqual([null, null]);
    expect(none.classes.map(({ counts, ink, mean }) => [counts, ink, mean])).toEqual([
      [[1, 0], [], undefined],
      [[1, 1], [], undefined],
      [[2, 1], [], undefined],
    ]);
    expect(none.notes.join()).toContain(
      '(image: image of uint16, shape (2, 2, 1); text: a.b.Text; label: label)',
    );
  });
});
