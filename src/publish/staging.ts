import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { asDiskError } from '../errors.js';
import { makeDirectory } from '../make-directory.js';
import { CHECKSUMS_FILE, checksumsText } from '../manifest/checksums.js';

/**
 * A directory beside the target, named as TFDS names its own (`incomplete.XXXXXX_<version>`), in which a data set comes
 * about. It becomes the target by one rename, or goes.
 */
export class Staging {
  readonly #target: string;
  readonly #directory: string;
  readonly #topmostMade: string | undefined;
  readonly #digests = new Map<string, string>();
  #lastSync: Promise<void> = Promise.resolve();

  /** @param topmostMade the uppermost of the directories above that were not there before */
  private constructor(target: string, directory: string, topmostMade: string | undefined) {
    this.#target = target;
    this.#directory = directory;
    this.#topmostMade = topmostMade;
  }

  /**
   * Makes the directory, and those above it.
   *
   * @throws {DatasetError} `DISK`, `DISK_FULL`
   */
  static async open(target: string): Promise<Staging> {
    try {
      const topmostMade = await makeDirectory(dirname(target));
      return new Staging(target, await temporaryDirectory(target), topmostMade);
    } catch (error) {
      throw asDiskError(error, `making a directory for ${target}`);
    }
  }

  /** Where a file of the data set is to be written. */
  path(file: string): string {
    return join(this.#directory, file);
  }

  /** Removes a file that is no part of the data set. */
  async remove(file: string): Promise<void> {
    await rm(this.path(file), { force: true });
  }

  /**
   * Syncs a file that was written to {@link path} to the disk, and notes its checksum. One file at a time: threads that wait
   * for the disk are threads that inflate nothing.
   *
   * @throws {DatasetError} `DISK`, `DISK_FULL`
   */
  async add(file: string, sha256: string): Promise<void> {
    const synced = this.#lastSync.then(() => syncFile(this.path(file)));
    this.#lastSync = synced.catch(() => {});
    await synced;
    this.#digests.set(file, sha256);
  }

  /** Writes a small text file of the data set, synced. */
  async writeText(file: string, text: string): Promise<void> {
    await this.#writeSynced(file, text);
    this.#digests.set(file, createHash('sha256').update(text).digest('hex'));
  }

  /**
   * Writes the checksums, syncs the directory and puts it in the target's place. What stood there is moved aside first and
   * goes last, so that the target is never a mixture.
   *
   * @throws {DatasetError} `DISK`, `DISK_FULL`
   */
  async publish(): Promise<void> {
    await this.#writeSynced(CHECKSUMS_FILE, checksumsText(this.#digests));
    await putInPlace(this.#directory, this.#target);
  }

  /** Removes the directory and everything in it, and those above it that were made for it, as far as they are empty. */
  async discard(): Promise<void> {
    await this.#lastSync;
    await rm(this.#directory, { recursive: true, force: true });
    if (this.#topmostMade !== undefined) await removeEmpty(dirname(this.#target), this.#topmostMade);
  }

  async #writeSynced(file: string, text: string): Promise<void> {
    const path = this.path(file);
    try {
      await writeFile(path, text, { flag: 'wx', flush: true });
    } catch (error) {
      throw asDiskError(error, `writing ${path}`);
    }
  }
}

/**
 * Puts a directory in the place of `target`, by a rename. What stood there is moved aside first and goes last, so that the target is
 * never a mixture.
 *
 * @throws {DatasetError} `DISK`, `DISK_FULL`
 */
export async function putInPlace(directory: string, target: string): Promise<void> {
  try {
    await syncDirectory(directory);
    const replaced = await moveAside(target);
    try {
      await rename(directory, target);
    } catch (error) {
      if (replaced !== undefined) {
        await rename(replaced, target);
        await rm(dirname(replaced), { recursive: true, force: true });
      }
      throw error;
    }
    await syncDirectory(dirname(target));
    if (replaced !== undefined) await rm(dirname(replaced), { recursive: true, force: true });
  } catch (error) {
    throw asDiskError(error, `publishing ${target}`);
  }
}

/** A new directory `incomplete.XXXXXX_<name>` beside `target`; unlike mkdtemp's it is as readable as any other. */
export async function temporaryDirectory(target: string): Promise<string> {
  const directory = join(dirname(target), `incomplete.${randomBytes(3).toString('hex')}_${basename(target)}`);
  await mkdir(directory);
  return directory;
}

/** Removes `directory` and those above it up to `topmost`; ends at the first one that something else lies in by now. */
async function removeEmpty(directory: string, topmost: string): Promise<void> {
  try {
    for (let path = resolve(directory); ; path = dirname(path)) {
      await rmdir(path);
      if (path === resolve(topmost)) return;
    }
  } catch {
    // What led here says more than that an empty directory stays.
  }
}

/** Moves what stands at `path` into a directory of its own beside it; `undefined` where nothing does. */
async function moveAside(path: string): Promise<string | undefined> {
  const aside = await temporaryDirectory(path);
  const moved = join(aside, 'replaced');
  try {
    await rename(path, moved);
    return moved;
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function syncFile(path: string): Promise<void> {
  try {
    const handle = await open(path, 'r+');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw asDiskError(error, `syncing ${path}`);
  }
}

/** Makes the names in a directory as durable as the files are. */
async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return; // Windows opens no directories.
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
