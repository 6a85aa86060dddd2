import { basename } from 'node:path';
import { type ArchiveDefinition, type DatasetDefinition, parseDefinition } from '../dataset/definition.js';
import { elementName } from '../dataset/feature.js';
import { DatasetError } from '../errors.js';
import { type ScannedSplit, type SplitFiles, scanSplit } from './scan-split.js';

/** A data set of one's own: what its files do not tell, and where they are. */
export interface OwnDataset {
  name: string;
  /** Default: 1.0.0 */
  version?: string | undefined;
  /** Default: a sentence that tells what the rows are, and the number of classes. */
  description?: string | undefined;
  /** Names of the classes, from label 0 on. Without them there are as many classes as the greatest label asks for. */
  classNames?: readonly string[] | undefined;
  /** What the rows become: TFDS's `Image` or its `Tensor`. Default: images where they can be. */
  as?: 'image' | 'tensor' | undefined;
  /** In the order in which the data set is to have them. All have labels, or none has. */
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
 *   for a label without a class name; `IDX_TYPE` and `IDX_DIMENSIONS` where the splits' rows differ, or are not the images that
 *   they are to be; what {@link scanSplit} throws
 */
export async function defineDataset(own: OwnDataset, options: ScanOptions = {}): Promise<DefinedDataset> {
  expectWords(own);
  const splits: ScannedSplit[] = [];
  for (const files of own.splits) {
    const split = await scanSplit(files, options.signal);
    expectSameRows(split, splits[0]);
    if (own.as === 'image') expectImages(split);
    expectNamed(split, own.classNames);
    options.onSplit?.(split);
    splits.push(split);
  }
  const archivePaths = splits.flatMap(({ files, images, labels }): [string, string][] => [
    [images.sha256, files.images],
    ...(labels === undefined || files.labels === undefined
      ? []
      : [[labels.sha256, files.labels] satisfies [string, string]]),
  ]);
  return { definition: definitionOf(own, splits), archivePaths: new Map(archivePaths) };
}

/** Refuses at once what the definition's schema would refuse once all files are read. */
function expectWords(own: OwnDataset): void {
  const labelled = own.splits.filter(({ labels }) => labels !== undefined).length;
  if (labelled > 0 && labelled < own.splits.length)
    throw unusable('some splits have labels and some have none', 'labels for all splits, or for none');
  if (labelled === 0 && own.classNames !== undefined)
    throw unusable('there are class names and no labels', 'labels where classes have names');
  const unread = { bytes: 1, sha256: '0'.repeat(64) };
  const of = { rows: 1, dtype: 'uint8', shape: [1, 1], images: unread } as const;
  const labels = { labelRange: { least: 0, greatest: 0, rowOfGreatest: 0 }, labels: unread };
  definitionOf(
    own,
    own.splits.map((files) => ({ files, ...of, ...(files.labels === undefined ? {} : labels) })),
  );
}

function unusable(message: string, expected: string): DatasetError {
  return new DatasetError('USAGE', message, { expected, next: 'See --help.' });
}

function definitionOf(own: OwnDataset, splits: readonly ScannedSplit[]): DatasetDefinition {
  const rows = splits[0] ?? { dtype: 'uint8', shape: [1, 1] };
  const image = own.as === 'tensor' ? undefined : imageShape(rows);
  const ranges = splits.flatMap(({ labelRange }) => labelRange ?? []);
  const classes = own.classNames?.length ?? Math.max(...ranges.map(({ greatest }) => greatest)) + 1;
  const what = image === undefined ? tensorText(rows) : imageText(image);
  const named = own.classNames === undefined ? {} : { classNames: own.classNames };
  const value = {
    name: own.name,
    version: own.version ?? '1.0.0',
    description: own.description ?? (ranges.length === 0 ? `${what}.` : `${what} in ${classes} classes.`),
    mirrors: [],
    ...(image === undefined
      ? { tensor: { name: 'features', dtype: rows.dtype, shape: rows.shape } }
      : { image: { name: 'image', shape: image } }),
    ...(ranges.length === 0 ? {} : { label: { name: 'label', classes, ...named } }),
    splits: splits.map(({ files, rows, images, labels }) => ({
      name: files.name,
      rows,
      images: archiveOf(files.images, images),
      ...(labels === undefined ? {} : { labels: archiveOf(files.labels ?? '', labels) }),
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

/** Rows as a file has them. */
type FileRows = Pick<ScannedSplit, 'dtype' | 'shape'>;

/** Height, width and channels of rows that can be images: unsigned bytes, gray, RGB or RGBA. */
export function imageShape({ dtype, shape }: FileRows): [number, number, number] | undefined {
  const [height, width, channels = 1] = shape;
  if (dtype !== 'uint8' || height === undefined || width === undefined) return undefined;
  return channels in COLORS ? [height, width, channels] : undefined;
}

/** What images of so many channels are called. */
const COLORS: Readonly<Record<number, string>> = { 1: 'Gray', 3: 'RGB', 4: 'RGBA' };

function imageText([height, width, channels]: readonly [number, number, number]): string {
  return `${COLORS[channels]} images of ${height}x${width}`;
}

function tensorText({ dtype, shape }: FileRows): string {
  return shape.length === 0 ? `Numbers of ${dtype}` : `Tensors of ${shape.join('x')} ${dtype}`;
}

function expectSameRows(split: ScannedSplit, first: ScannedSplit | undefined): void {
  if (first === undefined) return;
  const differ = (code: 'IDX_TYPE' | 'IDX_DIMENSIONS', what: string, textOf: (rows: FileRows) => string) =>
    new DatasetError(code, `${split.files.images} has rows of another ${what} than ${first.files.images}`, {
      expected: textOf(first),
      found: textOf(split),
      next: `All splits of a data set have rows of one ${what}: check the files.`,
    });
  if (split.dtype !== first.dtype) throw differ('IDX_TYPE', 'type', ({ dtype }) => elementName(dtype));
  if (split.shape.join() !== first.shape.join())
    throw differ('IDX_DIMENSIONS', 'size', ({ shape }) => shape.join(' x ') || 'one number');
}

function expectImages(split: ScannedSplit): void {
  if (imageShape(split) !== undefined) return;
  const { dtype, shape, rows } = split;
  throw new DatasetError(
    dtype === 'uint8' ? 'IDX_DIMENSIONS' : 'IDX_TYPE',
    `${split.files.images} does not hold images`,
    {
      expected: 'ubyte, rows x height x width, or that x 1, 3 or 4 channels',
      found: `${elementName(dtype)}, ${[rows, ...shape].join(' x ')}`,
      next: 'Leave --as image away: the rows become tensors.',
    },
  );
}

function expectNamed({ files, labelRange }: ScannedSplit, classNames: readonly string[] | undefined): void {
  if (classNames === undefined || labelRange === undefined || labelRange.greatest < classNames.length) return;
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
