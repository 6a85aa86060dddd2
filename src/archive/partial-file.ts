import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { asDiskError } from '../errors.js';
import { makeDirectory } from '../make-directory.js';
import { isCached } from './cache.js';

/**
 * A file that grows beside its final place, under a name of its own, and takes that place whole or not at all. Several
 * processes may do so for one place at the same time: each has its own partial file, and the last one stays.
 * Whoever opens one ends it by {@link publish} or {@link discard}.
 */
export class PartialFile {
  readonly #path: string;
  readonly #partialPath: string;
  readonly #handle: FileHandle;

  private constructor(path: string, partialPath: string, handle: FileHandle) {
    this.#path = path;
    this.#partialPath = partialPath;
    this.#handle = handle;
  }

  /**
   * Begins a file that will lie at `path`, with the folders that lead there.
   *
   * @throws {DatasetError} `DISK`, `DISK_FULL`
   */
  static async open(path: string): Promise<PartialFile> {
    const partialPath = `${path}.${randomUUID()}.part`;
    try {
      await makeDirectory(dirname(path));
      return new PartialFile(path, partialPath, await open(partialPath, 'wx'));
    } catch (error) {
      throw asDiskError(error, `creating ${partialPath}`);
    }
  }

  /** @throws {DatasetError} `DISK`, `DISK_FULL` */
  async write(chunk: Uint8Array): Promise<void> {
    try {
      // Unlike write, appendFile goes on until every byte is written.
      await this.#handle.appendFile(chunk);
    } catch (error) {
      throw asDiskError(error, `writing ${this.#partialPath}`);
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
      throw asDiskError(error, `moving ${this.#partialPath} to ${this.#path}`);
    }
  }

  async #replace(bytes: number): Promise<void> {
    try {
      await rename(this.#partialPath, this.#path);
    } catch (error) {
      // Windows refuses to replace a file that another process has open: it put the same archive there before us.
      if (!(await isCached(this.#path, bytes))) throw error;
      await this.discard();
    }
  }

  /** Removes what was written. Never throws: the error that led here says more than one of the removal would. */
  async discard(): Promise<void> {
    await this.#handle.close().catch(() => {});
    await rm(this.#partialPath, { force: true }).catch(() => {});
  }
}
