import { readArchive } from './archive/read.js';
import type { DatasetDefinition, SplitDefinition } from './dataset/definition.js';
import { maxRecordBytes, type RowSlice } from './encode/slice.js';
import { expectBytes, expectLabels } from './idx/expect.js';
import { IdxReader } from './idx/reader.js';
import type { WorkerPool } from './pool.js';
import { SliceBuffers } from './slice-buffers.js';
import type { MemoryBudget } from './spill/memory.js';
import { type EncodedSplit, RowStore } from './spill/row-store.js';

/** Samples of a slice, about: enough that a worker's answer costs little beside it, few enough to keep every worker busy. */
const SLICE_BYTES = 512 * 1024;

/** What a row takes beside its samples, about: where images are tiny, it is more than they are. */
const ROW_OVERHEAD_BYTES = 128;

/** Slices under way at once: one that a worker encodes, one that waits for it, and one that is being filled. */
const slicesUnderWay = ({ threads }: WorkerPool): number => 2 * threads + 1;

/** What one split is encoded from and with. */
export interface SplitSource {
  definition: DatasetDefinition;
  split: SplitDefinition;
  /** Where the archive of the images is. */
  imagesPath: string;
  /** Where the archive of the labels is. */
  labelsPath: string;
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
  const { definition, split, pool, keepSamples, budget, scratchPath } = source;
  const [height, width, channels] = definition.image.shape;
  const rowBytes = height * width * channels;
  const sliceRows = Math.max(1, Math.floor(SLICE_BYTES / (rowBytes + ROW_OVERHEAD_BYTES)));
  const store = new RowStore({
    name: split.name,
    rows: split.rows,
    sliceRows,
    recordBytes: maxRecordBytes({ height, width, channels }, featureNames(definition)),
    sampleBytes: keepSamples ? rowBytes : 0,
    threads: pool.threads,
    budget,
    scratchPath,
  });
  try {
    await readArchive(source.labelsPath, split.labels, (labels, labelsWhere) =>
      readArchive(source.imagesPath, split.images, (images, imagesWhere) =>
        encodeRows(source, { labels, labelsWhere, images, imagesWhere }, store, sliceRows),
      ),
    );
    return await store.finish();
  } catch (error) {
    await store.abandon();
    throw error;
  }
}

const featureNames = ({ image, label }: DatasetDefinition): readonly [string, string] => [
  image.name,
  label.name,
];

/** The two files of a split, as they inflate. */
interface SplitBytes {
  labels: AsyncIterable<Uint8Array>;
  /** The file of the labels, for messages. */
  labelsWhere: string;
  images: AsyncIterable<Uint8Array>;
  imagesWhere: string;
}

/** Reads images and labels side by side, a slice at a time, and has the slices encoded. */
async function encodeRows(
  { definition, split, pool, keepSamples, onRows }: SplitSource,
  bytes: SplitBytes,
  store: RowStore,
  sliceRows: number,
): Promise<void> {
  const { labelsWhere, imagesWhere } = bytes;
  const [height, width, channels] = definition.image.shape;
  const rowBytes = height * width * channels;
  const labelsIdx = await IdxReader.open(bytes.labels, labelsWhere);
  expectBytes(labelsIdx.header, [split.rows], labelsWhere, split.firstRows);
  const imagesIdx = await IdxReader.open(bytes.images, imagesWhere);
  expectBytes(imagesIdx.header, [split.rows, height, width], imagesWhere, split.firstRows);
  const buffers = new SliceBuffers(slicesUnderWay(pool), Math.min(sliceRows, split.rows) * rowBytes);
  const encoded: Promise<void>[] = [];
  let done = 0;
  const encode = async (slice: RowSlice): Promise<void> => {
    await store.add(await pool.encodeSlice(slice));
    done += slice.rows;
    onRows(done);
  };
  for (let firstRow = 0; firstRow < split.rows; firstRow += sliceRows) {
    const rows = Math.min(sliceRows, split.rows - firstRow);
    const pixels = await buffers.take();
    const labels = new Uint8Array(rows);
    await labelsIdx.read(labels);
    expectLabels(labels, firstRow, definition.label.classes, labelsWhere);
    await imagesIdx.read(pixels.subarray(0, rows * rowBytes));
    const encoding = encode({
      splitName: split.name,
      shape: { height, width, channels },
      featureNames: featureNames(definition),
      firstRow,
      rows,
      pixels,
      keepSamples,
      labels: Uint32Array.from(labels),
    }).finally(() => buffers.give(pixels));
    encoding.catch((error: unknown) => buffers.fail(error));
    encoded.push(encoding);
  }
  await labelsIdx.end();
  await imagesIdx.end();
  await Promise.all(encoded);
}
