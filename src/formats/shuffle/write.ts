import { crc32 } from 'node:zlib';
import { type WrittenFile, writeNewFile } from '../../fs/file-sink.js';
import type { Sink } from '../../fs/sink.js';
import type { BatchLimits } from '../../rows/batches.js';
import { type EncodedRows, type RowBatch, sliceAt } from '../../rows/encoded-rows.js';
import { type EncodedSlice, sliceIndex, sliceIndexBytes } from '../../rows/slice.js';
import { writeRun } from '../../rows/spill/bucket.js';
import type { EncodedSplit } from '../../rows/spill/row-store.js';
import { rowsOf } from '../formats.js';
import { recordBytesAt } from '../tfrecord/records.js';
import { BLOCK_HEAD_BYTES, bucketSpan, expectLittleEndian } from './layout.js';

/** Rows for a worker to write as one shuffle file. */
export interface ShuffleTask {
  path: string;
  split: EncodedSplit;
  /** How many buckets there are, a power of two. */
  buckets: number;
  /** Bytes of samples that each row has beside its record. */
  sampleBytes: number;
}

/** What is known of a shuffle file when it is written. */
export interface ShuffleFile extends WrittenFile {
  /** Rows of each bucket. */
  rows: number[];
  /** Bytes of each bucket, which stand one behind the other. */
  lengths: number[];
}

/** Rows that become one block at most, so that whoever reads it holds little. */
const LIMITS: BatchLimits = { rows: 1000, bytes: 1024 * 1024 };

/**
 * Writes encoded rows as a new shuffle file: see `layout.ts`.
 *
 * @throws {DatasetError} `DISK`, `DISK_FULL`
 */
export function writeShuffleFile({ path, split, buckets, sampleBytes }: ShuffleTask): ShuffleFile {
  expectLittleEndian();
  const rows = new Array<number>(buckets).fill(0);
  const lengths = new Array<number>(buckets).fill(0);
  const span = bucketSpan(buckets);
  const bytesAt = (all: EncodedRows, place: number): number => recordBytesAt(all, place) + sampleBytes;
  const file = writeNewFile(path, (sink) => {
    for (const batch of rowsOf(split).batches({ start: 0, end: split.rows }, LIMITS, bytesAt)) {
      const slice = inOrder(batch, sampleBytes);
      for (let start = 0; start < slice.rows; ) {
        const bucket = Math.floor(slice.hashes[start]! / span);
        let end = start + 1;
        while (end < slice.rows && slice.hashes[end]! < (bucket + 1) * span) end++;
        lengths[bucket]! += writeBlock(slice, { start, end }, sink);
        rows[bucket]! += end - start;
        start = end;
      }
    }
  });
  return { ...file, rows, lengths };
}

/** The rows of a batch as one slice, in the order of their places. */
function inOrder({ rows: encoded, range }: RowBatch, sampleBytes: number): EncodedSlice {
  const rows = range.end - range.start;
  const index = sliceIndex(new ArrayBuffer(sliceIndexBytes(rows)), rows);
  let bytes = 0;
  for (let place = range.start; place < range.end; place++) bytes += recordBytesAt(encoded, place);
  const records = new Uint8Array(bytes);
  const samples = sampleBytes === 0 ? undefined : new Uint8Array(rows * sampleBytes);
  let at = 0;
  for (let row = 0; row < rows; row++) {
    const position = encoded.order[range.start + row]!;
    const from = sliceAt(encoded, position);
    const own = position - from.firstPosition;
    const [start, end] = [from.offsets[own]!, from.offsets[own + 1]!];
    records.set(from.records.subarray(start, end), at);
    samples?.set(from.samples!.subarray(own * sampleBytes, (own + 1) * sampleBytes), row * sampleBytes);
    index.offsets[row] = at;
    index.imageStarts[row] = at + from.imageStarts[own]! - start;
    index.imageEnds[row] = at + from.imageEnds[own]! - start;
    index.rowNumbers[row] = from.rowNumbers[own]!;
    index.hashes[row] = from.hashes[own]!;
    index.labels[row] = from.labels[own]!;
    at += end - start;
  }
  index.offsets[rows] = at;
  return { firstPosition: 0, rows, records, ...index, ...(samples === undefined ? {} : { samples }) };
}

/** Writes some rows of a slice as a block, and gives its bytes. */
function writeBlock(slice: EncodedSlice, { start, end }: { start: number; end: number }, sink: Sink): number {
  const pieces: Uint8Array[] = [];
  writeRun(slice, start, end, (bytes) => pieces.push(bytes));
  const head = new Uint32Array(2);
  for (const piece of pieces) {
    head[0]! += piece.length;
    head[1] = crc32(piece, head[1]);
  }
  sink.write(new Uint8Array(head.buffer));
  for (const piece of pieces) sink.write(piece);
  return BLOCK_HEAD_BYTES + head[0]!;
}
