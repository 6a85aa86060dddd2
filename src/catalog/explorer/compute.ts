import type { Dataset } from '../../load/dataset.js';
import { classRows, explorerClass } from './classes.js';
import type { ClosePair } from './closest.js';
import type { ExplorerData, ExplorerPictures } from './data.js';
import { type ExploredFeatures, exploredFeatures, type GatheredExamples, gatherExamples } from './gather.js';
import { nearestPairs } from './nearest.js';
import { type ExplorerShards, explorerShards } from './shards.js';
import { unusualOf } from './unusual.js';

/** Beyond these, classes are counted together, and have no images. */
const MAX_CLASSES = 1_000;
const MAX_CLASSES_WITH_IMAGES = 256;
/** How many unusual examples a class has. */
const UNUSUAL = { few: 12, many: 2 } as const;
const MANY_CLASSES = 20;
/** How many groups of identical images, and how many rows of each, are named. */
const GROUPS = 100;
const ROWS_OF_GROUP = 12;

/**
 * Computes what the explorer shows, from one reading of the data set.
 *
 * @param onRow is called after each row
 * @throws {DatasetError} what is wrong with a file, a record or an image
 */
export async function computeExplorerData(dataset: Dataset, onRow?: () => void): Promise<ExplorerData> {
  const { info } = dataset;
  const features = exploredFeatures(dataset);
  const gathered = await gatherExamples(dataset, features, onRow);
  const shards = await explorerShards(info, features);
  const { classes, unusual } = describeClasses(dataset, features, gathered);
  return {
    format: 1,
    dataset: info.config === undefined ? info.name : `${info.name}/${info.config}`,
    version: info.version,
    image: features.image?.name ?? null,
    label: features.label ?? null,
    splits: info.splits.map(({ name, rows }, at) => ({ name, rows, shards: shards.ofSplits[at] ?? [] })),
    classes: classes.slice(0, MAX_CLASSES),
    moreClasses: Math.max(0, classes.length - MAX_CLASSES),
    pictures: picturesOf(features, gathered, unusual),
    notes: notesOf(dataset, features, gathered, shards),
  };
}

function describeClasses(
  { info }: Dataset,
  { label }: ExploredFeatures,
  gathered: GatheredExamples,
): { classes: ExplorerData['classes']; unusual: ExplorerPictures['unusual'] } {
  const hasLabels = label !== undefined;
  const names = label === undefined ? undefined : info.classNames.get(label);
  const all = classRows(gathered);
  const most = all.length > MANY_CLASSES ? UNUSUAL.many : UNUSUAL.few;
  const hasPictures = gathered.pictures.length > 0;
  return {
    classes: all.map((one, at) => {
      const name = !hasLabels
        ? 'all examples'
        : (names?.[one.label] ?? (one.label < 0 ? 'none' : String(one.label)));
      return explorerClass(one, gathered, name, {
        hasLabels,
        withImages: hasPictures && at < MAX_CLASSES_WITH_IMAGES,
      });
    }),
    unusual: all
      .flatMap((one) => unusualOf(one, gathered.pictures, most))
      .sort((a, b) => b.score - a.score || a.row - b.row)
      .map(({ row, label: own, distance, score }) => ({
        row,
        label: hasLabels ? own : null,
        distance: rounded(distance),
        score: rounded(score),
      })),
  };
}

function picturesOf(
  { image, label }: ExploredFeatures,
  gathered: GatheredExamples,
  unusual: ExplorerPictures['unusual'],
): ExplorerPictures | null {
  if (image === undefined || gathered.rows === 0) return null;
  const { reduced, samples } = gathered;
  const size = reduced[0] * reduced[1] * reduced[2];
  const { exhaustive, ...nearest } = nearestPairs(gathered, label !== undefined);
  const pairs = (found: readonly ClosePair[]): ExplorerPictures['nearest']['acrossSplits'] =>
    found.map(({ first, second, squared }) => ({
      rows: [first, second],
      distance: rounded(Math.sqrt(squared / size)),
    }));
  return {
    shape: [...image.shape],
    reduced: [...reduced],
    samples: samples.map((histogram) => [...histogram]),
    unusual,
    identical: identicalOf(gathered),
    nearest: {
      exhaustive,
      acrossSplits: pairs(nearest.acrossSplits),
      withinSplit: pairs(nearest.withinSplit),
      differentLabels: pairs(nearest.differentLabels),
    },
  };
}

/** Identical images: those of different labels first, then those across splits. */
function identicalOf({ identical, labels, splits }: GatheredExamples): ExplorerPictures['identical'] {
  const isMixed = (group: readonly number[], of: Int32Array | Uint16Array): boolean =>
    group.some((row) => of[row] !== of[group[0] ?? 0]);
  const groups = identical.map((rows) => ({
    rows,
    labels: isMixed(rows, labels),
    splits: isMixed(rows, splits),
  }));
  const rank = (group: { labels: boolean; splits: boolean }): number =>
    (group.labels ? 0 : 2) + (group.splits ? 0 : 1);
  const first = groups.toSorted((a, b) => rank(a) - rank(b) || (a.rows[0] ?? 0) - (b.rows[0] ?? 0));
  return {
    groups: groups.length,
    rows: groups.reduce((sum, { rows }) => sum + rows.length, 0),
    acrossSplits: groups.filter((group) => group.splits).length,
    differentLabels: groups.filter((group) => group.labels).length,
    first: first
      .slice(0, GROUPS)
      .map(({ rows }) => ({ size: rows.length, rows: rows.slice(0, ROWS_OF_GROUP) })),
  };
}

function notesOf(
  { info }: Dataset,
  { image }: ExploredFeatures,
  { reduced }: GatheredExamples,
  { note }: ExplorerShards,
): string[] {
  if (image === undefined) {
    const found = info.features
      .map((one) =>
        one.kind === 'other'
          ? `${one.name}: ${one.className}`
          : `${one.name}: ${one.kind}${'dtype' in one ? ` of ${one.dtype}, shape (${one.shape.join(', ')})` : ''}`,
      )
      .join('; ');
    return [
      `This data set has no images of 8 bits a sample and of one shape (${found}), and the explorer shows no others.`,
    ];
  }
  const [height, width] = image.shape;
  const isReduced = height !== reduced[0] || width !== reduced[1];
  const small = `Means and distances are those of the images reduced from ${height}x${width} to ${reduced[0]}x${reduced[1]}.`;
  return [...(isReduced ? [small] : []), ...(note === undefined ? [] : [note])];
}

/** Three digits behind the point are more than anyone reads. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
