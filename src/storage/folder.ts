import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rmdir, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { absence, asDiskError, codeOf } from '../errors.js';
import { fileChunks } from '../fs/file-chunks.js';
import type { WrittenFile } from '../fs/file-sink.js';
import { fileSize, filesBelow, removeEmptyFolders, unfinishedBelow } from './folder-listing.js';
import { type NewFile, putNewFile } from './new-file.js';
import { missingObject } from './object-errors.js';
import { probe } from './probe.js';
import type { ByteRange, Storage, StoredObject } from './storage.js';

/** How much of a file is read at once, in bytes. */
const CHUNK_BYTES = 256 * 1024;

/** Objects as files of a folder that many machines share, on a disk, NFS or Lustre. */
export class FolderStorage implements Storage {
  readonly url: string;
  readonly #signal: AbortSignal | undefined;

  /** @param folder made when something is put */
  constructor(folder: string, signal?: AbortSignal) {
    this.url = folder;
    this.#signal = signal;
  }

  async probe(): Promise<void> {
    await probe(this);
  }

  async putFile(key: string, path: string, file: WrittenFile): Promise<void> {
    const chunks = () => fileChunks(path, this.#signal);
    await this.#put(key, { ...file, source: path, chunks });
  }

  async putBytes(key: string, bytes: Uint8Array): Promise<void> {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await this.#put(key, { bytes: bytes.length, sha256, source: key, chunks: () => [bytes] });
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    return this.#look(key, async (path) => {
      // What is no file is not opened: a pipe would be waited for without end.
      if ((await fileSize(path)) === undefined) return undefined;
      return readFile(path).catch((error: unknown) => {
        if (absence(error) !== undefined) return undefined;
        throw error;
      });
    });
  }

  async *read(key: string, range?: ByteRange): AsyncIterable<Uint8Array> {
    const path = this.#path(key);
    const bytes = await this.sizeOf(key);
    const { start, end } = range ?? { start: 0, end: bytes ?? 0 };
    if (bytes === undefined || end > bytes) throw missingObject(path);
    if (start === end) return;
    let missing = end - start;
    const stream = createReadStream(path, { start, end: end - 1, highWaterMark: CHUNK_BYTES });
    try {
      for await (const chunk of stream) {
        this.#signal?.throwIfAborted();
        missing -= chunk.length;
        yield chunk;
      }
    } catch (error) {
      if (absence(error) !== undefined) throw missingObject(path);
      throw this.#fault(error, `reading ${path}`);
    }
    if (missing > 0) throw missingObject(path);
  }

  async sizeOf(key: string): Promise<number | undefined> {
    return this.#look(key, fileSize);
  }

  async *list(prefix: string): AsyncIterable<StoredObject> {
    try {
      for await (const object of filesBelow(this.#path(prefix), this.url)) {
        this.#signal?.throwIfAborted();
        yield object;
      }
    } catch (error) {
      throw this.#fault(error, `listing ${this.#path(prefix)}`);
    }
  }

  async remove(keys: readonly string[]): Promise<void> {
    const folders = new Set<string>();
    for (const key of keys) {
      await this.#look(key, removeFile);
      for (let folder = dirname(key); folder !== '.'; folder = dirname(folder)) folders.add(folder);
    }
    // The deepest first; what holds something stays.
    for (const folder of [...folders].sort().reverse()) await rmdir(this.#path(folder)).catch(() => {});
  }

  async removeUnfinished(prefix: string): Promise<void> {
    await this.#look(prefix, async (folder) => {
      for (const path of await unfinishedBelow(folder)) await removeFile(path);
      // Also those that were made for a file that never came.
      await removeEmptyFolders(folder);
    });
    for (let folder = dirname(prefix); folder !== '.'; folder = dirname(folder))
      await rmdir(this.#path(folder)).catch(() => {});
  }

  async #put(key: string, file: NewFile): Promise<void> {
    const path = this.#path(key);
    this.#signal?.throwIfAborted();
    try {
      await putNewFile(path, file);
    } catch (error) {
      throw this.#fault(error, `writing ${path}`);
    }
  }

  /** Looks at what a key names, with the file system's errors as our own. */
  async #look<T>(key: string, look: (path: string) => Promise<T>): Promise<T> {
    const path = this.#path(key);
    this.#signal?.throwIfAborted();
    try {
      return await look(path);
    } catch (error) {
      throw this.#fault(error, `looking at ${path}`);
    }
  }

  #fault(error: unknown, doing: string): unknown {
    return this.#signal?.aborted === true && error === this.#signal.reason
      ? error
      : asDiskError(error, doing);
  }

  #path(key: string): string {
    return `${this.url}/${key}`;
  }
}

/** Removes a file or a link; what is neither is none of ours. */
async function removeFile(path: string): Promise<void> {
  await unlink(path).catch(async (error: unknown) => {
    // Linux calls a folder EISDIR, others EPERM.
    const isFolder = codeOf(error) === 'EPERM' && (await fileSize(path)) === undefined;
    if (absence(error) === undefined && !isFolder) throw error;
  });
}
