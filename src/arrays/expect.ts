import { type DType, valuesOf } from '../dataset/feature.js';
import { DatasetError } from '../errors.js';
import { type ArrayHeader, faultCode, typeName } from './header.js';

/** What a definition tells of a file. */
export interface ExpectedElements {
  dtype: DType;
  rows: number;
  /**
   * Dimensions of a row; where there are several, the file has one of them, the first as a rule. A file may also have the rows
   * of the first one flat, as one dimension of all their values.
   */
  shapes: readonly (readonly number[])[];
}

/**
 * Checks that a file holds the elements that its definition tells.
 *
 * @param orMore whether it may hold more rows than these
 * @throws {DatasetError} `IDX_TYPE`, `IDX_DIMENSIONS`, `NPY_TYPE`, `NPY_DIMENSIONS`, `COUNT_MISMATCH`
 */
export function expectElements(
  header: ArrayHeader,
  { dtype, rows, shapes }: ExpectedElements,
  where: string,
  orMore = false,
): void {
  const { format } = header;
  if (header.dtype !== dtype) {
    throw new DatasetError(
      faultCode(format, 'TYPE'),
      `${where} has elements of another type than its definition`,
      {
        expected: typeName(dtype, format),
        found: typeName(header.dtype, format),
        next: 'Check that the file is what its name says, and the type that the definition gives.',
      },
    );
  }
  const [foundRows = 0, ...foundShape] = header.dimensions;
  const [shape = []] = shapes;
  const isFlat = shape.length > 1 && foundShape.length === 1 && foundShape[0] === valuesOf(shape);
  if (!isFlat && !shapes.some((shape) => shape.join() === foundShape.join())) {
    throw new DatasetError(
      faultCode(format, 'DIMENSIONS'),
      `${where} has other dimensions than its definition`,
      {
        expected: [rows, ...shape].join(' x '),
        found: header.dimensions.join(' x '),
        next: 'Check that images and labels are not swapped, and that the definition has the right shape.',
      },
    );
  }
  if (orMore && foundRows > rows) return;
  if (rows !== foundRows) {
    throw new DatasetError('COUNT_MISMATCH', `${where} promises another number of rows than its definition`, {
      expected: `${rows} rows${orMore ? ' or more' : ''}`,
      found: `${foundRows} rows`,
      next: 'Images and labels of a split must have one row for each of its rows: check both files and the definition.',
    });
  }
}

/**
 * Checks that every label names a class.
 *
 * @param firstRow number of the row that the first label belongs to
 * @param classes number of classes: labels go from 0 to one less
 * @throws {DatasetError} `LABEL_RANGE`
 */
export function expectLabels(
  labels: Int32Array | Float64Array,
  firstRow: number,
  classes: number,
  where: string,
): void {
  const at = labels.findIndex((label) => label < 0 || label >= classes);
  if (at === -1) return;
  throw new DatasetError('LABEL_RANGE', `row ${firstRow + at} of ${where} has a label outside the classes`, {
    expected: `0 to ${classes - 1}`,
    found: String(labels[at]),
    next: 'Check the labels, and label.classes of the definition.',
  });
}
