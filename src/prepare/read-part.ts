import type { OpenRanged } from '../archive/open-ranged.js';
import { readArchive } from '../archive/read.js';
import { swapBytes } from '../arrays/elements.js';
import { type ExpectedElements, expectElements } from '../arrays/expect.js';
import { LabelRows } from '../arrays/labels.js';
import { ArrayReader } from '../arrays/reader.js';
import { type InputFeature, type RowFeatures, rowBytesOf } from '../dataset/feature.js';
import type { ArchiveDefinition, RowSpan, SplitDefinition, WantedPart } from '../dataset/split-definition.js';
import { inRangesOf } from './range-archives.js';
import type { SliceFiller } from './slice-filler.js';

/** What the parts of a split are read from and with. */
export interface PartSource {
  split: SplitDefinition;
  features: RowFeatures;
  /** Names of the classes, where they have names. */
  classNames: readonly string[] | undefined;
  /** How many classes there are; 0 without labels. */
  classes: number;
  /** Waits for the path of an archive. */
  locate: (archive: ArchiveDefinition) => Promise<string>;
  /**
   * Opens an archive of which some rows are wanted, and not all, so that no more is read of it; it may give nothing. Without it every archive
   * is read whole, and its checksum with it.
   */
  openRanged?: OpenRanged | undefined;
}

/**
 * Reads the wanted rows of a part and their labels, side by side, into the slices that they belong to. The rows before them are
 * passed over. What comes behind them is looked at where they are the part's last, by whom every fault of it is found once.
 *
 * @throws {DatasetError} of archives and arrays that are not as they should be, `DISK`
 */
export async function readPart(source: PartSource, part: WantedPart, filler: SliceFiller): Promise<void> {
  const { images, labels } = part;
  const inRanges =
    source.openRanged === undefined ? { images: false, labels: false } : inRangesOf(source, part);
  const [openLabels, openImages] = await Promise.all([
    labels && arrayIn(source, labels, inRanges.labels && part.wanted),
    arrayIn(source, images, inRanges.images && part.wanted),
  ]);
  const read = (labels?: OpenArray): Promise<void> =>
    openImages((images) => fillSlices(source, part, { labels, images }, filler));
  await (openLabels === undefined ? read() : openLabels(read));
}

/** An array of which nothing was read but its head. */
interface OpenArray {
  array: ArrayReader;
  /** The file, for messages. */
  where: string;
}

/** Gives the array of an archive to `read`. */
type WithArray = (read: (open: OpenArray) => Promise<void>) => Promise<void>;

/** Gets hold of an archive: of the ranges of it that have the wanted rows, where it is to be had so, or else of all of it. */
async function arrayIn(
  source: PartSource,
  archive: ArchiveDefinition,
  wanted: RowSpan | false,
): Promise<WithArray> {
  const ranged = wanted === false ? undefined : await source.openRanged?.(archive);
  if (ranged !== undefined && wanted !== false) {
    const { where } = ranged;
    return async (read) => {
      const array = await ArrayReader.openRange(ranged, wanted, where);
      await read({ array, where }).finally(() => array.close());
    };
  }
  const path = await source.locate(archive);
  return (read) =>
    readArchive(path, archive, async (bytes, where) =>
      read({ array: await ArrayReader.open(bytes, where), where }),
    );
}

async function fillSlices(
  { split: { firstRows }, features, classes, classNames }: PartSource,
  part: WantedPart,
  files: { labels: OpenArray | undefined; images: OpenArray },
  filler: SliceFiller,
): Promise<void> {
  const { rows: count, labels, wanted } = part;
  const expectedLabels = { rows: count, firstRows, classes, column: labels?.column };
  const labelRows = files.labels && LabelRows.of(files.labels.array, files.labels.where, expectedLabels);
  const { array: images, where } = files.images;
  expectElements(images.header, { rows: count, ...elementsOf(features.input) }, where, firstRows);
  const ownClass = part.class === undefined ? 0 : (classNames ?? []).indexOf(part.class);
  const rowBytes = rowBytesOf(features.input);
  const { dtype, littleEndian } = images.header;
  await labelRows?.goTo(wanted.start);
  await images.goTo(wanted.start * rowBytes);
  for (let row = wanted.start; row < wanted.end; ) {
    const at = part.firstRow + row;
    const slice = await filler.at(at);
    const rows = Math.min(wanted.end - row, slice.end - at);
    const start = at - slice.firstRow;
    slice.labels?.fill(ownClass, start, start + rows);
    if (labelRows !== undefined) slice.labels?.set(await labelRows.read(row, rows), start);
    const elements = slice.elements.subarray(start * rowBytes, (start + rows) * rowBytes);
    await images.read(elements);
    slice.littleEndian ??= littleEndian;
    if (slice.littleEndian !== littleEndian) swapBytes(elements, dtype);
    await filler.filled(at, rows);
    row += rows;
  }
  if (wanted.end < count) return;
  await labelRows?.end();
  await images.end();
}

/** What the file of an input holds: gray images come with and without a dimension of their one channel. */
function elementsOf({ kind, dtype, shape }: InputFeature): Pick<ExpectedElements, 'dtype' | 'shapes'> {
  const [height, width, channels] = shape;
  const isGray = kind === 'image' && channels === 1;
  return { dtype, shapes: isGray ? [[height ?? 0, width ?? 0], shape] : [shape] };
}
