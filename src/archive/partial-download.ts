import type { ArchiveDefinition } from '../dataset/split-definition.js';
import { PartialFile } from '../fs/partial-file.js';
import { Content, expectEnd, expectWithinSize } from './content.js';
import type { HttpResponse, Rest } from './http.js';
import {
  forgetResumption,
  ifRange,
  noteResumption,
  type Resumption,
  readResumption,
  strongValidator,
} from './resumption.js';
import { TransferError } from './transfer-error.js';

/** What there is of a download: bytes on disk, and what is needed to trust them after this process has ended. */
export class PartialDownload {
  readonly #path: string;
  readonly #url: string;
  readonly #archive: ArchiveDefinition;
  #file: PartialFile;
  #content: Content;
  /** How the rest can be asked for; without it, what is there is worth nothing to a later try. */
  #resumption: Resumption | undefined;
  #isResumed = false;

  private constructor(path: string, url: string, archive: ArchiveDefinition, file: PartialFile) {
    this.#path = path;
    this.#url = url;
    this.#archive = archive;
    this.#file = file;
    this.#content = new Content();
  }

  /**
   * What a try before left, where it was of this URL and this archive; or else nothing, to begin with.
   *
   * @throws {DatasetError} `DISK`, `DISK_FULL`
   */
  static async open(path: string, url: string, archive: ArchiveDefinition): Promise<PartialDownload> {
    const resumption = await readResumption(path, url, archive);
    const left = resumption === undefined ? undefined : await PartialFile.reopen(path);
    if (left !== undefined) {
      const partial = new PartialDownload(path, url, archive, left);
      partial.#resumption = resumption;
      try {
        for await (const chunk of left.read()) partial.#content.update(chunk);
      } catch (error) {
        await partial.discard();
        throw error;
      }
      // A whole one would have been published, and of a longer one there is no rest: neither is what it seems.
      if (partial.bytes > 0 && partial.bytes < archive.bytes) return partial;
      await partial.discard();
    }
    await forgetResumption(path);
    return new PartialDownload(path, url, archive, await PartialFile.create(path));
  }

  /** Bytes so far. */
  get bytes(): number {
    return this.#content.bytes;
  }

  /** What is to be asked for, where that is not all. */
  rest(): Rest | undefined {
    if (this.#resumption === undefined || this.bytes === 0) return undefined;
    return { from: this.bytes, ifRange: ifRange(this.#resumption.validator) };
  }

  /**
   * Takes the head of a response: it goes on where the bytes end, or begins anew.
   *
   * @throws {TransferError} `DOWNLOAD_FAILED` where it goes on elsewhere; @throws {DatasetError} `DISK`, `DISK_FULL`
   */
  async begin(response: HttpResponse): Promise<void> {
    if (response.contentRange !== undefined) {
      this.#expectRange(response.contentRange);
      this.#expectTag(response.etag);
      this.#isResumed = true;
      return;
    }
    await forgetResumption(this.#path);
    this.#resumption = undefined;
    if (this.bytes > 0) {
      await this.#file.discard();
      this.#content = new Content();
      this.#file = await PartialFile.create(this.#path);
    }
    const validator = strongValidator(response);
    if (validator === undefined) return;
    const { sha256, bytes } = this.#archive;
    const resumption = { url: this.#url, validator, sha256, bytes };
    await noteResumption(this.#path, resumption);
    this.#resumption = resumption;
  }

  /** RFC 9110, section 14.4: `bytes first-last/complete`, where the complete length may be `*`. */
  #expectRange(contentRange: string): void {
    const [, first, last, complete] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(contentRange) ?? [];
    const all = this.#archive.bytes;
    const fits = Number(first) === this.bytes && Number(last) === all - 1;
    if (fits && (complete === '*' || Number(complete) === all)) return;
    throw new TransferError(
      'DOWNLOAD_FAILED',
      this.#url,
      `it sent other bytes than the rest: ${contentRange}`,
      {
        passing: true,
      },
    );
  }

  /** A part comes with the tag of the whole that it is of (RFC 9110, section 15.3.7). */
  #expectTag(etag: string | undefined): void {
    const validator = this.#resumption?.validator;
    if (etag === undefined || validator === undefined || !('etag' in validator) || etag === validator.etag)
      return;
    const reason = `it sent the rest of other content: ${etag} instead of ${validator.etag}`;
    throw new TransferError('DOWNLOAD_FAILED', this.#url, reason, { passing: true });
  }

  /** @throws {TransferError} `ARCHIVE_SIZE`; @throws {DatasetError} `DISK`, `DISK_FULL` */
  async write(chunk: Uint8Array, response: HttpResponse): Promise<void> {
    this.#content.update(chunk);
    expectWithinSize(this.#content, this.#archive, response);
    await this.#file.write(chunk);
  }

  /**
   * Checks a download that has ended. One that was put together of parts is asked for again as a whole where it is wrong.
   *
   * @throws {TransferError} `ARCHIVE_SIZE`, `ARCHIVE_CHECKSUM`
   */
  expectEnd(response: HttpResponse): void {
    try {
      expectEnd(this.#content, this.#archive, response);
    } catch (error) {
      if (!this.#isResumed || !(error instanceof TransferError)) throw error;
      throw new TransferError(error.code, error.url, error.message, { ...error.details, passing: true });
    }
  }

  /** @throws {DatasetError} `DISK`, `DISK_FULL`; {@link discard} is still due then */
  async publish(): Promise<void> {
    await forgetResumption(this.#path);
    await this.#file.publish();
  }

  /** Leaves the bytes to a later try, if it could go on with them. */
  async keep(): Promise<void> {
    await (this.rest() === undefined ? this.discard() : this.#file.close());
  }

  /** Removes all of it. Never throws. */
  async discard(): Promise<void> {
    await forgetResumption(this.#path).catch(() => {});
    await this.#file.discard();
  }
}
