import { type IntegerDType, readIntegers } from '../arrays/elements.js';
import { type ArrayFormat, type ArrayHeader, faultCode } from '../arrays/header.js';
import { labelColumns, labelDtype } from '../arrays/labels.js';
import { ArrayReader } from '../arrays/reader.js';
import { DTYPES, type DType, rowBytesOf, valuesOf } from '../dataset/feature.js';
import { DatasetError } from '../errors.js';
import { MAX_TENSOR_VALUES } from '../formats/example/tensor.js';
import { type ArrayFile, arrayFile, type ScannedArchive, scanArchive } from './scan-archive.js';

/** A part of a split as its owner names it: two files of arrays, or one where there are no labels, or all rows are of one class. */
export interface PartFiles {
  /** The images, or whatever the rows are: a path, or a member of a zip. */
  images: string | ArrayFile;
  /** Their labels. */
  labels?: string | ArrayFile | undefined;
  /** The name of the class of all its rows. */
  class?: string | undefined;
}

/** What the files of a part hold. */
export interface ScannedPart {
  files: PartFiles;
  /** That of the file of the rows. */
  format: ArrayFormat;
  rows: number;
  dtype: DType;
  /** Dimensions of a row, as the file has them: none where it is one number. */
  shape: readonly number[];
  labelRange?: LabelRange | undefined;
  images: Pick<ScannedArchive<unknown>, 'bytes' | 'sha256'>;
  labels?: Pick<ScannedArchive<unknown>, 'bytes' | 'sha256'> | undefined;
}

/** The least and the greatest label, and the first row that has the greatest. */
export interface LabelRange {
  least: number;
  greatest: number;
  rowOfGreatest: number;
}

/** How the files of a part are read. */
export interface PartScan {
  /** Which number of a row of labels is the label, where there are several. */
  labelColumn?: number | undefined;
  signal?: AbortSignal | undefined;
}

const PIECE_BYTES = 256 * 1024;

/** Rows of a split, and one more than its greatest label, at most: both are counted in 31 bits. */
const MOST = 2 ** 31 - 1;

/**
 * Reads the files of a part from front to back. Both heads are held against each other before anything behind them is read,
 * and nothing is allocated by what they promise.
 *
 * @throws {DatasetError} what {@link scanArchive} and {@link ArrayReader} throw, and `IDX_TYPE`, `IDX_DIMENSIONS`, `NPY_TYPE`,
 *   `NPY_DIMENSIONS`, `COUNT_MISMATCH`, `LABEL_RANGE`
 */
export async function scanPart(files: PartFiles, scan: PartScan = {}): Promise<ScannedPart> {
  const { content, ...images } = await scanArchive(
    arrayFile(files.images),
    async (bytes, where) => {
      const array = await ArrayReader.open(bytes, where);
      const labels =
        files.labels === undefined
          ? undefined
          : await scanLabels(arrayFile(files.labels), { header: array.header, where }, scan);
      const rows = rowsOf(array.header, where);
      await readAll(array, rows.rows * rowBytesOf(rows), () => {});
      return { ...rows, labels };
    },
    scan.signal,
  );
  const { labels, ...rows } = content;
  if (labels === undefined) return { files, ...rows, images };
  const { content: labelRange, ...archive } = labels;
  return { files, ...rows, labelRange, images, labels: archive };
}

/** An array of which the head is read. */
interface OpenArray {
  header: ArrayHeader;
  where: string;
}

function scanLabels(
  file: ArrayFile,
  images: OpenArray,
  { labelColumn, signal }: PartScan,
): Promise<ScannedArchive<LabelRange>> {
  const scan = async (bytes: AsyncIterable<Uint8Array>, where: string): Promise<LabelRange> => {
    const array = await ArrayReader.open(bytes, where);
    const { header } = array;
    if (images.header.dimensions.length === 1 && header.dimensions.length > 1)
      throw swapped(images, { header, where });
    const { rows } = rowsOf(images.header, images.where);
    const dtype = labelDtype(header, where);
    const columns = labelColumns(header, labelColumn, where);
    if (rows !== header.dimensions[0]) {
      throw new DatasetError('COUNT_MISMATCH', `${images.where} has not one label for each row`, {
        expected: `${rows} labels in ${where}, as there are rows in ${images.where}`,
        found: `${header.dimensions[0]} labels`,
        next: 'Check that both files belong to the same split.',
      });
    }
    return rangeOf(array, { rows, dtype, columns, column: labelColumn ?? 0, where });
  };
  return scanArchive(file, scan, signal);
}

/** What a head tells of rows, once they can be prepared. */
function rowsOf(
  header: ArrayHeader,
  where: string,
): Pick<ScannedPart, 'format' | 'rows' | 'dtype' | 'shape'> {
  const [rows = 0, ...shape] = header.dimensions;
  if (header.dimensions.length === 0 || shape.length > 3)
    throw otherDimensions(header, where, '1 to 4 dimensions, the rows first', 'Give rows fewer dimensions.');
  if (header.dimensions.includes(0))
    throw otherDimensions(header, where, 'no dimension of zero', 'A split has one row at least.');
  if (rows > MOST)
    throw otherDimensions(header, where, `${MOST} rows at most`, 'Cut the file into several splits.');
  if (valuesOf(shape) > MAX_TENSOR_VALUES)
    throw otherDimensions(
      header,
      where,
      `${MAX_TENSOR_VALUES} values a row at most`,
      'Cut the rows into smaller ones.',
    );
  return { format: header.format, rows, dtype: header.dtype, shape };
}

function swapped(images: OpenArray, labels: OpenArray): DatasetError {
  const text = ({ header, where }: OpenArray): string =>
    `${where} with the dimensions ${header.dimensions.join(' x ')}`;
  const code = faultCode(images.header.format, 'DIMENSIONS');
  return new DatasetError(code, `images and labels are swapped: ${images.where} holds labels`, {
    expected: 'the file of the images first, then that of the labels',
    found: `${text(images)}, ${text(labels)}`,
    next: 'Name the two files the other way round.',
  });
}

function otherDimensions(
  { dimensions, format }: ArrayHeader,
  where: string,
  expected: string,
  next: string,
): DatasetError {
  return new DatasetError(
    faultCode(format, 'DIMENSIONS'),
    `${where} has dimensions that cannot be prepared`,
    {
      expected,
      found: dimensions.join(' x '),
      next,
    },
  );
}

/** How the numbers of a file of labels are laid out. */
interface LabelLayout {
  rows: number;
  dtype: IntegerDType;
  /** Numbers a row, and which of them is the label. */
  columns: number;
  column: number;
  where: string;
}

async function rangeOf(
  array: ArrayReader,
  { rows, dtype, columns, column, where }: LabelLayout,
): Promise<LabelRange> {
  const range = { least: Number.POSITIVE_INFINITY, greatest: -1, rowOfGreatest: 0 };
  const size = DTYPES[dtype].bytes;
  const { littleEndian } = array.header;
  await readAll(array, rows * columns * size, (piece, start) => {
    const first = start / size;
    for (const [at, label] of readIntegers(piece, { dtype, littleEndian }).entries()) {
      if (columns > 1 && (first + at) % columns !== column) continue;
      const row = Math.floor((first + at) / columns);
      if (label < 0 || label >= MOST) throw noClass(row, label, where);
      if (label < range.least) range.least = label;
      if (label <= range.greatest) continue;
      range.greatest = label;
      range.rowOfGreatest = row;
    }
  });
  return range;
}

function noClass(row: number, label: number, where: string): DatasetError {
  return new DatasetError('LABEL_RANGE', `row ${row} of ${where} has a label that is no class`, {
    expected: `0 to ${MOST - 1}`,
    found: String(label),
    next: 'Number the classes from 0 on.',
  });
}

/** Reads `bytes` bytes of elements, a piece at a time, and expects the end behind them. */
async function readAll(
  array: ArrayReader,
  bytes: number,
  see: (piece: Uint8Array, at: number) => void,
): Promise<void> {
  const buffer = new Uint8Array(Math.min(PIECE_BYTES, bytes));
  for (let at = 0; at < bytes; at += buffer.length) {
    const piece = buffer.subarray(0, Math.min(buffer.length, bytes - at));
    await array.read(piece);
    see(piece, at);
  }
  await array.end();
}
