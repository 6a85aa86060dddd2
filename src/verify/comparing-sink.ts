import { fault } from '../errors.js';
import type { OpenFile } from '../fs/open-file.js';
import type { Sink } from '../fs/sink.js';

/**
 * A sink that keeps nothing: it compares what is written with a file in whose rows no fault was found.
 *
 * Both methods throw the fault `FILE_BYTES` where they differ.
 */
export class ComparingSink implements Sink {
  readonly #file: OpenFile;
  #at = 0;

  constructor(file: OpenFile) {
    this.#file = file;
  }

  write(bytes: Uint8Array): void {
    const length = Math.min(bytes.length, this.#file.bytes - this.#at);
    const found = this.#file.read(this.#at, length);
    if (length === bytes.length && Buffer.compare(found, bytes) === 0) {
      this.#at += length;
      return;
    }
    let same = 0;
    while (same < length && found[same] === bytes[same]) same++;
    throw this.#differs(this.#at + same);
  }

  end(): void {
    if (this.#at !== this.#file.bytes) throw this.#differs(this.#at);
  }

  #differs(at: number): Error {
    return fault('FILE_BYTES', `its rows are right, but from byte ${at} on it is not what they make`, {
      expected: 'the bytes that this version writes of these rows',
      found: at < this.#file.bytes ? 'others' : 'the end of the file',
      next:
        'No row is lost or changed. Another version wrote the file, or with settings that cannot be seen, or bytes changed ' +
        'that no reader looks at. To have the bytes of this version, prepare the data set again with --overwrite.',
    });
  }
}
