import { type DType, rowBytesOf, valuesOf } from '../dataset/feature.js';
import { type EncodedRows, sliceAt } from './encoded-rows.js';

/** What the columns of tensors can be; see {@link TableLayout.tensors}. */
export const TENSOR_TYPES = ['list', 'extension'] as const;

/** One of {@link TENSOR_TYPES}. */
export type TensorType = (typeof TENSOR_TYPES)[number];

/** How a data set looks as a table: the same in every columnar format. */
export interface TableLayout {
  /**
   * Names of the columns; `image` is that of the input, be it an image or a tensor; `label` is there where rows have labels,
   * and `index`, the row's number in its source, only on request.
   */
  columns: { image: string; label?: string | undefined; index?: string | undefined };
  /** Names of the classes, numbers where they have no names; none where there are too many for that. */
  classNames?: readonly string[] | undefined;
  /** What stands in the input's column: `png`, the encoded image and its path; `tensor`, the samples themselves. */
  image: 'png' | 'tensor';
  /**
   * What a column of samples is by its schema. `list`: a fixed-size list and no more, described to Hugging Face datasets; the
   * most readers open it. `extension`: the same list as Arrow's `arrow.fixed_shape_tensor`, which tells the shape too, and
   * which Hugging Face datasets, polars before 2 and others refuse. The values are stored alike.
   */
  tensors: TensorType;
  /** Element type of the samples. */
  dtype: DType;
  /** Of an image height, width, channels; of a tensor any dimensions, none where it is a scalar. */
  shape: readonly number[];
}

/** Most classes without names that columns name by their numbers: the names stand in each shard. */
const MAX_NUMBERED_CLASSES = 10_000;

/** The names of classes as columns have them: their own, or else their numbers, unless these are too many. */
export function columnClassNames(
  label: { classes: number; classNames?: readonly string[] | undefined } | undefined,
): readonly string[] | undefined {
  if (label === undefined || label.classNames !== undefined) return label?.classNames;
  if (label.classes > MAX_NUMBERED_CLASSES) return undefined;
  return Array.from({ length: label.classes }, (_, label) => String(label));
}

/** What of a table is chosen, and does not follow from the data set. */
export interface TableChoice {
  /** As {@link TableLayout} has it; of rows that are tensors, there is no choice (default: png). */
  image?: TableLayout['image'] | undefined;
  /** (default: list) */
  tensors?: TensorType | undefined;
  /** Whether there is a column `index` (default: no). */
  index?: boolean | undefined;
}

/** What a table is made of: an image or a tensor, and its label where it has one. */
export interface TableFeatures {
  input: { kind: 'image' | 'tensor'; name: string; dtype: DType; shape: readonly number[] };
  label?: string | undefined;
}

/** The table of a data set with these features and classes. */
export function tableLayout(
  { input, label }: TableFeatures,
  classes: Parameters<typeof columnClassNames>[0],
  { image = 'png', tensors = 'list', index = false }: TableChoice,
): TableLayout {
  return {
    columns: { image: input.name, label, index: index ? 'index' : undefined },
    classNames: columnClassNames(classes),
    image: input.kind === 'tensor' ? 'tensor' : image,
    tensors,
    dtype: input.dtype,
    shape: input.shape,
  };
}

/** How many samples a row of the table has. */
export function samplesPerRow({ shape }: TableLayout): number {
  return valuesOf(shape);
}

/** Bytes that the input at a place takes in the table, which is what {@link BatchLimits} count. */
export function imageBytesAt(rows: EncodedRows, place: number, layout: TableLayout): number {
  return layout.image === 'tensor' ? rowBytesOf(layout) : encodedImageLength(rows, rows.order[place]!);
}

/** The encoded image of the row at a position, as a view of the rows' memory. */
export function encodedImage(rows: EncodedRows, position: number): Uint8Array {
  const { records, imageStarts, imageEnds, firstPosition } = sliceAt(rows, position);
  return records.subarray(imageStarts[position - firstPosition], imageEnds[position - firstPosition]);
}

/** How many bytes {@link encodedImage} has, without a view. */
export function encodedImageLength(rows: EncodedRows, position: number): number {
  const { imageStarts, imageEnds, firstPosition } = sliceAt(rows, position);
  return imageEnds[position - firstPosition]! - imageStarts[position - firstPosition]!;
}

/**
 * The samples of the row at a position, little-endian, as a view of the rows' memory. They are there when the split was
 * encoded to be written as tensors.
 */
export function samplesAt(rows: EncodedRows, position: number, layout: TableLayout): Uint8Array {
  const { samples, firstPosition } = sliceAt(rows, position);
  if (samples === undefined) throw new Error('the samples of the rows were not kept');
  const size = rowBytesOf(layout);
  return samples.subarray((position - firstPosition) * size, (position - firstPosition + 1) * size);
}

/** The label of the row at a position. */
export function labelAt(rows: EncodedRows, position: number): number {
  const { labels, firstPosition } = sliceAt(rows, position);
  return labels[position - firstPosition]!;
}

/** The number that the row at a position has in its source. */
export function rowNumberAt(rows: EncodedRows, position: number): number {
  const { rowNumbers, firstPosition } = sliceAt(rows, position);
  return rowNumbers[position - firstPosition]!;
}

/** Where a row's image would lie if its split were a folder of files: the same for every format and any sharding. */
export function imagePath(splitName: string, row: number): string {
  return `${splitName}/${String(row).padStart(8, '0')}.png`;
}

/** The key of the metadata in which Hugging Face datasets looks for the description of the columns. */
export const HUGGINGFACE = 'huggingface';

/** Whether a column of the table is of Arrow's extension type for tensors; scalars are plain columns in any case. */
export function hasTensorExtension({ image, tensors, shape }: TableLayout): boolean {
  return image === 'tensor' && tensors === 'extension' && shape.length > 0;
}

/**
 * The metadata of a table's schema, as keys and values. `huggingface` is the description of the columns that Hugging Face
 * datasets reads (`datasets/features/features.py`): it makes images and class names out of plain columns. It must describe every
 * column or none, for version 2.14 fails at columns that are left out. Arrow's extension type is refused, whatever the metadata say.
 */
export function tableMetadata(layout: TableLayout): [key: string, value: string][] {
  if (hasTensorExtension(layout)) return [];
  const { columns, classNames } = layout;
  const features = {
    [columns.image]: inputFeature(layout),
    ...(columns.label === undefined ? {} : { [columns.label]: labelFeature(classNames) }),
    ...(columns.index === undefined ? {} : { [columns.index]: { dtype: 'int64', _type: 'Value' } }),
  };
  return [[HUGGINGFACE, JSON.stringify({ info: { features } })]];
}

/** Lists are called `Sequence`, which every version knows: `List` is its name from version 4 on, which still takes the old one. */
function inputFeature(layout: TableLayout) {
  if (layout.image === 'png') return { _type: 'Image' };
  const value = { dtype: layout.dtype, _type: 'Value' };
  if (layout.shape.length === 0) return value;
  return { feature: value, length: samplesPerRow(layout), _type: 'Sequence' };
}

function labelFeature(classNames: readonly string[] | undefined) {
  if (classNames === undefined) return { dtype: 'int64', _type: 'Value' };
  return { names: classNames, _type: 'ClassLabel' };
}
