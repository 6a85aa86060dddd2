import { DTYPE_NAMES, rowBytesOf } from '../dataset/feature.js';
import { DatasetError } from '../errors.js';
import { type IntegerDType, isInteger, readIntegers } from './elements.js';
import { expectElements, expectLabels } from './expect.js';
import { type ArrayFormat, type ArrayHeader, faultCode, typeName } from './header.js';
import { idxTypeName } from './idx-types.js';
import type { ArrayReader } from './reader.js';

/**
 * The element type of a file of labels.
 *
 * @throws {DatasetError} `IDX_TYPE`, `NPY_TYPE` for floating-point numbers, which name no class
 */
export function labelDtype({ dtype, format }: ArrayHeader, where: string): IntegerDType {
  if (isInteger(dtype)) return dtype;
  throw new DatasetError(faultCode(format, 'TYPE'), `${where} does not hold labels`, {
    expected: namesOf(format).join(', '),
    found: typeName(dtype, format),
    next: 'A label is the number of a class. Prepare the rows without labels, or make integers of them.',
  });
}

/** Names of the types of integers that a format has. */
function namesOf(format: ArrayFormat): string[] {
  const names = DTYPE_NAMES.filter(isInteger);
  return format === 'IDX' ? names.flatMap((name) => idxTypeName(name) ?? []) : names;
}

/**
 * How many numbers a row of a file of labels has, one of which is the label.
 *
 * @param column which of them, where there are several
 * @throws {DatasetError} `IDX_DIMENSIONS`, `NPY_DIMENSIONS` where that does not follow from the head
 */
export function labelColumns(
  { dimensions, format }: ArrayHeader,
  column: number | undefined,
  where: string,
): number {
  const [rows = 0, columns = 1, ...more] = dimensions;
  const isOne = dimensions.length === 1 || (columns === 1 && more.length === 0);
  if (isOne ? (column ?? 0) === 0 : more.length === 0 && column !== undefined && column < columns)
    return columns;
  const several = more.length === 0 && columns > 1;
  throw new DatasetError(faultCode(format, 'DIMENSIONS'), `${where} does not hold one label a row`, {
    expected: column === undefined ? `${rows}, or ${rows} x 1` : `a column ${column}, counted from 0`,
    found: dimensions.join(' x '),
    next: several
      ? `Each row has ${columns} numbers: say which of them is the label, from 0 to ${columns - 1}, with --label-column or, in a definition, with column. Of one-hot labels save numpy.argmax(labels, axis=1).`
      : 'A label is one number a row: check that images and labels are not swapped.',
  });
}

/** What is expected of a file of labels. */
export interface ExpectedLabels {
  rows: number;
  /** Whether there may be more rows than these. */
  firstRows?: boolean | undefined;
  classes: number;
  /** Which number of a row is the label, where there are several. */
  column?: number | undefined;
}

/** The labels of an archive, read a slice at a time. */
export class LabelRows {
  readonly #array: ArrayReader;
  readonly #dtype: IntegerDType;
  /** Numbers a row, and which of them is the label. */
  readonly #columns: number;
  readonly #column: number;
  readonly #classes: number;
  readonly #where: string;

  private constructor(
    array: ArrayReader,
    { classes, column = 0 }: ExpectedLabels,
    { dtype, columns, where }: { dtype: IntegerDType; columns: number; where: string },
  ) {
    this.#array = array;
    this.#dtype = dtype;
    this.#columns = columns;
    this.#column = column;
    this.#classes = classes;
    this.#where = where;
  }

  /**
   * Checks the head.
   *
   * @param array of which nothing was read yet
   * @param where the file, for messages
   * @throws {DatasetError} what {@link labelDtype}, {@link labelColumns} and {@link expectElements} throw
   */
  static of(array: ArrayReader, where: string, expected: ExpectedLabels): LabelRows {
    const dtype = labelDtype(array.header, where);
    const columns = labelColumns(array.header, expected.column, where);
    expectElements(
      array.header,
      { dtype, rows: expected.rows, shapes: [array.header.dimensions.slice(1)] },
      where,
      expected.firstRows,
    );
    return new LabelRows(array, expected, { dtype, columns, where });
  }

  /**
   * The labels of the next rows.
   *
   * @param firstRow number of the first of them in the archive
   * @throws {DatasetError} `LABEL_RANGE`, `IDX_TRUNCATED`, `NPY_TRUNCATED`
   */
  async read(firstRow: number, rows: number): Promise<Uint32Array> {
    const elements = new Uint8Array(rows * this.#rowBytes);
    await this.#array.read(elements);
    const all = readIntegers(elements, { dtype: this.#dtype, littleEndian: this.#array.header.littleEndian });
    const labels = this.#columns === 1 ? all : all.filter((_, at) => at % this.#columns === this.#column);
    expectLabels(labels, firstRow, this.#classes, this.#where);
    return Uint32Array.from(labels);
  }

  /**
   * Passes over the rows before a row, whatever their labels are.
   *
   * @throws {DatasetError} `IDX_TRUNCATED`, `NPY_TRUNCATED`
   */
  goTo(row: number): Promise<void> {
    return this.#array.goTo(row * this.#rowBytes);
  }

  get #rowBytes(): number {
    return rowBytesOf({ dtype: this.#dtype, shape: [this.#columns] });
  }

  /**
   * Expects the file's end.
   *
   * @throws {DatasetError} `IDX_TRAILING`, `NPY_TRAILING`
   */
  end(): Promise<void> {
    return this.#array.end();
  }
}
