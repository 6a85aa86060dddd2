import { zipMembers } from '../archive/zip.js';
import { DatasetError } from '../errors.js';
import { arraysText, isZip, keyOf } from './npz.js';
import type { PartFiles } from './scan-part.js';

/**
 * What people call the arrays of a data set in an NPZ, case aside; the first line of which a split is there holds. `{split}` is one of
 * {@link SPLITS}; a line without it is of the split train.
 */
const KNOWN: readonly { rows: string; labels: readonly string[] }[] = [
  // Keras: mnist.npz, and what scikit-learn's train_test_split gives.
  { rows: 'x_{split}', labels: ['y_{split}'] },
  // MedMNIST: pneumoniamnist.npz.
  { rows: '{split}_images', labels: ['{split}_labels'] },
  { rows: '{split}_x', labels: ['{split}_y'] },
  { rows: '{split}_data', labels: ['{split}_labels', '{split}_targets'] },
  { rows: 'images', labels: ['labels', 'targets'] },
  { rows: 'image', labels: ['label', 'target'] },
  { rows: 'x', labels: ['y'] },
  { rows: 'data', labels: ['labels', 'label', 'targets', 'target', 'y'] },
  { rows: 'features', labels: ['labels', 'label', 'targets', 'target'] },
  // numpy.savez without names.
  { rows: 'arr_0', labels: ['arr_1'] },
];

/** The splits that names tell, in the order that a data set has them. */
const SPLITS = ['train', 'val', 'valid', 'validation', 'test'];

/** What numpy calls arrays that it is given without names. */
const NAMELESS = /^arr_\d+$/;

/** A split that was found in an NPZ: the keys of its arrays. */
export interface NpzSplit {
  name: string;
  images: string;
  labels?: string | undefined;
}

/** The splits of an NPZ, and the keys that none of them has. */
export interface NpzSplits {
  splits: (NpzSplit & { files: PartFiles })[];
  others: string[];
}

/**
 * Finds the splits of an NPZ by what its arrays are called.
 *
 * @throws {DatasetError} `ZIP_MEMBER_MISSING` where no name is known, with all keys and what they hold; `ZIP_INVALID`,
 *   `ARCHIVE_MISSING`, `DISK`
 */
export async function findNpzSplits(path: string): Promise<NpzSplits> {
  if (!(await isZip(path)))
    throw new DatasetError('ZIP_INVALID', `${path} is no NPZ`, {
      expected: 'an NPZ: a zip of NPY files',
      found: 'another file, or none',
      next: 'Check the path. Other files are named by --train IMAGES LABELS.',
    });
  const members = await zipMembers(path);
  const keys = members.map(({ name }) => keyOf(name));
  const splits = splitsNamed(keys);
  if (splits === undefined) {
    const [first = 'IMAGES', second = 'LABELS'] = keys;
    throw new DatasetError('ZIP_MEMBER_MISSING', `the arrays of ${path} have names that tell no splits`, {
      expected: 'x_train and y_train, train_images and train_labels, images and labels, or the like',
      found: members.length === 0 ? 'no files' : await arraysText(path, members),
      next: `Name them: --train ${path}:${first} ${path}:${second}, for instance.`,
    });
  }
  const used = new Set(splits.flatMap(({ images, labels }) => [images, labels]));
  const memberOf = (key: string): string => members.find(({ name }) => keyOf(name) === key)?.name ?? key;
  return {
    splits: splits.map((split) => ({
      ...split,
      files: {
        images: { path, member: memberOf(split.images) },
        ...(split.labels === undefined ? {} : { labels: { path, member: memberOf(split.labels) } }),
      },
    })),
    others: keys.filter((key) => !used.has(key)),
  };
}

/** The splits that keys tell; `undefined` where they tell none, or where one name is there twice in capitals and small letters. */
export function splitsNamed(keys: readonly string[]): NpzSplit[] | undefined {
  for (const { rows, labels } of KNOWN) {
    const names = rows.includes('{split}') ? SPLITS : [''];
    const splits = names.flatMap((split) => splitNamed(keys, split, { rows, labels }) ?? []);
    if (splits.length === 0) continue;
    const used = splits.flatMap(({ images, labels }) => [images, labels ?? []].flat());
    // Of nameless arrays more than two may be anything.
    const isGuess = NAMELESS.test(rows) && keys.some((key) => NAMELESS.test(key) && !used.includes(key));
    const isTwice = used.some((key) => keys.some((other) => other !== key && isSame(other, key)));
    return isGuess || isTwice ? undefined : splits;
  }
  return undefined;
}

function splitNamed(
  keys: readonly string[],
  split: string,
  known: { rows: string; labels: readonly string[] },
): NpzSplit | undefined {
  const find = (name: string): string | undefined =>
    keys.find((key) => isSame(key, name.replace('{split}', split)));
  const images = find(known.rows);
  if (images === undefined) return undefined;
  const labels = known.labels.flatMap((name) => find(name) ?? []).at(0);
  return { name: split === '' ? 'train' : split, images, ...(labels === undefined ? {} : { labels }) };
}

function isSame(key: string, name: string): boolean {
  return key.toLowerCase() === name.toLowerCase();
}
