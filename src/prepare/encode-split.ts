import { readArchive } from '../archive/read.js';
import type { SplitDefinition } from '../dataset/definition.js';
import { type InputFeature, type RowFeatures, rowBytesOf } from '../dataset/feature.js';
import { type ExpectedElements, expectElements } from '../idx/expect.js';
import { LabelRows } from '../idx/labels.js';
import { IdxReader } from '../idx/reader.js';
import type { MemoryBudget } from '../rows/spill/memory.js';
import { type EncodedSplit, RowStore } from '../rows/spill/row-store.js';
import { maxRecordBytes, type RowSlice, sliceRoomBytes } from './encode-slice.js';
import type { WorkerPool } from './pool.js';
import { SliceBuffers } from './slice-buffers.js';

/** Samples of a slice, about: enough that a worker's answer costs little beside it, few enough to keep every worker busy. */
const SLICE_BYTES = 512 * 1024;

/** What a row takes beside its samples, about: where images are tiny, it is more than they are. */
const ROW_OVERHEAD_BYTES = 128;

/** Slices under way at once: one that a worker encodes, one that waits for it, and one that is being filled. */
const slicesUnderWay = ({ threads }: WorkerPool): number => 2 * threads + 1;

/** What one split is encoded from and with. */
export interface SplitSource {
  split: SplitDefinition;
  features: RowFeatures;
  /** How many classes there are; 0 without labels. */
  classes: number;
  /** Where the archive of the images is. */
  imagesPath: string;
  /** Where the archive of the labels is, where the split has labels. */
  labelsPath: string | undefined;
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
 * Encodes a split's rows while its archives are still inflating. Nothing of it counts before both archives have proved to
 * be what the definition names.
 *
 * @throws {DatasetError} of archives and IDX files that are not as they should be, `MEMORY`, `DISK`, `DISK_FULL`
 */
export async function encodeSplit(source: SplitSource): Promise<EncodedSplit> {
  const { split, features, pool, keepSamples, budget, scratchPath } = source;
  const { name, rows } = split;
  const rowBytes = rowBytesOf(features.input);
  const sizes = {
    sliceRows: Math.max(1, Math.floor(SLICE_BYTES / (rowBytes + ROW_OVERHEAD_BYTES))),
    rowBytes,
    recordBytes: maxRecordBytes(features),
    sampleBytes: keepSamples ? rowBytes : 0,
  };
  const store = new RowStore({ name, rows, ...sizes, threads: pool.threads, budget, scratchPath });
  try {
    await withLabels(source, (labels) =>
      readArchive(source.imagesPath, split.images, (images, where) =>
        encodeRows(source, { labels, images: { bytes: images, where } }, store, sizes),
      ),
    );
    return store.finish();
  } catch (error) {
    store.abandon();
    throw error;
  }
}

/** How many rows a slice has, and how many bytes a row. */
interface SliceSizes {
  sliceRows: number;
  /** Of a row as the IDX file has it. */
  rowBytes: number;
  /** Most of its framed record. */
  recordBytes: number;
  /** Of its samples, where they are kept. */
  sampleBytes: number;
}

/** A file as it inflates. */
interface FileBytes {
  bytes: AsyncIterable<Uint8Array>;
  /** The file, for messages. */
  where: string;
}

/** Gives the labels' file to `read`, or nothing where the split has no labels. */
async function withLabels(
  { split, labelsPath }: SplitSource,
  read: (labels: FileBytes | undefined) => Promise<void>,
): Promise<void> {
  if (split.labels === undefined || labelsPath === undefined) return read(undefined);
  return readArchive(labelsPath, split.labels, (bytes, where) => read({ bytes, where }));
}

/** Reads rows and labels side by side, a slice at a time, and has the slices encoded. */
async function encodeRows(
  { split, features, classes, pool, keepSamples, onRows }: SplitSource,
  files: { labels: FileBytes | undefined; images: FileBytes },
  store: RowStore,
  sizes: SliceSizes,
): Promise<void> {
  const { rows: count, firstRows, name: splitName } = split;
  const { sliceRows, rowBytes } = sizes;
  const labelRows = files.labels && (await LabelRows.open(files.labels, { ...split, classes }));
  const images = await IdxReader.open(files.images.bytes, files.images.where);
  const expected = { rows: count, ...elementsOf(features.input) };
  expectElements(images.header, expected, files.images.where, firstRows);
  const buffers = sliceBuffers(pool, Math.min(sliceRows, count), sizes);
  let done = 0;
  const encode = async (slice: RowSlice): Promise<void> => {
    store.add(await pool.encodeSlice(slice));
    done += slice.rows;
    onRows(done);
  };
  for (let firstRow = 0; firstRow < count; firstRow += sliceRows) {
    const rows = Math.min(sliceRows, count - firstRow);
    const buffer = await buffers.take();
    const { elements, room } = buffer;
    const labels = await labelRows?.read(firstRow, rows);
    await images.read(elements.subarray(0, rows * rowBytes));
    encode({ splitName, features, firstRow, rows, elements, keepSamples, labels, room }).then(
      () => buffers.give(buffer),
      (error: unknown) => buffers.fail(error),
    );
  }
  await labelRows?.end();
  await images.end();
  await buffers.takeAll();
}

function sliceBuffers(pool: WorkerPool, rows: number, sizes: SliceSizes): SliceBuffers {
  const bytes = { elements: rows * sizes.rowBytes, room: sliceRoomBytes(rows, sizes) };
  return new SliceBuffers(slicesUnderWay(pool), bytes);
}

/** What the file of an input holds: gray images come with and without a dimension of their one channel. */
function elementsOf({ kind, dtype, shape }: InputFeature): Pick<ExpectedElements, 'dtype' | 'shapes'> {
  const [height, width, channels] = shape;
  const isGray = kind === 'image' && channels === 1;
  return { dtype, shapes: isGray ? [[height ?? 0, width ?? 0], shape] : [shape] };
}
