import type { WrittenFile } from '../../src/fs/file-sink.js';
import { FolderStorage } from '../../src/storage/folder.js';
import type { ByteRange } from '../../src/storage/storage.js';

/** A folder that counts what object storage would be asked. */
export class CountedStorage extends FolderStorage {
  readonly asked = { put: 0, get: 0, head: 0, list: 0 };
  /** Does what is asked: what a folder looks up for itself meanwhile is no request. */
  readonly #plain = new FolderStorage(this.url);

  override async putFile(key: string, path: string, file: WrittenFile): Promise<void> {
    this.asked.put++;
    await this.#plain.putFile(key, path, file);
  }

  override async putBytes(key: string, bytes: Uint8Array): Promise<void> {
    this.asked.put++;
    await this.#plain.putBytes(key, bytes);
  }

  override async get(key: string): Promise<Uint8Array | undefined> {
    this.asked.get++;
    return this.#plain.get(key);
  }

  override async *read(key: string, range?: ByteRange): AsyncIterable<Uint8Array> {
    this.asked.get++;
    yield* this.#plain.read(key, range);
  }

  override async sizeOf(key: string): Promise<number | undefined> {
    this.asked.head++;
    return this.#plain.sizeOf(key);
  }

  override async *list(prefix: string): ReturnType<FolderStorage['list']> {
    this.asked.list++;
    yield* this.#plain.list(prefix);
  }
}
