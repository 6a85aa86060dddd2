import type { CatalogSource } from '../source.js';
import { classContent, classRows } from './classes.js';
import type { ClosePair } from './closest.js';
import type { ExplorerData, ExplorerPictures } from './data.js';
import type { GatheredExamples } from './gather.js';
import { nearestPairs } from './nearest.js';
import { explorerShards } from './shards.js';
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

/** What the explorer takes of a data set beside its rows. */
export type ExploredSource = Pick<
  CatalogSource,
  'id' | 'info' | 'features' | 'shown' | 'classNames' | 'samplesInParquet'
>;

/** Computes what the explorer shows of the examples that were gathered. */
export function computeExplorerData(source: ExploredSource, gathered: GatheredExamples): ExplorerData {
  const { id, info, shown } = source;
  const shards = explorerShards(source);
  const { classes, unusual } = describeClasses(source, gathered);
  return {
    format: 1,
    dataset: id,
    version: info.version,
    image: shown.image?.name ?? null,
    label: shown.label?.name ?? null,
    splits: info.splits.map(({ name, rows }, at) => ({ name, rows, shards: shards.ofSplits[at] ?? [] })),
    classes: classes.slice(0, MAX_CLASSES),
    moreClasses: Math.max(0, classes.length - MAX_CLASSES),
    pictures: picturesOf(source, gathered, unusual),
    notes: notesOf(source, gathered, shards.note),
  };
}

function describeClasses(
  { shown, classNames }: ExploredSource,
  gathered: GatheredExamples,
): { classes: ExplorerData['classes']; unusual: ExplorerPictures['unusual'] } {
  const hasLabels = shown.label !== undefined;
  const nameOf = (label: number): string =>
    hasLabels ? (classNames?.[label] ?? (label < 0 ? 'none' : String(label))) : 'all examples';
  const all = classRows(gathered);
  const most = all.length > MANY_CLASSES ? UNUSUAL.many : UNUSUAL.few;
  return {
    classes: all.map((one, at) => ({
      label: hasLabels ? one.label : null,
      name: nameOf(one.label),
      ...classContent(one, gathered, at < MAX_CLASSES_WITH_IMAGES),
    })),
    unusual: all
      .flatMap((one) => unusualOf(one, gathered.pictures, most))
      .sort((a, b) => b.score - a.score || a.row - b.row)
      .map(({ row, label, distance, score }) => ({
        row,
        label: hasLabels ? label : null,
        distance: rounded(distance),
        score: rounded(score),
      })),
  };
}

function picturesOf(
  { shown: { image, label } }: ExploredSource,
  gathered: GatheredExamples,
  unusual: ExplorerPictures['unusual'],
): ExplorerPictures | null {
  if (image === undefined || gathered.rows === 0) return null;
  const { reduced, samples } = gathered;
  const size = reduced[0] * reduced[1] * reduced[2];
  const { exhaustive, acrossSplits, withinSplit, differentLabels } = nearestPairs(
    gathered,
    label !== undefined,
  );
  const pairs = (found: readonly ClosePair[]): ExplorerPictures['nearest']['acrossSplits'] =>
    found.map(({ first, second, squared }) => ({
      rows: [first, second],
      distance: rounded(Math.sqrt(squared / size)),
    }));
  return {
    shape: [...image.shape],
    reduced: [...reduced],
    samples: samples.map((counts) => [...counts]),
    unusual,
    identical: identicalOf(gathered),
    nearest: {
      exhaustive,
      acrossSplits: pairs(acrossSplits),
      withinSplit: pairs(withinSplit),
      differentLabels: pairs(differentLabels),
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

/** What is to be said of what the page does not show. */
function notesOf(
  { shown: { image }, features }: ExploredSource,
  { reduced }: GatheredExamples,
  ofShards: string | undefined,
): string[] {
  if (image === undefined) {
    const found = features.map((one) => {
      if (one.kind === 'other') return `${one.name}: ${one.className}`;
      return `${one.name}: ${one.kind}${'dtype' in one ? ` of ${one.dtype}, shape (${one.shape.join(', ')})` : ''}`;
    });
    return [
      `This data set has no images of 8 bits a sample and of one shape (${found.join('; ')}), and the explorer shows no others.`,
    ];
  }
  const [height, width] = image.shape;
  const isReduced = height !== reduced[0] || width !== reduced[1];
  const small = `Means and distances are those of the images reduced from ${height}x${width} to ${reduced[0]}x${reduced[1]}.`;
  return [...(isReduced ? [small] : []), ...(ofShards === undefined ? [] : [ofShards])];
}

/** Three digits behind the point are more than anyone reads. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
