import { constants, type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { asDiskError } from '../errors.js';
import { handleChunks } from './file-chunks.js';

const { O_APPEND, O_CREAT, O_EXCL, O_RDWR } = constants;
/** Windows has no such flag. */
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;

/** Where a file lies until it is whole. */
export function partialPath(path: string): string {
  return `${path}.part`;
}

/**
 * A file that grows beside its final place, as `<path>.part`, and takes that place whole or not at all. Whoever opens one holds
 * the lock of `path`, and ends it by {@link publish}, {@link close} or {@link discard}.
 */
export class PartialFile {
  readonly #path: string;
  readonly #handle: FileHandle;

  private constructor(path: string, handle: FileHandle) {
    this.#path = path;
    this.#handle = handle;
  }

  /**
   * Begins a file that will lie at `path`, whose folder is there. What a run before left of it goes.
   *
   * @throws {DatasetError} `DISK`, `DISK_FULL`
   */
  static async create(path: string): Promise<PartialFile> {
    const partial = partialPath(path);
    try {
      await rm(partial, { recursive: true, force: true });
      return new PartialFile(path, await open(partial, O_RDWR | O_APPEND | O_CREAT | O_EXCL));
    } catch (error) {
      throw asDiskError(error, `creating ${partial}`);
    }
  }

  /** What a run before left of the file that is to lie at `path`, to go on with; `undefined` where that cannot be read. */
  static async reopen(path: string): Promise<PartialFile | undefined> {
    const handle = await open(partialPath(path), O_RDWR | O_APPEND | NO_FOLLOW).catch(() => undefined);
    return handle === undefined ? undefined : new PartialFile(path, handle);
  }

  /**
   * The bytes so far.
   *
   * @throws {DatasetError} `DISK`
   */
  read(): AsyncGenerator<Uint8Array> {
    return handleChunks(this.#handle, partialPath(this.#path));
  }

  /**
   * Appends bytes.
   *
   * @throws {DatasetError} `DISK`, `DISK_FULL`
   */
  async write(chunk: Uint8Array): Promise<void> {
    try {
      // Unlike write, appendFile goes on until every byte is written.
      await this.#handle.appendFile(chunk);
    } catch (error) {
      throw asDiskError(error, `writing ${partialPath(this.#path)}`);
    }
  }

  /**
   * Gives the file its final place, once its bytes are on the disk.
   *
   * @throws {DatasetError} `DISK`, `DISK_FULL`; {@link discard} is still due then
   */
  async publish(): Promise<void> {
    try {
      const { size } = await this.#handle.stat();
      await this.#handle.sync();
      await this.#handle.close();
      await this.#replace(size);
    } catch (error) {
      throw asDiskError(error, `moving ${partialPath(this.#path)} to ${this.#path}`);
    }
  }

  async #replace(bytes: number): Promise<void> {
    try {
      await rename(partialPath(this.#path), this.#path);
    } catch (error) {
      // Windows refuses to replace a file that another process has open: it is the same file then.
      const found = await stat(this.#path).catch(() => undefined);
      if (found?.isFile() !== true || found.size !== bytes) throw error;
      await this.discard();
    }
  }

  /** Lets the file lie, for a later run. */
  async close(): Promise<void> {
    await this.#handle.close().catch(() => {});
  }

  /** Removes what was written. Never throws: the error for which it is removed is the one to tell. */
  async discard(): Promise<void> {
    await this.close();
    await rm(partialPath(this.#path), { force: true }).catch(() => {});
  }
}

/**
 * Writes a file that is there whole or not at all. Whoever does so holds its lock.
 *
 * @throws {DatasetError} `DISK`, `DISK_FULL`
 */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const partial = await PartialFile.create(path);
  try {
    await partial.write(bytes);
    await partial.publish();
  } catch (error) {
    await partial.discard();
    throw error;
  }
}
