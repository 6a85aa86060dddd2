import { DTYPES, type DType, dtypeOf, rowBytesOf, valuesOf } from '../dataset/feature.js';
import { DatasetError } from '../errors.js';
import { MAX_TENSOR_VALUES } from '../formats/example/tensor.js';
import { type IntegerDType, readIntegers } from '../idx/elements.js';
import type { IdxHeader } from '../idx/header.js';
import { labelDtype } from '../idx/labels.js';
import { IdxReader } from '../idx/reader.js';
import { type ScannedArchive, scanArchive } from './scan-archive.js';

/** A split as its owner names it: two IDX files, gzipped or not, or one where there are no labels. */
export interface SplitFiles {
  name: string;
  /** Path of the images, or of whatever the rows are. */
  images: string;
  /** Path of the labels. */
  labels?: string | undefined;
}

/** What the files of a split hold. */
export interface ScannedSplit {
  files: SplitFiles;
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

const PIECE_BYTES = 256 * 1024;

/** Rows of a split, and one more than its greatest label, at most: both are counted in 31 bits. */
const MOST = 2 ** 31 - 1;

/**
 * Reads the files of a split from front to back. Both heads are held against each other before anything behind them is read,
 * and nothing is allocated by what they promise.
 *
 * @throws {DatasetError} what {@link scanArchive} throws, and `IDX_MAGIC`, `IDX_TYPE`, `IDX_DIMENSIONS`, `IDX_TRUNCATED`,
 *   `IDX_TRAILING`, `COUNT_MISMATCH`, `LABEL_RANGE`
 */
export async function scanSplit(files: SplitFiles, signal?: AbortSignal): Promise<ScannedSplit> {
  const { content, ...images } = await scanArchive(
    files.images,
    async (bytes) => {
      const idx = await IdxReader.open(bytes, files.images);
      const labels =
        files.labels === undefined ? undefined : await scanLabels(files.labels, idx.header, files, signal);
      const rows = rowsOf(idx.header, files.images);
      await readAll(idx, rows.rows * rowBytesOf(rows), () => {});
      return { ...rows, labels };
    },
    signal,
  );
  const { labels, ...rows } = content;
  if (labels === undefined) return { files, ...rows, images };
  const { content: labelRange, ...archive } = labels;
  return { files, ...rows, labelRange, images, labels: archive };
}

function scanLabels(
  path: string,
  images: IdxHeader,
  files: SplitFiles,
  signal?: AbortSignal,
): Promise<ScannedArchive<LabelRange>> {
  const scan = async (bytes: AsyncIterable<Uint8Array>): Promise<LabelRange> => {
    const idx = await IdxReader.open(bytes, path);
    if (images.dimensions.length === 1 && idx.header.dimensions.length > 1)
      throw swapped(images, idx.header, files);
    const { rows } = rowsOf(images, files.images);
    const dtype = labelDtype(idx.header, path);
    if (idx.header.dimensions.length !== 1)
      throw otherDimensions(idx.header, path, 'rows', 'One label a row is what is supported.');
    if (rows !== idx.header.dimensions[0]) {
      throw new DatasetError('COUNT_MISMATCH', `the split ${files.name} has not one label for each row`, {
        expected: `${rows} labels in ${path}, as there are rows in ${files.images}`,
        found: `${idx.header.dimensions[0]} labels`,
        next: 'Check that both files belong to the same split.',
      });
    }
    return rangeOf(idx, { rows, dtype, where: path });
  };
  return scanArchive(path, scan, signal);
}

/** What a head tells of rows, once they can be prepared. */
function rowsOf(header: IdxHeader, where: string): Pick<ScannedSplit, 'rows' | 'dtype' | 'shape'> {
  const [rows = 0, ...shape] = header.dimensions;
  if (shape.length > 3)
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
  return { rows, dtype: dtypeOf(header.type), shape };
}

function swapped(images: IdxHeader, labels: IdxHeader, files: SplitFiles): DatasetError {
  return new DatasetError('IDX_DIMENSIONS', `images and labels of the split ${files.name} are swapped`, {
    expected: 'the file of the images first, then that of the labels',
    found: `${files.images} with the dimensions ${images.dimensions.join(' x ')}, ${files.labels} with ${labels.dimensions.join(' x ')}`,
    next: 'Name the two files the other way round.',
  });
}

function otherDimensions(
  { dimensions }: IdxHeader,
  where: string,
  expected: string,
  next: string,
): DatasetError {
  return new DatasetError('IDX_DIMENSIONS', `${where} has dimensions that cannot be prepared`, {
    expected,
    found: dimensions.join(' x '),
    next,
  });
}

async function rangeOf(
  idx: IdxReader,
  { rows, dtype, where }: { rows: number; dtype: IntegerDType; where: string },
): Promise<LabelRange> {
  const range = { least: Number.POSITIVE_INFINITY, greatest: -1, rowOfGreatest: 0 };
  const size = DTYPES[dtype].bytes;
  await readAll(idx, rows * size, (piece, start) => {
    for (const [at, label] of readIntegers(piece, { dtype }).entries()) {
      const row = start / size + at;
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
  idx: IdxReader,
  bytes: number,
  see: (piece: Uint8Array, at: number) => void,
): Promise<void> {
  const buffer = new Uint8Array(Math.min(PIECE_BYTES, bytes));
  for (let at = 0; at < bytes; at += buffer.length) {
    const piece = buffer.subarray(0, Math.min(buffer.length, bytes - at));
    await idx.read(piece);
    see(piece, at);
  }
  await idx.end();
}
