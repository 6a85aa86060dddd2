import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { asDiskError } from '../errors.js';
import type { Sink } from './sink.js';

/** What is known of a file when it is written. */
export interface WrittenFile {
  bytes: number;
  sha256: string;
}

const BUFFER_BYTES = 1024 * 1024;

/** What every file of this thread is gathered in, one after the other: what each left behind would lie there for long. */
let buffer: Buffer | undefined;

/**
 * Writes a new file through `fill` and closes it, whatever happens. Syncing it to the disk is left to the caller: a worker
 * would wait for the disk where it could go on with the next task.
 *
 * @throws {DatasetError} `DISK_FULL`, `DISK`, and what `fill` throws
 */
export function writeNewFile(path: string, fill: (sink: Sink) => void): WrittenFile {
  try {
    const file = openSync(path, 'wx');
    try {
      const sink = new FileSink(file);
      fill(sink);
      return sink.finish();
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw asDiskError(error, `writing ${path}`);
  }
}

/** Gathers small writes into large ones, and the checksum of what is written. Synchronous: it runs in a worker. */
class FileSink implements Sink {
  readonly #file: number;
  readonly #hash = createHash('sha256');
  readonly #buffer: Buffer;
  #buffered = 0;
  #bytes = 0;

  constructor(file: number) {
    this.#file = file;
    buffer ??= Buffer.allocUnsafe(BUFFER_BYTES);
    this.#buffer = buffer;
  }

  write(bytes: Uint8Array): void {
    if (this.#buffered + bytes.length > BUFFER_BYTES) this.#flush();
    if (bytes.length > BUFFER_BYTES) {
      this.#put(bytes);
    } else {
      this.#buffer.set(bytes, this.#buffered);
      this.#buffered += bytes.length;
    }
  }

  finish(): WrittenFile {
    this.#flush();
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }

  #flush(): void {
    this.#put(this.#buffer.subarray(0, this.#buffered));
    this.#buffered = 0;
  }

  #put(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
    this.#bytes += bytes.length;
  }
}
