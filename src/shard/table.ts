import type { ShardRange } from '../plan/shards.js';
import { type EncodedSplit, sliceOf } from './encoded-split.js';

/** How a data set looks as a table: the same in every columnar format. */
export interface TableLayout {
  /** Names of the columns; `index`, the row's number in its source, is there only on request. */
  columns: { image: string; label: string; index?: string | undefined };
  /** Names of the classes, numbers where they have no names. */
  classNames: readonly string[];
  /** What stands in the image's column: `png`, the encoded image and its path; `tensor`, the samples themselves. */
  image: 'png' | 'tensor';
  /** Height, width, channels. */
  shape: readonly [number, number, number];
}

/** How large a record batch or row group may become, which is what a writer holds in memory at once. */
export interface BatchLimits {
  rows: number;
  /** Bytes of images; a single row may have more. */
  bytes: number;
}

/** How many samples an image of the table has, which is what a tensor takes in bytes. */
export function samplesPerImage({ shape: [height, width, channels] }: TableLayout): number {
  return height * width * channels;
}

/**
 * Cuts a shard into record batches, or row groups, of bounded rows and bytes. Where the cuts fall depends on the data
 * alone, and so do a file's bytes.
 */
export function* batchRanges(
  split: EncodedSplit,
  range: ShardRange,
  layout: TableLayout,
  limits: BatchLimits,
): Generator<ShardRange> {
  let start = range.start;
  let bytes = 0;
  for (let place = range.start; place < range.end; place++) {
    const imageBytes =
      layout.image === 'tensor' ? samplesPerImage(layout) : encodedImageLength(split, split.order[place]!);
    if (place > start && (place - start === limits.rows || bytes + imageBytes > limits.bytes)) {
      yield { start, end: place };
      start = place;
      bytes = 0;
    }
    bytes += imageBytes;
  }
  yield { start, end: range.end };
}

/** The encoded image of a row, as a view of shared memory. */
export function encodedImage(split: EncodedSplit, row: number): Uint8Array<SharedArrayBuffer> {
  const { records, imageStarts, imageEnds, firstRow } = sliceOf(split, row);
  return records.subarray(imageStarts[row - firstRow], imageEnds[row - firstRow]);
}

/** How many bytes {@link encodedImage} has, without a view. */
export function encodedImageLength(split: EncodedSplit, row: number): number {
  const { imageStarts, imageEnds, firstRow } = sliceOf(split, row);
  return imageEnds[row - firstRow]! - imageStarts[row - firstRow]!;
}

/** The samples of a row, as a view of shared memory. They are there when the split was encoded to be written as tensors. */
export function imageSamples(
  split: EncodedSplit,
  row: number,
  layout: TableLayout,
): Uint8Array<SharedArrayBuffer> {
  const { samples, firstRow } = sliceOf(split, row);
  if (samples === undefined) throw new Error('the samples of the images were not kept');
  const size = samplesPerImage(layout);
  return samples.subarray((row - firstRow) * size, (row - firstRow + 1) * size);
}

/** Where a row's image would lie if its split were a folder of files: the same for every format and any sharding. */
export function imagePath(splitName: string, row: number): string {
  return `${splitName}/${String(row).padStart(8, '0')}.png`;
}

/**
 * The metadata of a table's schema, as keys and values. `huggingface` is the description of the columns that Hugging Face
 * datasets reads (`datasets/features/features.py`): it makes images and class names out of plain columns. Of tensors it
 * has no notion: it refuses Arrow's extension type, whatever the metadata say.
 */
export function tableMetadata({ columns, classNames, image }: TableLayout): [key: string, value: string][] {
  if (image === 'tensor') return [];
  const features = {
    [columns.image]: { _type: 'Image' },
    [columns.label]: { names: classNames, _type: 'ClassLabel' },
    ...(columns.index === undefined ? {} : { [columns.index]: { dtype: 'int64', _type: 'Value' } }),
  };
  return [['huggingface', JSON.stringify({ info: { features } })]];
}
