import { readClassNames } from '../define/class-names.js';
import { type DefinedDataset, defineDataset } from '../define/define.js';
import { imageShape } from '../define/own-definition.js';
import type { ScannedSplit } from '../define/scan-split.js';
import { formatThings } from '../fs/size.js';
import { printJson } from './ending.js';
import type { OwnData } from './own-data.js';

/** How a command tells of what it finds. */
export interface ScanWords {
  json?: boolean | undefined;
  quiet?: boolean | undefined;
}

/**
 * Defines the data set that a command line describes, and tells of each of its splits as it is read.
 *
 * @throws {DatasetError} what {@link readClassNames} and {@link defineDataset} throw
 */
export async function scanOwn(
  { classNames: path, ...own }: OwnData,
  { json, quiet }: ScanWords,
  signal?: AbortSignal,
): Promise<DefinedDataset> {
  const onSplit = (split: ScannedSplit): void => {
    const { name, rows, dtype, shape, labels } = split;
    if (json === true) printJson({ event: 'scan', split: name, rows, dtype, shape, labels });
    if (quiet !== true) process.stderr.write(`${foundText(split)}\n`);
  };
  const named = path === undefined ? own : { ...own, classNames: await readClassNames(path) };
  return defineDataset(named, { signal, onSplit });
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
  return `found ${name}: ${what}${files}, ${isOfClasses ? 'each of one class' : labelText}`;
}
