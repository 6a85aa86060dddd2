import type { EncodedSplit } from '../encoded-split.js';
import type { TableLayout } from '../table.js';
import { ByteArrayEncoder } from './byte-arrays.js';
import type { Column } from './column.js';
import { Type } from './enums.js';
import { imageBytes, imagePaths } from './images.js';
import { plainInt64, smallInt64 } from './integers.js';
import { sampleEncoder } from './samples.js';
import { compareBytes, compareNumbers } from './statistics.js';

/** Of an image, bounds say nothing but its header, in any length. Cutting a path would have to mind its characters. */
const IMAGE_BOUND_BYTES = 64;

/** Of a field in a struct where both are there. */
const FIELD_LEVEL = 2;

/** The columns of a split, in the order of the schema's leaves. */
export function columnsOf(split: EncodedSplit, layout: TableLayout): Column[] {
  const { order, labels } = split;
  const { columns, image } = layout;
  const imageColumns = image === 'png' ? pngColumns(split, layout) : [tensorColumn(split, layout)];
  const int64 = { type: Type.INT64, compare: compareNumbers };
  const label: Column = {
    ...int64,
    path: [columns.label],
    encoder: ({ start, end }) => smallInt64((place) => labels[order[place]!]!, start, end),
  };
  if (columns.index === undefined) return [...imageColumns, label];
  const index: Column = {
    ...int64,
    path: [columns.index],
    encoder: () => plainInt64((place) => order[place]!),
  };
  return [...imageColumns, label, index];
}

function pngColumns(split: EncodedSplit, { columns }: TableLayout): Column[] {
  const { order } = split;
  const common = { order, level: FIELD_LEVEL };
  const bytes = new ByteArrayEncoder(imageBytes(split), { ...common, boundLimit: IMAGE_BOUND_BYTES });
  const paths = new ByteArrayEncoder(imagePaths(split), { ...common, boundLimit: Number.POSITIVE_INFINITY });
  const byteArray = { type: Type.BYTE_ARRAY, compare: compareBytes };
  return [
    { ...byteArray, path: [columns.image, 'bytes'], encoder: () => bytes },
    { ...byteArray, path: [columns.image, 'path'], encoder: () => paths },
  ];
}

function tensorColumn(split: EncodedSplit, layout: TableLayout): Column {
  const encoder = sampleEncoder(split, layout);
  const path = [layout.columns.image, 'list', 'element'];
  return { path, type: Type.INT32, compare: compareNumbers, encoder: () => encoder };
}
