import { DatasetError } from '../errors.js';
import type { IdxHeader } from '../idx/header.js';
import { IdxReader } from '../idx/reader.js';
import { type ScannedArchive, scanArchive } from './scan-archive.js';

/** A split as its owner names it: two IDX files, gzipped or not. */
export interface SplitFiles {
  name: string;
  /** Path of the images. */
  images: string;
  /** Path of the labels. */
  labels: string;
}

/** What the files of a split hold. */
export interface ScannedSplit {
  files: SplitFiles;
  rows: number;
  shape: readonly [height: number, width: number];
  /** The least and the greatest label, and the first row that has the greatest. */
  labelRange: { least: number; greatest: number; rowOfGreatest: number };
  images: Pick<ScannedArchive<unknown>, 'bytes' | 'sha256'>;
  labels: Pick<ScannedArchive<unknown>, 'bytes' | 'sha256'>;
}

const PIECE_BYTES = 256 * 1024;

/**
 * Reads the two files of a split from front to back. Both heads are held against each other before anything behind them is
 * read, and nothing is allocated by what they promise.
 *
 * @throws {DatasetError} what {@link scanArchive} throws, and `IDX_MAGIC`, `IDX_TYPE`, `IDX_DIMENSIONS`, `IDX_TRUNCATED`,
 *   `IDX_TRAILING`, `COUNT_MISMATCH`
 */
export async function scanSplit(files: SplitFiles, signal?: AbortSignal): Promise<ScannedSplit> {
  const { content, ...images } = await scanArchive(
    files.images,
    async (imageBytes) => {
      const images = await IdxReader.open(imageBytes, files.images);
      const labels = await scanArchive(
        files.labels,
        async (labelBytes) => {
          const labels = await IdxReader.open(labelBytes, files.labels);
          const split = compareHeads(images.header, labels.header, files);
          return { ...split, labelRange: await rangeOf(labels, split.rows) };
        },
        signal,
      );
      const { rows, shape } = labels.content;
      await readAll(images, rows * shape[0] * shape[1], () => {});
      return labels;
    },
    signal,
  );
  const { content: split, ...labels } = content;
  return { files, ...split, images, labels };
}

/** What two heads tell of a split, once they go together. Other element types and ranks than these would be told apart here. */
function compareHeads(
  images: IdxHeader,
  labels: IdxHeader,
  files: SplitFiles,
): Pick<ScannedSplit, 'rows' | 'shape'> {
  if (images.dimensions.length === 1 && labels.dimensions.length > 1) throw swapped(images, labels, files);
  expectUnsigned(images, files.images);
  expectUnsigned(labels, files.labels);
  const [rows, height, width, ...more] = images.dimensions;
  if (rows === undefined || height === undefined || width === undefined || more.length > 0)
    throw otherDimensions(
      images,
      files.images,
      'rows x height x width',
      'Gray images are what is supported.',
    );
  if (labels.dimensions.length !== 1)
    throw otherDimensions(labels, files.labels, 'rows', 'One label a row is what is supported.');
  if (images.dimensions.includes(0))
    throw otherDimensions(images, files.images, 'no dimension of zero', 'A split has one row at least.');
  if (rows !== labels.dimensions[0]) {
    throw new DatasetError('COUNT_MISMATCH', `the split ${files.name} has not one label for each image`, {
      expected: `${rows} labels in ${files.labels}, as there are images in ${files.images}`,
      found: `${labels.dimensions[0]} labels`,
      next: 'Check that both files belong to the same split.',
    });
  }
  return { rows, shape: [height, width] };
}

function swapped(images: IdxHeader, labels: IdxHeader, files: SplitFiles): DatasetError {
  return new DatasetError('IDX_DIMENSIONS', `images and labels of the split ${files.name} are swapped`, {
    expected: 'the file of the images first, then that of the labels',
    found: `${files.images} with the dimensions ${images.dimensions.join(' x ')}, ${files.labels} with ${labels.dimensions.join(' x ')}`,
    next: 'Name the two files the other way round.',
  });
}

function expectUnsigned({ type }: IdxHeader, where: string): void {
  if (type === 'ubyte') return;
  throw new DatasetError('IDX_TYPE', `${where} does not hold unsigned bytes`, {
    expected: 'ubyte',
    found: type,
    next: 'Images and labels of unsigned bytes are what is supported.',
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

async function rangeOf(labels: IdxReader, rows: number): Promise<ScannedSplit['labelRange']> {
  const range = { least: Number.POSITIVE_INFINITY, greatest: -1, rowOfGreatest: 0 };
  await readAll(labels, rows, (piece, firstRow) => {
    for (const [at, label] of piece.entries()) {
      if (label < range.least) range.least = label;
      if (label <= range.greatest) continue;
      range.greatest = label;
      range.rowOfGreatest = firstRow + at;
    }
  });
  return range;
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
