import { faultCode, typeName } from '../arrays/header.js';
import type { DatasetDefinition } from '../dataset/definition.js';
import { valuesOf } from '../dataset/feature.js';
import { DatasetError } from '../errors.js';
import { definitionOf, imageShape, type OwnDataset, unusable } from './own-definition.js';
import { arrayFile, placeText } from './scan-archive.js';
import type { ScannedPart } from './scan-part.js';
import { expectSameRows, partsOfFiles, type ScannedSplit, scanSplit } from './scan-split.js';

/** A definition made from files, and those files. */
export interface DefinedDataset {
  definition: DatasetDefinition;
  /** The path of each archive by its SHA-256, as `prepare` takes them. */
  archivePaths: ReadonlyMap<string, string>;
}

/** What a scan is given beside the files. */
export interface ScanOptions {
  signal?: AbortSignal | undefined;
  /** Is told of each split that was read. */
  onSplit?: ((split: ScannedSplit) => void) | undefined;
}

/**
 * Makes the definition of a data set from its files, all of which are read once.
 *
 * @throws {DatasetError} `USAGE` where names or numbers are not as TFDS takes them, before any file is read; `LABEL_RANGE`
 *   for a label without a class name; `IDX_TYPE`, `IDX_DIMENSIONS`, `NPY_TYPE` and `NPY_DIMENSIONS` where the splits' rows differ, or
 *   are not the images or of the shape that they are to be; what {@link scanSplit} throws
 */
export async function defineDataset(own: OwnDataset, options: ScanOptions = {}): Promise<DefinedDataset> {
  expectWords(own);
  const splits: ScannedSplit[] = [];
  const { labelColumn } = own;
  for (const files of own.splits) {
    const split = shaped(await scanSplit(files, { labelColumn, signal: options.signal }), own);
    const [part, first] = [split.parts[0], splits[0]?.parts[0]];
    if (part !== undefined && first !== undefined) expectSameRows(part, first);
    if (own.as === 'image') expectImages(split);
    for (const part of split.parts) expectNamed(part, own.classNames);
    options.onSplit?.(split);
    splits.push(split);
  }
  const archivePaths = splits
    .flatMap(({ parts }) => parts)
    .flatMap(({ files, images, labels }): [string, string][] => [
      [images.sha256, arrayFile(files.images).path],
      ...(labels === undefined || files.labels === undefined
        ? []
        : [[labels.sha256, arrayFile(files.labels).path] satisfies [string, string]]),
    ]);
  return { definition: definitionOf(own, splits), archivePaths: new Map(archivePaths) };
}

/** Refuses at once what the definition's schema would refuse once all files are read. */
function expectWords(own: OwnDataset): void {
  const parts = own.splits.flatMap(partsOfFiles);
  const labelled = parts.filter((part) => (part.labels ?? part.class) !== undefined).length;
  if (labelled > 0 && labelled < parts.length)
    throw unusable('some splits have labels and some have none', 'labels for all splits, or for none');
  if (labelled === 0 && own.classNames !== undefined)
    throw unusable('there are class names and no labels', 'labels where classes have names');
  if (parts.some((part) => part.labels !== undefined && part.class !== undefined))
    throw unusable('a file has both labels and a class', 'one of them');
  const unread = { bytes: 1, sha256: '0'.repeat(64) };
  const of = { rows: 1, dtype: 'uint8', shape: own.shape ?? [1, 1], images: unread, format: 'IDX' } as const;
  const labels = { labelRange: { least: 0, greatest: 0, rowOfGreatest: 0 }, labels: unread };
  const unreadSplits = own.splits.map((files): ScannedSplit => {
    const parts = partsOfFiles(files).map((part) => ({
      files: part,
      ...of,
      ...(part.labels === undefined ? {} : labels),
    }));
    return { name: files.name, dtype: of.dtype, shape: of.shape, rows: parts.length, parts };
  });
  definitionOf(own, unreadSplits);
}

/**
 * A split whose rows lie flat in their files, in the shape that they are to have.
 *
 * @throws {DatasetError} `IDX_DIMENSIONS`, `NPY_DIMENSIONS` where they have other values than the shape has
 */
function shaped(split: ScannedSplit, { shape, as }: OwnDataset): ScannedSplit {
  if (shape === undefined || shape.join() === split.shape.join()) return split;
  const isFlat = split.shape.length === 1 && valuesOf(split.shape) === valuesOf(shape);
  // Images have their one channel whether their files have it or not.
  const isGray = as !== 'tensor' && imageShape(split)?.join() === shape.join();
  if (isFlat || isGray) return { ...split, shape };
  const [part] = split.parts;
  throw new DatasetError(
    faultCode(part?.format ?? 'IDX', 'DIMENSIONS'),
    `the rows of the split ${split.name} cannot be of the shape ${shape.join('x')}`,
    {
      expected: `rows that lie flat, with ${valuesOf(shape)} values`,
      found: `rows of ${split.shape.join(' x ') || 'one number'}`,
      next: 'Check --shape, and the files.',
    },
  );
}

function expectImages(split: ScannedSplit): void {
  const [part] = split.parts;
  if (part === undefined || imageShape(split) !== undefined) return;
  const { dtype, shape, rows } = split;
  const { format } = part;
  throw new DatasetError(
    faultCode(format, dtype === 'uint8' ? 'DIMENSIONS' : 'TYPE'),
    `${placeText(part.files.images)} does not hold images`,
    {
      expected: `${typeName('uint8', format)}, rows x height x width, or that x 1, 3 or 4 channels`,
      found: `${typeName(dtype, format)}, ${[rows, ...shape].join(' x ')}`,
      next: 'Leave --as image away: the rows become tensors.',
    },
  );
}

function expectNamed({ files, labelRange }: ScannedPart, classNames: readonly string[] | undefined): void {
  if (classNames === undefined || labelRange === undefined || labelRange.greatest < classNames.length) return;
  throw new DatasetError(
    'LABEL_RANGE',
    `row ${labelRange.rowOfGreatest} of ${placeText(files.labels ?? '')} has a label without a class name`,
    {
      expected: `0 to ${classNames.length - 1}, by the ${classNames.length} class names`,
      found: String(labelRange.greatest),
      next: 'Name as many classes as there are, the first for label 0.',
    },
  );
}
