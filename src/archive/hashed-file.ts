import { createHash } from 'node:crypto';
import { sha256OfFile } from '../fs/file-checksum.js';
import { fileChunks } from '../fs/file-chunks.js';

/** A file that is read once for both, what it holds and its checksum. */
export class HashedFile {
  readonly path: string;
  readonly #chunks: AsyncGenerator<Uint8Array>;
  readonly #hash = createHash('sha256');
  #hashed = 0;

  /** The file is opened when it is read; reading it ends with the signal. */
  constructor(path: string, signal?: AbortSignal) {
    this.path = path;
    this.#chunks = fileChunks(path, signal);
  }

  /**
   * The file's bytes, as {@link fileChunks} gives them.
   *
   * @throws {DatasetError} `DISK`, which names the file; others may be read at the same time
   */
  async *chunks(): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.#chunks) {
      this.#hash.update(chunk);
      this.#hashed += chunk.length;
      yield chunk;
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

  /** Closes the file, read to its end or not. */
  async close(): Promise<void> {
    await this.#chunks.return(undefined);
  }
}
