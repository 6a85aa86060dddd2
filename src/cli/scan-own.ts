import { type DefinedDataset, defineDataset } from '../define/define.js';
import { imageShape, type OwnDataset } from '../define/own-definition.js';
import type { ScannedSplit } from '../define/scan-split.js';
import { formatThings } from '../fs/size.js';
import { printJson } from './ending.js';
import { type ScanWords, warn } from './resolve-own.js';

/**
 * Defines a data set, and tells of each of its splits as it is read.
 *
 * @throws {DatasetError} what {@link defineDataset} throws
 */
export async function scanOwn(
  own: OwnDataset,
  words: ScanWords,
  signal?: AbortSignal,
): Promise<DefinedDataset> {
  const scanned: ScannedSplit[] = [];
  const onSplit = (split: ScannedSplit): void => {
    scanned.push(split);
    const { name, rows, dtype, shape, labels, parts } = split;
    const files = parts.length === 1 ? undefined : parts.length;
    if (words.json === true) printJson({ event: 'scan', split: name, rows, dtype, shape, labels, files });
    if (words.quiet !== true) process.stderr.write(`${foundText(split)}\n`);
  };
  const defined = await defineDataset(own, { signal, onSplit });
  const labelled = scanned.flatMap(({ labels }) => labels ?? []);
  const least = Math.min(...labelled.map((labels) => labels.least));
  if (labelled.length > 0 && least > 0)
    warn(
      `the labels begin at ${least}: no row is of class ${least === 1 ? '0' : `0 to ${least - 1}`}, which is counted all the same, as TFDS does`,
      words,
    );
  return defined;
}

/** What was found in the files of a split, as one line. */
function foundText(split: ScannedSplit): string {
  const { name, rows, dtype, shape, labels, parts } = split;
  const isOfClasses = parts.some(({ files }) => files.class !== undefined);
  const labelText = labels === undefined ? 'no labels' : `labels ${labels.least} to ${labels.greatest}`;
  const files = parts.length === 1 ? '' : ` in ${formatThings(parts.length, 'file')}`;
  const size = shape.join('x');
  const tensors =
    shape.length === 0
      ? `${formatThings(rows, 'number')} of ${dtype}`
      : `${formatThings(rows, 'tensor')} of ${size} ${dtype}`;
  const what = imageShape(split) === undefined ? tensors : `${formatThings(rows, 'image')} of ${size}`;
  return `found ${name}: ${what}${files}, ${isOfClasses ? 'each of one class' : labelText}${flatHint(split)}`;
}

/** What rows of bytes that lie flat could be. */
function flatHint({ dtype, shape: [values = 0, ...more] }: ScannedSplit): string {
  const side = Math.sqrt(values);
  const isSquare = dtype === 'uint8' && more.length === 0 && side >= 8 && Number.isInteger(side);
  return isSquare ? ` (if they are images that lie flat: --shape ${side}x${side})` : '';
}
