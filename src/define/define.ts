import { basename } from 'node:path';
import { type ArchiveDefinition, type DatasetDefinition, parseDefinition } from '../dataset/definition.js';
import { DatasetError } from '../errors.js';
import { type ScannedSplit, type SplitFiles, scanSplit } from './scan-split.js';

/** A data set of one's own: what its files do not tell, and where they are. */
export interface OwnDataset {
  name: string;
  /** Default: 1.0.0 */
  version?: string | undefined;
  /** Default: a sentence that tells the images' size and the number of classes. */
  description?: string | undefined;
  /** Names of the classes, from label 0 on. Without them there are as many classes as the greatest label asks for. */
  classNames?: readonly string[] | undefined;
  /** In the order in which the data set is to have them. */
  splits: readonly SplitFiles[];
}

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
 *   for a label without a class name; `IDX_DIMENSIONS` where the splits' images differ in size; what {@link scanSplit} throws
 */
export async function defineDataset(own: OwnDataset, options: ScanOptions = {}): Promise<DefinedDataset> {
  checkWords(own);
  const splits: ScannedSplit[] = [];
  for (const files of own.splits) {
    const split = await scanSplit(files, options.signal);
    expectSameShape(split, splits[0]);
    expectNamed(split, own.classNames);
    options.onSplit?.(split);
    splits.push(split);
  }
  const archivePaths = splits.flatMap(({ files, images, labels }): [string, string][] => [
    [images.sha256, files.images],
    [labels.sha256, files.labels],
  ]);
  return { definition: definitionOf(own, splits), archivePaths: new Map(archivePaths) };
}

/** Refuses at once what the definition's schema would refuse once all files are read. */
function checkWords(own: OwnDataset): void {
  const unread = { bytes: 1, sha256: '0'.repeat(64) };
  const labelRange = { least: 0, greatest: 0, rowOfGreatest: 0 };
  const shape = [1, 1] as const;
  definitionOf(
    own,
    own.splits.map((files) => ({ files, rows: 1, shape, labelRange, images: unread, labels: unread })),
  );
}

function definitionOf(own: OwnDataset, splits: readonly ScannedSplit[]): DatasetDefinition {
  const [height, width] = splits[0]?.shape ?? [1, 1];
  const greatest = Math.max(...splits.map(({ labelRange }) => labelRange.greatest));
  const classes = own.classNames?.length ?? greatest + 1;
  const value = {
    name: own.name,
    version: own.version ?? '1.0.0',
    description: own.description ?? `Gray images of ${height}x${width} in ${classes} classes.`,
    mirrors: [],
    image: { name: 'image', shape: [height, width, 1] },
    label: {
      name: 'label',
      classes,
      ...(own.classNames === undefined ? {} : { classNames: own.classNames }),
    },
    splits: splits.map(({ files, rows, images, labels }) => ({
      name: files.name,
      rows,
      images: archiveOf(files.images, images),
      labels: archiveOf(files.labels, labels),
    })),
  };
  try {
    return parseDefinition(value, 'what was given');
  } catch (error) {
    if (!(error instanceof DatasetError)) throw error;
    const { message, expected, found } = error;
    throw new DatasetError('USAGE', message, { expected, found, next: 'See --help.', cause: error });
  }
}

/** A file as a definition names it: by its own name, of which only what is safe everywhere is kept. */
function archiveOf(path: string, { bytes, sha256 }: ScannedSplit['images']): ArchiveDefinition {
  return { file: archiveName(path), bytes, sha256 };
}

/** The name of a file in a definition, which takes letters, digits, `_`, `.` and `-` alone: `_` stands for all others. */
export function archiveName(path: string): string {
  return basename(path)
    .replace(/[^\w.-]/g, '_')
    .replace(/^[^\w]/, '_');
}

function expectSameShape({ files, shape }: ScannedSplit, first: ScannedSplit | undefined): void {
  if (first === undefined || first.shape.join() === shape.join()) return;
  throw new DatasetError(
    'IDX_DIMENSIONS',
    `${files.images} has images of another size than ${first.files.images}`,
    {
      expected: first.shape.join(' x '),
      found: shape.join(' x '),
      next: 'All splits of a data set have images of one size: check the files.',
    },
  );
}

function expectNamed({ files, labelRange }: ScannedSplit, classNames: readonly string[] | undefined): void {
  if (classNames === undefined || labelRange.greatest < classNames.length) return;
  throw new DatasetError(
    'LABEL_RANGE',
    `row ${labelRange.rowOfGreatest} of ${files.labels} has a label without a class name`,
    {
      expected: `0 to ${classNames.length - 1}, by the ${classNames.length} class names`,
      found: String(labelRange.greatest),
      next: 'Name as many classes as there are, the first for label 0.',
    },
  );
}
