import { type EncodedSlice, sliceIndex, sliceIndexBytes } from '../slice.js';

/**
 * Rows in a bucket's stream: runs of neighbours of one slice, one run behind the other, each
 *
 *     u32 number of rows, then for each row six u32: its number, its hash's first 32 bits, its label, bytes of its record,
 *     start and end of its image in the record
 *     the records
 *     the samples, where they are kept
 *
 * in the machine's own order of bytes: the file is read where it was written.
 */
const ROW_FIELDS = 6;

/** Bytes that a row takes beside its record and its samples, but for its part of its run's head. */
export const ROW_HEAD_BYTES = ROW_FIELDS * 4;
/** Bytes of a run's head. */
export const RUN_HEAD_BYTES = 4;

/** Memory for the head of a run, used again for the next: what is allocated for so little is the most of it. */
let heads = new Uint32Array(0);

/**
 * Gives the pieces that make a run of a slice's rows, from the position `start` in it to before `end`; `write` must take
 * them at once.
 */
export function writeRun(
  slice: EncodedSlice,
  start: number,
  end: number,
  write: (bytes: Uint8Array) => void,
): void {
  const fields = 1 + ROW_FIELDS * (end - start);
  if (heads.length < fields) heads = new Uint32Array(2 * fields);
  const head = heads.subarray(0, fields);
  head[0] = end - start;
  let at = 1;
  for (let row = start; row < end; row++) {
    const offset = slice.offsets[row]!;
    head[at++] = slice.rowNumbers[row]!;
    head[at++] = slice.hashes[row]!;
    head[at++] = slice.labels[row]!;
    head[at++] = slice.offsets[row + 1]! - offset;
    head[at++] = slice.imageStarts[row]! - offset;
    head[at++] = slice.imageEnds[row]! - offset;
  }
  write(new Uint8Array(head.buffer, 0, head.byteLength));
  write(slice.records.subarray(slice.offsets[start], slice.offsets[end]));
  if (slice.samples === undefined) return;
  const size = slice.samples.length / slice.rows;
  write(slice.samples.subarray(start * size, end * size));
}

/** How large buckets are. */
export interface BucketSizes {
  /** Bytes that no bucket's stream has more of. */
  bytes: number;
  /** Rows that no bucket has more of. */
  rows: number;
  /** Bytes of samples a row. */
  sampleBytes: number;
}

/** Memory for one bucket at a time, used again for the next. */
export class BucketMemory {
  readonly #sizes: BucketSizes;
  readonly #stream: Uint8Array;
  readonly #index: ArrayBuffer;
  readonly #samples: Uint8Array;

  /** Takes buckets of these sizes. */
  constructor(sizes: BucketSizes) {
    this.#sizes = sizes;
    this.#stream = new Uint8Array(sizes.bytes);
    this.#index = new ArrayBuffer(sliceIndexBytes(sizes.rows));
    this.#samples = new Uint8Array(sizes.rows * sizes.sampleBytes);
  }

  /** Whether it takes buckets of other sizes, too. */
  fits({ bytes, rows, sampleBytes }: BucketSizes): boolean {
    const own = this.#sizes;
    return bytes <= own.bytes && rows <= own.rows && sampleBytes === own.sampleBytes;
  }

  /**
   * Reads a bucket's runs as one slice of `rows` rows, which lies in this memory.
   *
   * @param bytes length of the stream
   * @param fill gives the stream, into memory of that length
   */
  load(rows: number, bytes: number, fill: (stream: Uint8Array) => void): EncodedSlice {
    const { sampleBytes } = this.#sizes;
    const stream = this.#stream.subarray(0, bytes);
    fill(stream);
    const index = sliceIndex(this.#index, rows);
    const { offsets, imageStarts, imageEnds } = index;
    let position = 0;
    let recordsEnd = 0;
    for (let at = 0; at < bytes; ) {
      const [run = 0] = numbersAt(stream, at, 1);
      const head = numbersAt(stream, at + RUN_HEAD_BYTES, run * ROW_FIELDS);
      const recordsStart = at + RUN_HEAD_BYTES + head.byteLength;
      const target = recordsEnd;
      for (let field = 0; field < head.length; field += ROW_FIELDS, position++) {
        index.rowNumbers[position] = head[field]!;
        index.hashes[position] = head[field + 1]!;
        index.labels[position] = head[field + 2]!;
        offsets[position] = recordsEnd;
        imageStarts[position] = recordsEnd + head[field + 4]!;
        imageEnds[position] = recordsEnd + head[field + 5]!;
        recordsEnd += head[field + 3]!;
      }
      const samplesStart = recordsStart + recordsEnd - target;
      at = samplesStart + run * sampleBytes;
      this.#samples.set(stream.subarray(samplesStart, at), (position - run) * sampleBytes);
      // Records move together, over the heads of runs that have been read.
      stream.copyWithin(target, recordsStart, samplesStart);
    }
    offsets[rows] = recordsEnd;
    const samples = sampleBytes === 0 ? {} : { samples: this.#samples.subarray(0, rows * sampleBytes) };
    return { firstPosition: 0, rows, records: stream.subarray(0, recordsEnd), ...index, ...samples };
  }
}

/** A copy of `count` numbers that stand at any offset. */
function numbersAt(stream: Uint8Array, at: number, count: number): Uint32Array {
  const numbers = new Uint32Array(count);
  new Uint8Array(numbers.buffer).set(stream.subarray(at, at + numbers.byteLength));
  return numbers;
}
