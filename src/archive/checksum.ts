import { stat } from 'node:fs/promises';
import { asDiskError } from '../errors.js';
import { sha256OfFile } from '../fs/file-checksum.js';

/**
 * What was found of files that this process may ask for again: a file is not read again while it is the same one, of the same
 * size, and neither its content nor its place has been touched since.
 */
export class OncePerFile<T> {
  readonly #found = new Map<string, Promise<T>>();

  /**
   * @param what tells apart what is asked of the same file
   * @throws {DatasetError} `DISK`, and what `find` throws, each time
   */
  async get(path: string, what: string, find: () => Promise<T>): Promise<T> {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true }).catch(
      (error: unknown) => {
        throw asDiskError(error, `reading ${path}`);
      },
    );
    const state = [dev, ino, size, mtimeNs, ctimeNs, what].join(' ');
    const found = this.#found.get(state) ?? find();
    this.#found.set(state, found);
    found.catch(() => this.#found.delete(state));
    return found;
  }
}

const checksums = new OncePerFile<string>();

/** SHA-256 of a file that this process may have asked for before, as {@link OncePerFile} has it. */
export function sha256OnceOfFile(path: string): Promise<string> {
  return checksums.get(path, '', () => sha256OfFile(path));
}
