import { sep } from 'node:path';
import { type ArrayFile, placeText } from '../define/scan-archive.js';
import type { PartFiles } from '../define/scan-part.js';
import { DatasetError } from '../errors.js';
import { expandHome } from '../fs/home-path.js';
import { formatThings } from '../fs/size.js';
import { arraysNamed, splitKey } from './array-words.js';
import { isPattern } from './file-pattern.js';

/** The words for images and labels. */
interface Pair {
  images: string;
  labels?: string | undefined;
}

interface LabelledPair extends Pair {
  labels: string;
}

/**
 * The parts of a split that two words name: files of rows, in the order of their paths, each with that of its labels.
 *
 * Where both words are patterns, files find each other by what the stars stand for: of `images-*.gz` and `labels-*.gz`, `images-7.gz`
 * has its labels in `labels-7.gz`, and neither in `labels-8.gz` where that is missing. Where the stars have nothing in common, files go
 * by their order.
 *
 * @throws {DatasetError} `COUNT_MISMATCH` where a file has no partner; `USAGE` where one is named as both; what {@link arraysNamed} throws
 */
export async function partsNamed(pair: Pair): Promise<PartFiles[]> {
  const images = (await arraysNamed(pair.images)).map(({ file }) => file);
  if (pair.labels === undefined) return images.map((file) => ({ images: file }));
  const labels = (await arraysNamed(pair.labels)).map(({ file }) => file);
  expectApart(images, labels);
  const words = { images: pair.images, labels: pair.labels };
  const isMany = images.length > 1 || labels.length > 1;
  const partners = isMany ? byStars(words, images, labels) : undefined;
  if (partners !== undefined) expectPartners(words, partners);
  else if (images.length !== labels.length) throw otherCount(pair, images, labels);
  return images.map((file, at) => ({
    images: file,
    labels: partners === undefined ? labels[at] : partners.labels.get(partners.keys[at] ?? ''),
  }));
}

/** Files by what stars stand for in their paths. */
interface Partners {
  /** That of each file of rows. */
  keys: readonly string[];
  images: ReadonlyMap<string, ArrayFile>;
  labels: ReadonlyMap<string, ArrayFile>;
}

/** `undefined` where what the one pattern's stars stand for is never what the other's stand for. */
function byStars(
  pair: LabelledPair,
  images: readonly ArrayFile[],
  labels: readonly ArrayFile[],
): Partners | undefined {
  const keys = images.map((file) => starsOf(pair.images, file));
  const labelKeys = labels.map((file) => starsOf(pair.labels, file));
  if (!labelKeys.some((key) => keys.includes(key))) return undefined;
  const mapOf = (keys: readonly string[], files: readonly ArrayFile[]) =>
    new Map(files.map((file, at) => [keys[at] ?? '', file]));
  return { keys, images: mapOf(keys, images), labels: mapOf(labelKeys, labels) };
}

/** What a path has between the text before a pattern's first star and that behind its last. */
function starsOf(word: string, { path, member }: ArrayFile): string {
  const pattern = member === undefined ? word : (splitKey(word)?.path ?? word);
  const literal = expandHome(pattern).replaceAll(sep, '/');
  const [before = ''] = literal.split(/[*?[{]/, 1);
  const behind = /[^*?\]}]*$/.exec(literal)?.[0] ?? '';
  const isSo =
    path.startsWith(before) && path.endsWith(behind) && path.length >= before.length + behind.length;
  return isSo ? path.slice(before.length, path.length - behind.length) : path;
}

function expectPartners(pair: LabelledPair, { images, labels }: Partners): void {
  const alone = [
    ...[...images].filter(([key]) => !labels.has(key)).map(([, file]) => [file, 'labels'] as const),
    ...[...labels].filter(([key]) => !images.has(key)).map(([, file]) => [file, 'images'] as const),
  ];
  if (alone.length === 0) return;
  const more = alone.length > NAMED ? `, ... (${alone.length} in all)` : '';
  throw new DatasetError('COUNT_MISMATCH', 'some files have no partner', {
    expected: `for each file of ${pair.images} one of ${pair.labels}`,
    found: `${alone
      .slice(0, NAMED)
      .map(([file, what]) => `no ${what} for ${placeText(file)}`)
      .join(', ')}${more}`,
    next: 'Get the missing ones, or make the patterns match those alone that belong together.',
  });
}

const NAMED = 3;

function otherCount(pair: Pair, images: readonly ArrayFile[], labels: readonly ArrayFile[]): DatasetError {
  const isOfLabels = images.length < labels.length;
  const left = (isOfLabels ? labels : images)[Math.min(images.length, labels.length)];
  return new DatasetError('COUNT_MISMATCH', 'there are not as many files of labels as of images', {
    expected: `for each file of ${pair.images} one of ${pair.labels}`,
    found: `${formatThings(images.length, 'file')} and ${formatThings(labels.length, 'file')}: ${left === undefined ? '' : placeText(left)} is left over`,
    next: isPattern(pair.images)
      ? 'Check both patterns.'
      : 'Name one file of labels for one of images, or patterns in quotes for both.',
  });
}

function expectApart(images: readonly ArrayFile[], labels: readonly ArrayFile[]): void {
  const places = new Set(images.map(placeText));
  const both = labels.find((file) => places.has(placeText(file)));
  if (both === undefined) return;
  throw new DatasetError('USAGE', `${placeText(both)} is named for images and for labels`, {
    expected: 'other files for the labels than for the images',
    next: 'Name the files of the labels, or make the patterns match those alone that are meant.',
  });
}
