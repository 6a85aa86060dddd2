import { DTYPE_NAMES, DTYPES } from '../dataset/feature.js';
import { DatasetError } from '../errors.js';
import { type IntegerDType, isInteger, readIntegers } from './elements.js';
import { expectElements, expectLabels } from './expect.js';
import type { IdxHeader } from './header.js';
import { IdxReader } from './reader.js';

/**
 * The element type of a file of labels.
 *
 * @throws {DatasetError} `IDX_TYPE` for floating-point numbers, which name no class
 */
export function labelDtype({ type }: IdxHeader, where: string): IntegerDType {
  const dtypes = DTYPE_NAMES.filter(isInteger);
  const dtype = dtypes.find((name) => DTYPES[name].idx === type);
  if (dtype !== undefined) return dtype;
  throw new DatasetError('IDX_TYPE', `${where} does not hold labels`, {
    expected: dtypes.flatMap((name) => DTYPES[name].idx ?? []).join(', '),
    found: type,
    next: 'A label is the number of a class. Prepare the rows without labels, or make integers of them.',
  });
}

/** The labels of a split, read a slice at a time. */
export class LabelRows {
  readonly #idx: IdxReader;
  readonly #dtype: IntegerDType;
  readonly #classes: number;
  readonly #where: string;

  private constructor(idx: IdxReader, dtype: IntegerDType, classes: number, where: string) {
    this.#idx = idx;
    this.#dtype = dtype;
    this.#classes = classes;
    this.#where = where;
  }

  /**
   * Reads the head and checks it.
   *
   * @param where the file, for messages
   * @throws {DatasetError} what {@link IdxReader.open} and {@link expectElements} throw
   */
  static async open(
    { bytes, where }: { bytes: AsyncIterable<Uint8Array>; where: string },
    { rows, firstRows, classes }: { rows: number; firstRows?: boolean | undefined; classes: number },
  ): Promise<LabelRows> {
    const idx = await IdxReader.open(bytes, where);
    const dtype = labelDtype(idx.header, where);
    expectElements(idx.header, { dtype, rows, shapes: [[]] }, where, firstRows);
    return new LabelRows(idx, dtype, classes, where);
  }

  /**
   * The labels of the next rows.
   *
   * @throws {DatasetError} `LABEL_RANGE`, `IDX_TRUNCATED`
   */
  async read(firstRow: number, rows: number): Promise<Uint32Array> {
    const elements = new Uint8Array(rows * DTYPES[this.#dtype].bytes);
    await this.#idx.read(elements);
    const labels = readIntegers(elements, { dtype: this.#dtype });
    expectLabels(labels, firstRow, this.#classes, this.#where);
    return Uint32Array.from(labels);
  }

  /**
   * Expects the file's end.
   *
   * @throws {DatasetError} `IDX_TRAILING`
   */
  end(): Promise<void> {
    return this.#idx.end();
  }
}
