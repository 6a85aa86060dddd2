import type { ArchiveDefinition } from '../dataset/split-definition.js';
import type { StorageOptions } from '../storage/options.js';
import { asObjectFailure, type NamedObject, requireObject } from './object-url.js';
import { gathered, headRange, type Range, type RangedArchive } from './ranged-archive.js';
import { asDownloadError, interrupted, TransferError } from './transfer-error.js';

/** An archive in object storage. A storage gives ranges that are whole, and makes its own tries. */
export class RangedObject implements RangedArchive {
  readonly where: string;
  readonly bytes: number;
  readonly head: Uint8Array;
  readonly #file: string;
  readonly #object: NamedObject;
  readonly #signal: AbortSignal | undefined;

  private constructor(
    url: string,
    { file, bytes }: ArchiveDefinition,
    { object, head, signal }: { object: NamedObject; head: Uint8Array; signal: AbortSignal | undefined },
  ) {
    this.where = url;
    this.bytes = bytes;
    this.head = head;
    this.#file = file;
    this.#object = object;
    this.#signal = signal;
  }

  /**
   * Reads the head of an archive.
   *
   * @throws {TransferError} `DOWNLOAD_FAILED`, `ARCHIVE_SIZE`; @throws {DatasetError} `PACKAGE_MISSING`
   */
  static async open(url: string, archive: ArchiveDefinition, options: StorageOptions): Promise<RangedObject> {
    const object = await requireObject(url, archive, options);
    try {
      const head = await gathered(object.storage.read(object.key, headRange(archive)));
      return new RangedObject(url, archive, { object, head, signal: options.signal });
    } catch (error) {
      throw asObjectFailure(error, url);
    }
  }

  /** @throws {DatasetError} `DOWNLOAD_FAILED`; `ARCHIVE_CHECKSUM` where it was changed while the range came */
  async *read(range: Range): AsyncGenerator<Uint8Array> {
    try {
      yield* this.#object.storage.read(this.#object.key, range);
    } catch (error) {
      if (this.#signal?.aborted === true) throw interrupted(this.#file, error);
      const failure = asObjectFailure(error, this.where);
      throw failure instanceof TransferError ? asDownloadError(this.#file, [failure]) : failure;
    }
  }
}
