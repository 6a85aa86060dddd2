import { DatasetError } from '../errors.js';
import type { IdxHeader } from './header.js';

/**
 * Checks that a file holds unsigned bytes in the dimensions that its definition tells.
 *
 * @param dimensions rows first
 * @param orMore whether it may hold more rows than these
 * @throws {DatasetError} `IDX_TYPE`, `IDX_DIMENSIONS`, `COUNT_MISMATCH`
 */
export function expectBytes(
  header: IdxHeader,
  dimensions: readonly number[],
  where: string,
  orMore = false,
): void {
  if (header.type !== 'ubyte') {
    throw new DatasetError('IDX_TYPE', `${where} does not hold unsigned bytes`, {
      expected: 'ubyte',
      found: header.type,
      next: 'Images and labels of unsigned bytes are what is supported.',
    });
  }
  const [rows = 0, ...shape] = dimensions;
  const [foundRows = 0, ...foundShape] = header.dimensions;
  if (shape.join() !== foundShape.join()) {
    throw new DatasetError('IDX_DIMENSIONS', `${where} has other dimensions than its definition`, {
      expected: dimensions.join(' x '),
      found: header.dimensions.join(' x '),
      next: 'Check that images and labels are not swapped, and that the definition has the right image.shape.',
    });
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
export function expectLabels(labels: Uint8Array, firstRow: number, classes: number, where: string): void {
  const at = labels.findIndex((label) => label >= classes);
  if (at === -1) return;
  throw new DatasetError('LABEL_RANGE', `row ${firstRow + at} of ${where} has a label outside the classes`, {
    expected: `0 to ${classes - 1}`,
    found: String(labels[at]),
    next: 'Check the labels, and label.classes of the definition.',
  });
}
