import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { asDiskError } from '../errors.js';
import { READ_BYTES, sha256OfFile } from './checksum.js';

/** A file that is read once for both, what it holds and its checksum. */
export class HashedFile {
  readonly path: string;
  readonly #stream;
  readonly #hash = createHash('sha256');
  #hashed = 0;

  /** Opens the file; it ends with the signal. */
  constructor(path: string, signal?: AbortSignal) {
    this.path = path;
    this.#stream = createReadStream(path, { highWaterMark: READ_BYTES, signal });
    this.#stream.on('error', () => {}); // It reaches whoever reads; nobody may.
  }

  /**
   * The file's bytes.
   *
   * @throws {DatasetError} `DISK`, which names the file; others may be read at the same time
   */
  async *chunks(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of this.#stream) {
        this.#hash.update(chunk);
        this.#hashed += chunk.length;
        yield chunk;
      }
    } catch (error) {
      throw asDiskError(error, `reading ${this.path}`);
    }
  }

  /**
   * SHA-256 of the whole file, in hexadecimal: inflating stops where a gzip stream does, and what may stand behind it belongs
   * to the file all the same.
   *
   * @param bytes size of the file
   * @throws {DatasetError} `DISK`
   */
  async sha256(bytes: number): Promise<string> {
    return this.#hashed === bytes ? this.#hash.digest('hex') : sha256OfFile(this.path);
  }

  close(): void {
    this.#stream.destroy();
  }
}
