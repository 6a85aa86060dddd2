import { readArchive } from './archive/read.js';
import type { DatasetDefinition, SplitDefinition } from './dataset/definition.js';
import type { EncodedSlice } from './encode/slice.js';
import { expectBytes, expectLabels } from './idx/expect.js';
import { IdxReader } from './idx/reader.js';
import { orderOfRows } from './plan/order.js';
import type { WorkerPool } from './pool.js';
import type { EncodedSplit } from './shard/encoded-split.js';
import { SliceBuffers } from './slice-buffers.js';

/** Pixels of a slice, about: enough that a worker's answer costs little beside it, few enough to keep every worker busy. */
const SLICE_BYTES = 512 * 1024;

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
  /** Called when more rows are encoded, with how many are so far. */
  onRows: (rows: number) => void;
}

/**
 * Encodes a split's rows while its archive is still inflating. Nothing of it counts before both archives have proved to
 * be what the definition names.
 *
 * @throws {DatasetError} of archives and IDX files that are not as they should be
 */
export async function encodeSplit(source: SplitSource): Promise<EncodedSplit> {
  const { definition, split } = source;
  const [height, width] = definition.image.shape;
  const sliceRows = Math.max(1, Math.floor(SLICE_BYTES / (height * width)));
  const labels = await readLabels(source);
  const slices = encodeImages(source, labels, sliceRows);
  const order = orderOfRows(split.name, split.rows);
  return { name: split.name, slices: await slices, sliceRows, order, labels };
}

function readLabels({ definition, split, labelsPath }: SplitSource): Promise<Uint8Array<SharedArrayBuffer>> {
  return readArchive(labelsPath, split.labels, async (inflated, where) => {
    const idx = await IdxReader.open(inflated, where);
    expectBytes(idx.header, [split.rows], where, split.firstRows);
    const labels = new Uint8Array(new SharedArrayBuffer(split.rows));
    await idx.read(labels);
    await idx.end();
    expectLabels(labels, definition.label.classes, where);
    return labels;
  });
}

function encodeImages(
  source: SplitSource,
  labels: Uint8Array<SharedArrayBuffer>,
  sliceRows: number,
): Promise<EncodedSlice[]> {
  const { definition, split, imagesPath, pool, keepSamples } = source;
  const [height, width, channels] = definition.image.shape;
  const rowBytes = height * width * channels;
  return readArchive(imagesPath, split.images, async (inflated, where) => {
    const idx = await IdxReader.open(inflated, where);
    expectBytes(idx.header, [split.rows, height, width], where, split.firstRows);
    const buffers = new SliceBuffers(slicesUnderWay(pool), Math.min(sliceRows, split.rows) * rowBytes);
    const encoded: Promise<EncodedSlice>[] = [];
    let done = 0;
    for (let firstRow = 0; firstRow < split.rows; firstRow += sliceRows) {
      const rows = Math.min(sliceRows, split.rows - firstRow);
      const pixels = await buffers.take();
      await idx.read(pixels.subarray(0, rows * rowBytes));
      const featureNames = [definition.image.name, definition.label.name] as const;
      const slice = {
        shape: { height, width, channels },
        featureNames,
        firstRow,
        rows,
        pixels,
        keepSamples,
        labels,
      };
      const encoding = pool.encodeSlice(slice).finally(() => buffers.give(pixels));
      const advance = (): void => {
        done += rows;
        source.onRows(done);
      };
      encoding.then(advance, (error: unknown) => buffers.fail(error));
      encoded.push(encoding);
    }
    await idx.end();
    return Promise.all(encoded);
  });
}
