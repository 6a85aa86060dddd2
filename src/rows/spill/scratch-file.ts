import { closeSync, openSync, writeSync } from 'node:fs';
import { asDiskError } from '../../errors.js';
import type { SpillPlan } from './memory.js';

const OWNER_BYTES = Uint32Array.BYTES_PER_ELEMENT;
/** How much more memory there is for owners when it is full. */
const OWNERS_STEP = 64 * 1024;

/** Where the bytes of each bucket lie in a scratch file, which is cut into extents of one size; all of it in shared memory. */
export interface BucketIndex {
  /** Bytes of an extent: the one with the number `n` begins at `n` times so many. */
  extentBytes: number;
  /** Numbers of extents; those of one bucket stand together, in the order of its bytes. All but its last are full. */
  extents: Uint32Array;
  /** `buckets + 1` numbers: the extents of the bucket `b` are those from `starts[b]` to `starts[b + 1]`. */
  starts: Uint32Array;
  /** Length of each bucket's stream. */
  lengths: Float64Array;
}

/**
 * One file that takes streams of bytes for many buckets at once. The bytes of a bucket are gathered and written an extent at
 * a time behind what is there, so that one open file is enough for any number of buckets.
 *
 * It writes synchronously: the system only copies an extent, which takes less than to hand it to another thread, and no
 * extents pile up before a slow disk.
 */
export class ScratchFile {
  readonly path: string;
  readonly #plan: SpillPlan;
  /** An extent for each bucket. */
  readonly #gathered: ArrayBuffer;
  readonly #lengths: Float64Array;
  /** The bucket of each extent of the file, in memory that grows with them. */
  readonly #ownersMemory: ArrayBuffer;
  readonly #owners: Uint32Array;
  #extents = 0;
  #file: number | undefined;

  /**
   * Makes a new file.
   *
   * @param mostBytes what all streams have together at most
   * @throws {DatasetError} `DISK`, `DISK_FULL`
   */
  constructor(path: string, plan: SpillPlan, mostBytes: number) {
    this.path = path;
    this.#plan = plan;
    try {
      this.#file = openSync(path, 'wx');
    } catch (error) {
      throw asDiskError(error, `making ${path}`);
    }
    const bytes = plan.buckets * plan.extentBytes;
    this.#gathered = new ArrayBuffer(bytes, { maxByteLength: bytes });
    this.#lengths = new Float64Array(new SharedArrayBuffer(plan.buckets * 8));
    const mostExtents = Math.ceil(mostBytes / plan.extentBytes) + plan.buckets;
    this.#ownersMemory = new ArrayBuffer(0, { maxByteLength: mostExtents * OWNER_BYTES });
    this.#owners = new Uint32Array(this.#ownersMemory);
  }

  /**
   * Appends bytes to a bucket's stream.
   *
   * @throws {DatasetError} `DISK`, `DISK_FULL`
   */
  append(bucket: number, bytes: Uint8Array): void {
    const { extentBytes } = this.#plan;
    for (let at = 0; at < bytes.length; ) {
      const filled = this.#lengths[bucket]! % extentBytes;
      const piece = bytes.subarray(at, at + extentBytes - filled);
      this.#extent(bucket).set(piece, filled);
      this.#lengths[bucket]! += piece.length;
      at += piece.length;
      if (filled + piece.length === extentBytes) this.#write(bucket, extentBytes);
    }
  }

  /**
   * Writes what is left, closes the file and tells where everything is.
   *
   * @throws {DatasetError} `DISK`, `DISK_FULL`
   */
  finish(): BucketIndex {
    const { buckets, extentBytes } = this.#plan;
    for (const [bucket, length] of this.#lengths.entries())
      if (length % extentBytes > 0) this.#write(bucket, length % extentBytes);
    const starts = new Uint32Array(new SharedArrayBuffer((buckets + 1) * 4));
    for (const [bucket, length] of this.#lengths.entries())
      starts[bucket + 1] = starts[bucket]! + Math.ceil(length / extentBytes);
    const extents = new Uint32Array(new SharedArrayBuffer(this.#extents * 4));
    const next = starts.slice();
    for (let extent = 0; extent < this.#extents; extent++) extents[next[this.#owners[extent]!]!++] = extent;
    this.close();
    return { extentBytes, extents, starts, lengths: this.#lengths };
  }

  /**
   * Closes the file, where it is open still.
   *
   * @throws {DatasetError} `DISK`, `DISK_FULL`
   */
  close(): void {
    const file = this.#file;
    if (file === undefined) return;
    this.#file = undefined;
    // By hand: the main thread does so little while shards are written that it collects no garbage.
    this.#gathered.resize(0);
    this.#ownersMemory.resize(0);
    try {
      closeSync(file);
    } catch (error) {
      throw asDiskError(error, `writing ${this.path}`);
    }
  }

  /** Writes the extent that was gathered for a bucket. A write may be short, near the disk's end above all. */
  #write(bucket: number, length: number): void {
    const { extentBytes } = this.#plan;
    const bytes = this.#extent(bucket);
    const offset = this.#extents * extentBytes;
    this.#own(bucket);
    try {
      for (let at = 0; at < length; ) at += writeSync(this.#file ?? -1, bytes, at, length - at, offset + at);
    } catch (error) {
      throw asDiskError(error, `writing ${this.path}`);
    }
  }

  /** Gives the next extent of the file to a bucket. */
  #own(bucket: number): void {
    const { byteLength, maxByteLength } = this.#ownersMemory;
    if (this.#extents * OWNER_BYTES === byteLength)
      this.#ownersMemory.resize(Math.min(byteLength + OWNERS_STEP, maxByteLength));
    this.#owners[this.#extents++] = bucket;
  }

  /** The memory for a bucket's extent. */
  #extent(bucket: number): Uint8Array {
    const { extentBytes } = this.#plan;
    return new Uint8Array(this.#gathered, bucket * extentBytes, extentBytes);
  }
}
