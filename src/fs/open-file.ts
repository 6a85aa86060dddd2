import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { asDiskError } from '../errors.js';
import { type ByteSource, expectWithin } from './byte-source.js';
import { requireRegularFile } from './regular-file.js';

const WINDOW_BYTES = 1024 * 1024;

/** A file open for reading, of which a window is in memory, so that reading on from place to place is fast. */
export class OpenFile implements ByteSource {
  readonly bytes: number;
  readonly #path: string;
  readonly #file: number;
  #window = new Uint8Array(0);
  #start = 0;

  /** @throws {DatasetError} `FILE_MISSING` where it is no regular file, `DISK` */
  constructor(path: string) {
    this.#path = path;
    try {
      requireRegularFile(path);
      this.#file = openSync(path, 'r');
      this.bytes = fstatSync(this.#file).size;
    } catch (error) {
      throw asDiskError(error, `reading ${path}`);
    }
  }

  read(offset: number, length: number): Uint8Array {
    expectWithin(this, offset, length);
    const from = offset - this.#start;
    if (from < 0 || from + length > this.#window.length) {
      const size = Math.min(Math.max(length, WINDOW_BYTES), this.bytes - offset);
      // A new one each time: what was read before still looks into the old one.
      this.#window = this.#load(offset, size);
      this.#start = offset;
      return this.#window.subarray(0, length);
    }
    return this.#window.subarray(from, from + length);
  }

  close(): void {
    closeSync(this.#file);
  }

  #load(offset: number, size: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(size);
    try {
      for (let at = 0; at < size; ) {
        const got = readSync(this.#file, bytes, at, size - at, offset + at);
        if (got === 0) throw new RangeError('the file became shorter while it was read');
        at += got;
      }
    } catch (error) {
      throw error instanceof RangeError ? error : asDiskError(error, `reading ${this.#path}`);
    }
    return bytes;
  }
}
