import { join } from 'node:path';
import { readArchive } from '../../src/archive/read.js';
import { featuresOf } from '../../src/dataset/definition.js';
import { rowBytesOf } from '../../src/dataset/feature.js';
import { writeArrayRecord } from '../../src/formats/array-record/write.js';
import { RECORD_BATCH_LIMITS, writeArrowShard } from '../../src/formats/arrow/write.js';
import { RECORD_LIMITS } from '../../src/formats/formats.js';
import { parquetSettings } from '../../src/formats/parquet/settings.js';
import { rowGroupLimits, writeParquetShard } from '../../src/formats/parquet/write.js';
import { crc32c } from '../../src/formats/tfrecord/crc32c.js';
import { recordBytesAt, serializedExamples } from '../../src/formats/tfrecord/records.js';
import { writeTfrecordShard } from '../../src/formats/tfrecord/write.js';
import type { Sink } from '../../src/fs/sink.js';
import { orderByHash, orderOfRows } from '../../src/plan/order.js';
import { encodeSlice } from '../../src/prepare/encode-slice.js';
import { runSettings } from '../../src/prepare/options.js';
import { type BatchLimits, type BytesAt, rowsInMemory } from '../../src/rows/batches.js';
import type { EncodedRows, RowBatch } from '../../src/rows/encoded-rows.js';
import { imageBytesAt } from '../../src/rows/table.js';
import { type BenchData, mainSplit, readIdx } from './bench-data.js';
import { pngSubjects } from './png-stage.js';
import type { Setting } from './setting.js';
import type { Part, Subject } from './subject.js';

/** As many rows of 28x28 as a slice of the pipeline has, about. */
const SLICE_ROWS = 668;
const ORDERED_ROWS = 60_000;

/** The stages, each by itself and on one thread. */
export async function stages(setting: Setting): Promise<Part> {
  const { data } = setting;
  const { subjects, notes } = await pngSubjects(setting);
  return {
    rows: mainSplit(data).rows,
    subjects: [
      ...subjects,
      inflateSubject(data),
      await crcSubject(data),
      {
        name: `Order of ${ORDERED_ROWS} rows`,
        measure: () => ({
          milliseconds: secondsOf(() => orderOfRows({ splitName: 'train' }, ORDERED_ROWS)) * 1000,
        }),
      },
      ...(await shardSubjects(data)),
    ],
    notes,
  };
}

function secondsOf(work: () => unknown): number {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
}

/** Inflating as the pipeline does it: the archive's checksum is taken on the way. */
function inflateSubject(data: BenchData): Subject {
  const { images } = mainSplit(data);
  return {
    name: 'Inflate, with the sha256 of the archive',
    measure: async () => {
      const start = performance.now();
      const bytes = await readArchive(join(data.archives, images.file), images, async (inflated) => {
        let sum = 0;
        for await (const chunk of inflated) sum += chunk.length;
        return sum;
      });
      return { megabytesPerSecond: bytes / 1000 / (performance.now() - start) };
    },
  };
}

/** The checksum over pieces of an image's length, which is that of a record, about. */
async function crcSubject(data: BenchData): Promise<Subject> {
  const { elements } = await readIdx(data, mainSplit(data).images);
  const piece = rowBytesOf(featuresOf(data.definition).input);
  const sumUp = (): void => {
    for (let at = 0; at < elements.length; at += piece) crc32c(elements, at, at + piece);
  };
  return {
    name: 'CRC-32C',
    measure: () => ({ megabytesPerSecond: elements.length / 1e6 / secondsOf(sumUp) }),
  };
}

/** The writers of shards, into a sink that only counts. */
async function shardSubjects(data: BenchData): Promise<Subject[]> {
  const encoded = await encodedRows(data);
  const { layout } = runSettings(data.definition, { out: '.', cacheDir: '.' });
  const settings = await parquetSettings(layout.table, layout.compression);
  const range = { start: 0, end: encoded.order.length };
  const batches = (limits: BatchLimits, bytesAt: BytesAt): Iterable<RowBatch> =>
    rowsInMemory(encoded).batches(range, limits, bytesAt);
  const records = (): Iterable<RowBatch> => batches(RECORD_LIMITS, recordBytesAt);
  const imageBytes: BytesAt = (rows, place) => imageBytesAt(rows, place, layout.table);
  const subject = (name: string, write: (sink: Sink) => void): Subject => ({
    name: `Shard writer: ${name}`,
    measure: () => {
      const sink = countingSink();
      const seconds = secondsOf(() => write(sink));
      return { megabytesPerSecond: sink.bytes / 1e6 / seconds, usPerRow: (seconds / range.end) * 1e6 };
    },
  });
  return [
    subject('TFRecord', (sink) => writeTfrecordShard(records(), sink)),
    subject('Arrow', (sink) =>
      writeArrowShard(batches(RECORD_BATCH_LIMITS, imageBytes), sink, layout.table, layout.arrowForm),
    ),
    subject('Parquet', (sink) =>
      writeParquetShard(batches(rowGroupLimits(layout.table), imageBytes), sink, layout.table, settings),
    ),
    subject('ArrayRecord', (sink) => writeArrayRecord(serializedExamples(records()), sink)),
  ];
}

function countingSink(): Sink & { readonly bytes: number } {
  let bytes = 0;
  return {
    write: (chunk) => {
      bytes += chunk.length;
    },
    get bytes() {
      return bytes;
    },
  };
}

async function encodedRows(data: BenchData): Promise<EncodedRows> {
  const split = mainSplit(data);
  const keys = { splitName: split.name };
  const features = featuresOf(data.definition);
  const elements = sharedCopy((await readIdx(data, split.images)).elements);
  const labels = split.labels && (await readIdx(data, split.labels)).elements;
  const rowBytes = rowBytesOf(features.input);
  const slices = Array.from({ length: Math.ceil(split.rows / SLICE_ROWS) }, (_, slice) => {
    const firstRow = slice * SLICE_ROWS;
    const rows = Math.min(SLICE_ROWS, split.rows - firstRow);
    return encodeSlice({
      keys,
      features,
      firstRow,
      rows,
      elements: elements.subarray(firstRow * rowBytes),
      keepSamples: false,
      labels: labels && Uint32Array.from(labels.subarray(firstRow, firstRow + rows)),
    });
  });
  const hashes = Uint32Array.from(slices.flatMap((slice) => Array.from(slice.hashes)));
  const rowNumbers = Uint32Array.from(slices.flatMap((slice) => Array.from(slice.rowNumbers)));
  const order = orderByHash(keys, hashes, (position) => rowNumbers[position] ?? 0);
  return { name: split.name, slices, sliceRows: SLICE_ROWS, order };
}

function sharedCopy(bytes: Uint8Array): Uint8Array<SharedArrayBuffer> {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}
