import { readArchive } from '../archive/read.js';
import { swapBytes } from '../arrays/elements.js';
import { type ExpectedElements, expectElements } from '../arrays/expect.js';
import { LabelRows } from '../arrays/labels.js';
import { ArrayReader } from '../arrays/reader.js';
import { type InputFeature, type RowFeatures, rowBytesOf } from '../dataset/feature.js';
import { rowKeysOf } from '../dataset/row-keys.js';
import {
  type ArchiveDefinition,
  type PlacedPart,
  placedParts,
  type SplitDefinition,
  type SplitPart,
} from '../dataset/split-definition.js';
import { keysWithin, type RowKeys } from '../plan/row-keys.js';
import type { MemoryBudget } from '../rows/spill/memory.js';
import { type EncodedSplit, RowStore } from '../rows/spill/row-store.js';
import { maxRecordBytes, sliceRoomBytes } from './encode-slice.js';
import type { WorkerPool } from './pool.js';
import { SliceBuffers } from './slice-buffers.js';
import { type FullSlice, SliceFiller } from './slice-filler.js';

/** Samples of a slice, about: enough that a worker's answer costs little beside it, few enough to keep every worker busy. */
const SLICE_BYTES = 512 * 1024;

/** What a row takes beside its samples, about: where images are tiny, it is more than they are. */
const ROW_OVERHEAD_BYTES = 128;

/** Parts of a split whose archives are read at the same time. */
const PARTS_AT_ONCE = 3;

/** Slices under way at once: one that a worker encodes, one that waits for it, and one that is being filled. */
const slicesUnderWay = ({ threads }: WorkerPool): number => 2 * threads + 1;

/** Slices that each further part may hold: the one that it fills, and those that it shares with the parts before and behind it. */
const SLICES_A_PART = 3;

/** Rows of a split: `start` (inclusive) to `end` (exclusive). */
export interface RowRange {
  start: number;
  end: number;
}

/** What one split is encoded from and with. */
export interface SplitSource {
  split: SplitDefinition;
  /** The rows that are wanted (default: all). */
  range?: RowRange | undefined;
  features: RowFeatures;
  /** Names of the classes, where they have names. */
  classNames: readonly string[] | undefined;
  /** How many classes there are; 0 without labels. */
  classes: number;
  /** Waits for the path of an archive. */
  locate: (archive: ArchiveDefinition) => Promise<string>;
  pool: WorkerPool;
  /** Whether the images' samples are wanted beside the records. */
  keepSamples: boolean;
  budget: MemoryBudget;
  /** Where rows are kept that do not fit the budget. */
  scratchPath: string;
  /** Called when more rows are encoded, with how many are so far. */
  onRows: (rows: number) => void;
}

/**
 * Encodes a split's rows while its archives are still inflating. Nothing of it counts before all archives have proved to be
 * what the definition names.
 *
 * @throws {DatasetError} of archives and arrays that are not as they should be, `MEMORY`, `DISK`, `DISK_FULL`
 */
export async function encodeSplit(source: SplitSource): Promise<EncodedSplit> {
  const { split, features, pool, keepSamples, budget, scratchPath } = source;
  const { rows } = split;
  const rowBytes = rowBytesOf(features.input);
  const sizes = {
    sliceRows: Math.max(1, Math.floor(SLICE_BYTES / (rowBytes + ROW_OVERHEAD_BYTES))),
    rowBytes,
    recordBytes: maxRecordBytes(features),
    sampleBytes: keepSamples ? rowBytes : 0,
  };
  const keys = rowKeysOf(split);
  const store = new RowStore({ keys, rows, ...sizes, threads: pool.threads, budget, scratchPath });
  try {
    await encodeRows(source, keys, store, sizes);
    return store.finish();
  } catch (error) {
    store.abandon();
    throw error;
  }
}

/** How many rows a slice has, and how many bytes a row. */
interface SliceSizes {
  sliceRows: number;
  /** Of a row as the file of an array has it. */
  rowBytes: number;
  /** Most of its framed record. */
  recordBytes: number;
  /** Of its samples, where they are kept. */
  sampleBytes: number;
}

/** Reads the parts of a split, some at a time, and has each slice encoded when it is full. */
async function encodeRows(
  source: SplitSource,
  keys: RowKeys,
  store: RowStore,
  sizes: SliceSizes,
): Promise<void> {
  const { split, features, pool, keepSamples, onRows } = source;
  const parts = placedParts(split);
  const atOnce = Math.min(parts.length, PARTS_AT_ONCE);
  const sliceRows = Math.min(sizes.sliceRows, split.rows);
  const bytes = { elements: sliceRows * sizes.rowBytes, room: sliceRoomBytes(sliceRows, sizes) };
  const buffers = new SliceBuffers(slicesUnderWay(pool) + (atOnce - 1) * SLICES_A_PART, bytes);
  let done = 0;
  const encode = async (slice: FullSlice): Promise<void> => {
    const { firstRow, rows } = slice;
    const own = keysWithin(keys, firstRow, firstRow + rows);
    store.add(await pool.encodeSlice({ ...slice, keys: own, features, keepSamples }));
    done += rows;
    onRows(done);
  };
  const shape = { rows: split.rows, sliceRows, hasLabels: features.label !== undefined };
  const filler = new SliceFiller(shape, buffers, encode);
  const readOn = async (): Promise<void> => {
    for (let part = parts.shift(); part !== undefined; part = parts.shift())
      await readPart(source, part, filler);
  };
  const stop = (error: unknown): never => {
    // The others end at their next slice.
    buffers.fail(error);
    throw error;
  };
  const ends = await Promise.allSettled(Array.from({ length: atOnce }, () => readOn().catch(stop)));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  await buffers.takeAll();
}

/** Reads rows and labels of a part side by side, into the slices that they belong to. */
async function readPart(source: SplitSource, part: PlacedPart, filler: SliceFiller): Promise<void> {
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
  { split: { firstRows }, features, classes, classNames }: SplitSource,
  part: PlacedPart,
  files: { labels: FileBytes | undefined; images: FileBytes },
  filler: SliceFiller,
): Promise<void> {
  const { rows: count, labels } = part;
  const expectedLabels = { rows: count, firstRows, classes, column: labels?.column };
  const labelRows = files.labels && (await LabelRows.open(files.labels, expectedLabels));
  const images = await ArrayReader.open(files.images.bytes, files.images.where);
  const { where } = files.images;
  expectElements(images.header, { rows: count, ...elementsOf(features.input) }, where, firstRows);
  const ownClass = part.class === undefined ? 0 : (classNames ?? []).indexOf(part.class);
  const rowBytes = rowBytesOf(features.input);
  const { dtype, littleEndian } = images.header;
  for (let row = 0; row < count; ) {
    const at = part.firstRow + row;
    const slice = await filler.at(at);
    const rows = Math.min(count - row, slice.end - at);
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
  await labelRows?.end();
  await images.end();
}

/** What the file of an input holds: gray images come with and without a dimension of their one channel. */
function elementsOf({ kind, dtype, shape }: InputFeature): Pick<ExpectedElements, 'dtype' | 'shapes'> {
  const [height, width, channels] = shape;
  const isGray = kind === 'image' && channels === 1;
  return { dtype, shapes: isGray ? [[height ?? 0, width ?? 0], shape] : [shape] };
}
