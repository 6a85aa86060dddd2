import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { asDiskError, codeOf, DatasetError } from '../../errors.js';
import { CHECKSUMS_FILE, checksumsText } from '../manifest/checksums.js';
import { REPLACED, syncDirectory, temporaryName } from './leftovers.js';

/**
 * A directory beside the target, named nearly as TFDS names its own (`incomplete.XXXXXX_<version>`), in which a data set comes
 * about. It becomes the target by one rename, or goes. Whoever opens one holds the target's lock.
 */
export class Staging {
  readonly #target: string;
  readonly #directory: string;
  readonly #digests = new Map<string, string>();
  #lastSync: Promise<void> = Promise.resolve();

  private constructor(target: string, directory: string) {
    this.#target = target;
    this.#directory = directory;
  }

  /**
   * Makes the directory; the one above is there.
   *
   * @throws {DatasetError} `DISK`, `DISK_FULL`
   */
  static async open(target: string): Promise<Staging> {
    try {
      return new Staging(target, await temporaryDirectory(target));
    } catch (error) {
      throw asDiskError(error, `making a directory for ${target}`);
    }
  }

  /** Where a file of the data set is to be written. */
  path(file: string): string {
    return join(this.#directory, file);
  }

  /**
   * Removes a file that is no part of the data set.
   *
   * @throws {DatasetError} `DISK`
   */
  async remove(file: string): Promise<void> {
    try {
      await rm(this.path(file), { force: true });
    } catch (error) {
      throw asDiskError(error, `removing ${this.path(file)}`);
    }
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
   * Writes the checksums and puts the directory in the target's place: see {@link putInPlace}.
   *
   * @throws {DatasetError} `OUTPUT_OCCUPIED`, `DISK`, `DISK_FULL`; the target is as it was
   */
  async publish(options: { replace: boolean }): Promise<DatasetError | undefined> {
    await this.#writeSynced(CHECKSUMS_FILE, checksumsText(this.#digests));
    return putInPlace(this.#directory, this.#target, options);
  }

  /** Removes the directory and everything in it. Never throws: what stays, the next run removes. */
  async discard(): Promise<void> {
    await this.#lastSync;
    await removeTree(this.#directory);
  }

  async #writeSynced(file: string, text: string): Promise<void> {
    const path = this.path(file);
    try {
      const handle = await open(path, 'wx');
      try {
        // Unlike write, appendFile goes on until every byte is written.
        await handle.appendFile(text);
        await handle.sync();
      } finally {
        await handle.close();
      }
    } catch (error) {
      throw asDiskError(error, `writing ${path}`);
    }
  }
}

/**
 * Puts a directory in the place of `target` by one rename. With `replace`, what stood there is moved aside first and goes last,
 * so that the target is never a mixture, and so that it can be put back by whoever comes after a crash. Without it nothing but
 * an empty directory goes, whatever came to stand there since somebody looked.
 *
 * Once the directory is in its place, nothing makes the run one that failed. Where its name could not be synced, a loss of power
 * may undo the rename: what it replaced is left to the next run then, and the error is given back.
 *
 * @throws {DatasetError} `OUTPUT_OCCUPIED` where something is there that is not to be replaced, `DISK`, `DISK_FULL`; the
 *   target is as it was
 */
export async function putInPlace(
  directory: string,
  target: string,
  { replace }: { replace: boolean },
): Promise<DatasetError | undefined> {
  let aside: string | undefined;
  try {
    await syncDirectory(directory);
    if (replace) aside = await moveAside(target);
    else await removeEmptyDirectory(target);
    await rename(directory, target).catch(async (error: unknown) => {
      if (aside !== undefined) await putBack(aside, target);
      throw error;
    });
  } catch (error) {
    throw asDiskError(error, `publishing ${target}`);
  }
  try {
    await syncDirectory(dirname(target));
  } catch (error) {
    return asDiskError(error, `syncing ${dirname(target)}`);
  }
  if (aside !== undefined) await removeTree(aside);
  return undefined;
}

/** A new directory beside `target`; unlike mkdtemp's it is as readable as any other. */
export async function temporaryDirectory(target: string): Promise<string> {
  const name = temporaryName(basename(target), randomBytes(3).toString('hex'));
  const directory = join(dirname(target), name);
  await mkdir(directory);
  return directory;
}

/** Moves what stands at `path` into a directory of its own beside it, and gives that; `undefined` where nothing does. */
async function moveAside(path: string): Promise<string | undefined> {
  const aside = await temporaryDirectory(path);
  try {
    await rename(path, join(aside, REPLACED));
    return aside;
  } catch (error) {
    await removeTree(aside);
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Removes what stands at `path` where that is an empty directory: no system call does it to anything else. */
async function removeEmptyDirectory(path: string): Promise<void> {
  try {
    await rmdir(path);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'ENOTDIR') throw error;
    throw new DatasetError(
      'OUTPUT_OCCUPIED',
      `something came to stand at ${path} while this run was at work`,
      {
        expected: 'nothing, or an empty directory',
        found: code,
        next: 'See what it is, then run the command again.',
        cause: error,
      },
    );
  }
}

/** Undoes {@link moveAside}. Where that fails as well, the next run does it. */
async function putBack(aside: string, target: string): Promise<void> {
  try {
    await rename(join(aside, REPLACED), target);
  } catch {
    return;
  }
  await removeTree(aside);
}

/** Never throws: something more important happened. */
async function removeTree(directory: string): Promise<void> {
  // It is not empty where a worker that was ended has just made a file in it.
  await rm(directory, { recursive: true, force: true, maxRetries: 5 }).catch(() => {});
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
