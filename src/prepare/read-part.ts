import { readArchive } from '../archive/read.js';
import { swapBytes } from '../arrays/elements.js';
import { type ExpectedElements, expectElements } from '../arrays/expect.js';
import { LabelRows } from '../arrays/labels.js';
import { ArrayReader } from '../arrays/reader.js';
import { type InputFeature, type RowFeatures, rowBytesOf } from '../dataset/feature.js';
import type {
  ArchiveDefinition,
  SplitDefinition,
  SplitPart,
  WantedPart,
} from '../dataset/split-definition.js';
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
}

/**
 * Reads the wanted rows of a part and their labels, side by side, into the slices that they belong to. The rows before them are
 * passed over. What comes behind them is looked at where they are the part's last, by whom every fault of it is found once.
 *
 * @throws {DatasetError} of archives and arrays that are not as they should be, `DISK`
 */
export async function readPart(source: PartSource, part: WantedPart, filler: SliceFiller): Promise<void> {
  const [labelsPath, imagesPath] = await Promise.all([
    part.labels && source.locate(part.labels),
    source.locate(part.images),
  ]);
  await withLabels(part, labelsPath, (labels) =>
    readArchive(imagesPath, part.images, (bytes, where) =>
      fillSlices(source, part, { labels, images: { bytes, where } }, filler),
    ),
  );
}

/** A file as it inflates. */
interface FileBytes {
  bytes: AsyncIterable<Uint8Array>;
  /** The file, for messages. */
  where: string;
}

/** Gives the labels' file to `read`, or nothing where the part has none. */
async function withLabels(
  { labels }: SplitPart,
  path: string | undefined,
  read: (labels: FileBytes | undefined) => Promise<void>,
): Promise<void> {
  if (labels === undefined || path === undefined) return read(undefined);
  return readArchive(path, labels, (bytes, where) => read({ bytes, where }));
}

async function fillSlices(
  { split: { firstRows }, features, classes, classNames }: PartSource,
  part: WantedPart,
  files: { labels: FileBytes | undefined; images: FileBytes },
  filler: SliceFiller,
): Promise<void> {
  const { rows: count, labels, wanted } = part;
  const expectedLabels = { rows: count, firstRows, classes, column: labels?.column };
  const labelRows = files.labels && (await LabelRows.open(files.labels, expectedLabels));
  const images = await ArrayReader.open(files.images.bytes, files.images.where);
  const { where } = files.images;
  expectElements(images.header, { rows: count, ...elementsOf(features.input) }, where, firstRows);
  const ownClass = part.class === undefined ? 0 : (classNames ?? []).indexOf(part.class);
  const rowBytes = rowBytesOf(features.input);
  const { dtype, littleEndian } = images.header;
  await labelRows?.passOver(wanted.start);
  await images.passOver(wanted.start * rowBytes);
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
