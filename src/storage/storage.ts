import type { WrittenFile } from '../fs/file-sink.js';

/** An object as a listing has it. */
export interface StoredObject {
  key: string;
  bytes: number;
}

/** A range of bytes: `start` (inclusive) to `end` (exclusive). */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * Where many machines keep what they make: a bucket or a shared folder. Objects have keys, which are paths below what `--out` names, with
 * `/` between their parts. An object is there whole or not at all, and is never changed: whoever writes writes only what is absent.
 *
 * All that fails does so as a {@link DatasetError}: `STORAGE` where it cannot be reached or refuses, after tries enough; `DISK`,
 * `DISK_FULL` of a folder; or as the reason of the signal that it was opened with.
 */
export interface Storage {
  /** What `--out` named, as messages tell of it: without passwords, and without a `/` at its end. */
  readonly url: string;

  /**
   * Sees that the storage is there, that it can be written to, and that it refuses to write over what is there: nothing that is
   * built on it holds otherwise. It leaves nothing behind.
   *
   * @throws {DatasetError} `STORAGE_UNSAFE` where it writes over objects, `STORAGE`, `DISK`
   */
  probe(): Promise<void>;

  /**
   * Puts a file of this machine where the key has no object. One that is there with the same bytes is as good.
   *
   * @param file its size and its checksum, of which the storage makes sure
   * @throws {DatasetError} `OBJECT_DIFFERS` where there is one with other bytes; `FILE_CHECKSUM` where the file is no longer what
   *   `file` says; `STORAGE_UNSAFE`, `STORAGE`, `DISK`, `DISK_FULL`
   */
  putFile(key: string, path: string, file: WrittenFile): Promise<void>;

  /** {@link putFile} of bytes in memory. */
  putBytes(key: string, bytes: Uint8Array): Promise<void>;

  /**
   * A small object, whole; `undefined` where the key has none.
   *
   * @throws {DatasetError} `OBJECT_DIFFERS` where its bytes are not those that the storage took in, `STORAGE`, `DISK`
   */
  get(key: string): Promise<Uint8Array | undefined>;

  /**
   * The bytes of an object, or of a range of it, exactly as many as were asked for, all of one and the same object. Each chunk is memory
   * of its own.
   *
   * @throws {DatasetError} `OBJECT_MISSING` where the key has none or it ends within the range, `OBJECT_DIFFERS` where it was
   *   changed meanwhile, `STORAGE`, `DISK`
   */
  read(key: string, range?: ByteRange): AsyncIterable<Uint8Array>;

  /**
   * The size of an object; `undefined` where the key has none.
   *
   * @throws {DatasetError} `STORAGE`, `DISK`
   */
  sizeOf(key: string): Promise<number | undefined>;

  /**
   * The objects whose keys begin with `prefix`, which ends with `/` or is empty; in the order of their keys' code points.
   *
   * @throws {DatasetError} `STORAGE`, `DISK`
   */
  list(prefix: string): AsyncIterable<StoredObject>;

  /**
   * Removes objects; those that are not there are no fault.
   *
   * @throws {DatasetError} `STORAGE`, `DISK`
   */
  remove(keys: readonly string[]): Promise<void>;

  /**
   * Removes what was left below `prefix` by those who died while they put something, which no listing shows. Whoever is at it right
   * now begins again, so that it may be called at any time.
   *
   * @throws {DatasetError} `STORAGE`, `DISK`
   */
  removeUnfinished(prefix: string): Promise<void>;
}
