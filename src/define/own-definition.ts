import { basename } from 'node:path';
import { type DatasetDefinition, parseDefinition } from '../dataset/definition.js';
import type { ArchiveDefinition } from '../dataset/split-definition.js';
import { DatasetError } from '../errors.js';
import { byCodePoints } from '../fs/code-points.js';
import { type ArrayFile, arrayFile } from './scan-archive.js';
import type { ScannedPart } from './scan-part.js';
import type { ScannedSplit, SplitFiles } from './scan-split.js';

/** A data set of one's own: what its files do not tell, and where they are. */
export interface OwnDataset {
  name: string;
  /** Default: 1.0.0 */
  version?: string | undefined;
  /** Default: a sentence that tells what the rows are, and the number of classes. */
  description?: string | undefined;
  /**
   * Names of the classes, from label 0 on. Without them there are as many classes as the greatest label asks for; where each file
   * is of one class, these are the classes, in the order of their code points.
   */
  classNames?: readonly string[] | undefined;
  /** What the rows become: TFDS's `Image` or its `Tensor`. Default: images where they can be. */
  as?: 'image' | 'tensor' | undefined;
  /** Dimensions of a row, where they lie flat in the files. */
  shape?: readonly number[] | undefined;
  /** Where the files of labels have several numbers a row: which of them is the label, from 0 on. */
  labelColumn?: number | undefined;
  /** In the order in which the data set is to have them. All have labels, or none has. */
  splits: readonly SplitFiles[];
}

/** The error for a data set that cannot be described so. */
export function unusable(message: string, expected: string): DatasetError {
  return new DatasetError('USAGE', message, { expected, next: 'See --help.' });
}

/**
 * The definition of a data set whose files have been read.
 *
 * @throws {DatasetError} `USAGE` where the schema of definitions refuses it
 */
export function definitionOf(own: OwnDataset, splits: readonly ScannedSplit[]): DatasetDefinition {
  const rows = splits[0] ?? { dtype: 'uint8', shape: [1, 1] };
  const image = own.as === 'tensor' ? undefined : imageShape(rows);
  const parts = splits.flatMap(({ parts }) => parts);
  const ranges = parts.flatMap(({ labelRange }) => labelRange ?? []);
  const names = own.classNames ?? classesOf(parts);
  const classes = names?.length ?? Math.max(...ranges.map(({ greatest }) => greatest)) + 1;
  const isLabelled = ranges.length > 0 || names !== undefined;
  const what = image === undefined ? tensorText(rows) : imageText(image);
  const named = names === undefined ? {} : { classNames: names };
  const value = {
    name: own.name,
    version: own.version ?? '1.0.0',
    description: own.description ?? (isLabelled ? `${what} in ${classes} classes.` : `${what}.`),
    mirrors: [],
    ...(image === undefined
      ? { tensor: { name: 'features', dtype: rows.dtype, shape: rows.shape } }
      : { image: { name: 'image', shape: image } }),
    ...(isLabelled ? { label: { name: 'label', classes, ...named } } : {}),
    splits: splits.map((split) => splitOf(split, own.labelColumn)),
  };
  try {
    return parseDefinition(value, 'what was given');
  } catch (error) {
    if (!(error instanceof DatasetError)) throw error;
    const { message, expected, found } = error;
    throw new DatasetError('USAGE', message, { expected, found, next: 'See --help.', cause: error });
  }
}

/** The classes that parts are of, where they are, in the order of their code points. */
function classesOf(parts: readonly ScannedPart[]): string[] | undefined {
  const names = parts.flatMap(({ files }) => files.class ?? []);
  return names.length === 0 ? undefined : [...new Set(names)].sort(byCodePoints);
}

/** A split as a definition has it: with its parts where it has several, or where they are of classes. */
function splitOf({ name, rows, parts }: ScannedSplit, labelColumn: number | undefined) {
  const column = labelColumn === undefined ? {} : { column: labelColumn };
  const archives = parts.map(({ files, images, labels }) => ({
    images: archiveOf(files.images, images),
    ...(labels === undefined ? {} : { labels: { ...archiveOf(files.labels ?? '', labels), ...column } }),
  }));
  const [only] = archives;
  if (archives.length === 1 && parts[0]?.files.class === undefined) return { name, rows, ...only };
  const whole = parts.map(({ rows, files }, at) => ({
    rows,
    ...(files.class === undefined ? {} : { class: files.class }),
    ...archives[at],
  }));
  return { name, rows, parts: whole };
}

/** A file as a definition names it: by its own name, of which only what is safe everywhere is kept. */
function archiveOf(file: string | ArrayFile, { bytes, sha256 }: ScannedPart['images']): ArchiveDefinition {
  const { path, member } = arrayFile(file);
  return { file: archiveName(path), bytes, sha256, ...(member === undefined ? {} : { member }) };
}

/** The name of a file in a definition, which takes letters, digits, `_`, `.`, `-` and spaces within: `_` stands for all others. */
export function archiveName(path: string): string {
  return basename(path)
    .replace(/[^\w. -]/g, '_')
    .replace(/^[^\w]| $/g, '_');
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
