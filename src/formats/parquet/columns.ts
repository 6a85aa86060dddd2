import { imageBytes, imagePaths } from '../../rows/images.js';
import { labelAt, rowNumberAt, type TableLayout } from '../../rows/table.js';
import { plainByteArrays } from './byte-arrays.js';
import type { Column } from './chunk-writer.js';
import { Type } from './enums.js';
import { dictionaryInt64, plainInt64 } from './integers.js';
import { compareBytes, compareNumbers } from './statistics.js';
import { storedType } from './stored-types.js';
import { dictionaryTensors, plainTensors } from './tensors.js';

/** Of an image, bounds say nothing but its header, in any length. Cutting a path would have to mind its characters. */
const IMAGE_BOUND_BYTES = 64;

/** Of a field in a struct where both are there. */
const FIELD_LEVEL = 2;

/** The columns of the table, in the order of the schema's leaves. */
export function columnsOf(layout: TableLayout): Column[] {
  const { columns, image } = layout;
  const all = image === 'png' ? pngColumns(layout) : [tensorColumn(layout)];
  const int64 = { type: Type.INT64, compare: compareNumbers };
  if (columns.label !== undefined)
    all.push({
      ...int64,
      path: [columns.label],
      encoder: ({ rows, range }) =>
        dictionaryInt64((place) => labelAt(rows, rows.order[place]!), range.start, range.end),
    });
  if (columns.index !== undefined)
    all.push({
      ...int64,
      path: [columns.index],
      encoder: ({ rows }) => plainInt64((place) => rowNumberAt(rows, rows.order[place]!)),
    });
  return all;
}

function pngColumns({ columns }: TableLayout): Column[] {
  const byteArray = { type: Type.BYTE_ARRAY, compare: compareBytes };
  const encoder = (values: typeof imageBytes, boundLimit: number): Column['encoder'] => {
    return ({ rows }) =>
      plainByteArrays({ values: values(rows), order: rows.order, level: FIELD_LEVEL, boundLimit });
  };
  return [
    { ...byteArray, path: [columns.image, 'bytes'], encoder: encoder(imageBytes, IMAGE_BOUND_BYTES) },
    { ...byteArray, path: [columns.image, 'path'], encoder: encoder(imagePaths, Number.POSITIVE_INFINITY) },
  ];
}

function tensorColumn(layout: TableLayout): Column {
  const { columns, dtype, shape } = layout;
  const path = shape.length === 0 ? [columns.image] : [columns.image, 'list', 'element'];
  const encode = dtype === 'uint8' && shape.length > 0 ? dictionaryTensors : plainTensors;
  const { type, compare } = storedType(dtype);
  return { type, compare, path, encoder: ({ rows }) => encode(rows, layout) };
}
