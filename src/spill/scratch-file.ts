import { type FileHandle, open } from 'node:fs/promises';
import { asDiskError } from '../errors.js';
import type { SpillPlan } from './memory.js';

/** Extents that are on their way to the disk at once. */
const WRITES_UNDER_WAY = 8;

/** Where the bytes of each bucket lie in a scratch file; all of it in shared memory. */
export interface BucketIndex {
  /** Offset and length of each extent, in turns; those of one bucket stand together, in the order of its bytes. */
  extents: Float64Array;
  /** `buckets + 1` numbers: the extents of the bucket `b` are those from `starts[b]` to `starts[b + 1]`. */
  starts: Uint32Array;
}

/**
 * One file that takes streams of bytes for many buckets at once. The bytes of a bucket are gathered and written an extent at
 * a time behind what is there, so that one open file is enough for any number of buckets.
 */
export class ScratchFile {
  readonly path: string;
  readonly #file: FileHandle;
  readonly #plan: SpillPlan;
  readonly #buffers: (Uint8Array | undefined)[];
  readonly #filled: Uint32Array;
  readonly #extents: number[][];
  readonly #free: Uint8Array[] = [];
  readonly #writes = new Set<Promise<void>>();
  #end = 0;
  #failure: { error: unknown } | undefined;

  private constructor(path: string, file: FileHandle, plan: SpillPlan) {
    this.path = path;
    this.#file = file;
    this.#plan = plan;
    this.#buffers = new Array<undefined>(plan.buckets).fill(undefined);
    this.#filled = new Uint32Array(plan.buckets);
    this.#extents = Array.from({ length: plan.buckets }, () => []);
  }

  /**
   * Makes a new file.
   *
   * @throws {DatasetError} `DISK`, `DISK_FULL`
   */
  static async open(path: string, plan: SpillPlan): Promise<ScratchFile> {
    try {
      return new ScratchFile(path, await open(path, 'wx'), plan);
    } catch (error) {
      throw asDiskError(error, `making ${path}`);
    }
  }

  /** Appends bytes to a bucket's stream. They are copied; {@link drained} bounds how many wait for the disk. */
  append(bucket: number, bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const buffer = this.#buffers[bucket] ?? this.#free.pop() ?? new Uint8Array(this.#plan.extentBytes);
      this.#buffers[bucket] = buffer;
      const piece = bytes.subarray(at, at + buffer.length - this.#filled[bucket]!);
      buffer.set(piece, this.#filled[bucket]);
      this.#filled[bucket]! += piece.length;
      at += piece.length;
      if (this.#filled[bucket] === buffer.length) this.#flush(bucket);
    }
  }

  /**
   * Waits until few extents are on their way to the disk.
   *
   * @throws {DatasetError} `DISK`, `DISK_FULL` where one could not be written
   */
  async drained(most = WRITES_UNDER_WAY): Promise<void> {
    while (this.#writes.size > most) await Promise.race(this.#writes);
    if (this.#failure !== undefined) throw asDiskError(this.#failure.error, `writing ${this.path}`);
  }

  /**
   * Writes what is left, closes the file and tells where everything is.
   *
   * @throws {DatasetError} `DISK`, `DISK_FULL`
   */
  async finish(): Promise<BucketIndex> {
    for (let bucket = 0; bucket < this.#plan.buckets; bucket++) {
      this.#flush(bucket);
      await this.drained();
    }
    await this.close();
    await this.drained(0);
    const extents = new Float64Array(new SharedArrayBuffer(this.#extents.flat().length * 8));
    extents.set(this.#extents.flat());
    const starts = new Uint32Array(new SharedArrayBuffer((this.#plan.buckets + 1) * 4));
    for (const [bucket, own] of this.#extents.entries())
      starts[bucket + 1] = starts[bucket]! + own.length / 2;
    return { extents, starts };
  }

  /** Closes the file, once what is on its way has arrived; what {@link drained} would throw is left to it. */
  async close(): Promise<void> {
    await Promise.all(this.#writes);
    await this.#file.close().catch((error: unknown) => this.#fail(error));
  }

  #flush(bucket: number): void {
    const buffer = this.#buffers[bucket];
    if (buffer === undefined) return;
    const length = this.#filled[bucket]!;
    const offset = this.#end;
    this.#end += length;
    this.#extents[bucket]!.push(offset, length);
    this.#buffers[bucket] = undefined;
    this.#filled[bucket] = 0;
    const write = this.#write(buffer, length, offset).then(
      () => void this.#free.push(buffer),
      (error: unknown) => this.#fail(error),
    );
    this.#writes.add(write);
    write.finally(() => this.#writes.delete(write));
  }

  /** A write may be short, near the disk's end above all. */
  async #write(buffer: Uint8Array, length: number, offset: number): Promise<void> {
    for (let at = 0; at < length; ) {
      const { bytesWritten } = await this.#file.write(buffer, at, length - at, offset + at);
      at += bytesWritten;
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
  }
}
