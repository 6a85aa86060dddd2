import { setTimeout as sleep } from 'node:timers/promises';
import type { ArchiveDefinition } from '../dataset/split-definition.js';
import { DEFAULT_TIMEOUTS, type Timeouts } from './dispatcher.js';
import { type HttpResponse, openResponse } from './http.js';
import { gathered, headRange, type Range, type RangedArchive } from './ranged-archive.js';
import { ifRange, strongValidator, type Validator } from './resumption.js';
import { DEFAULT_RETRY, type RetryPolicy, retryDelay } from './retry.js';
import { asDownloadError, interrupted, TransferError } from './transfer-error.js';

/** How ranges of a URL are asked for. */
export interface RangedUrlOptions {
  signal?: AbortSignal | undefined;
  retry?: RetryPolicy | undefined;
  timeouts?: Timeouts | undefined;
}

/** As many bytes make up for the tries before them: a long range may break off more often than a short one. */
const PROGRESS_BYTES = 2 ** 20;

/**
 * An archive at an http or https URL. Each range is asked for on the condition that the archive is the one whose head was read, and what
 * comes is checked for it; a range that breaks off, or comes short, is gone on with where it ended.
 */
export class RangedUrl implements RangedArchive {
  readonly where: string;
  readonly bytes: number;
  readonly head: Uint8Array;
  readonly #archive: ArchiveDefinition;
  readonly #validator: Validator;
  readonly #options: RangedUrlOptions;

  private constructor(
    url: string,
    archive: ArchiveDefinition,
    { head, validator }: { head: Uint8Array; validator: Validator },
    options: RangedUrlOptions,
  ) {
    this.where = url;
    this.bytes = archive.bytes;
    this.head = head;
    this.#archive = archive;
    this.#validator = validator;
    this.#options = options;
  }

  /**
   * Reads the head of an archive; nothing where the server does not send ranges, or nothing by which a later one could be known to be of
   * the same bytes.
   *
   * @throws {TransferError} `DOWNLOAD_FAILED`, `ARCHIVE_SIZE`
   */
  static async open(
    url: string,
    archive: ArchiveDefinition,
    options: RangedUrlOptions,
  ): Promise<RangedUrl | undefined> {
    const range = headRange(archive);
    const asked = new AskedRange(url, archive, range, undefined);
    const head = await gathered(bytesOf(asked, options));
    const { validator } = asked;
    return validator && new RangedUrl(url, archive, { head, validator }, options);
  }

  /** As {@link read}, for who has other mirrors to ask. @throws {TransferError} as `read` does, and the signal's reason */
  transfer(range: Range): AsyncGenerator<Uint8Array> {
    return bytesOf(new AskedRange(this.where, this.#archive, range, this.#validator), this.#options);
  }

  /** @throws {DatasetError} `DOWNLOAD_FAILED`, `ARCHIVE_SIZE`; `ARCHIVE_CHECKSUM` where it was changed since it was opened */
  async *read(range: Range): AsyncGenerator<Uint8Array> {
    try {
      yield* this.transfer(range);
    } catch (error) {
      if (this.#options.signal?.aborted === true) throw interrupted(this.#archive.file, error);
      throw error instanceof TransferError ? asDownloadError(this.#archive.file, [error]) : error;
    }
  }
}

/** The bytes of a range, by as many requests as that takes. Where a head turns out to be not to be had by itself, it ends. */
async function* bytesOf(asked: AskedRange, options: RangedUrlOptions): AsyncGenerator<Uint8Array> {
  const { signal, retry = DEFAULT_RETRY, timeouts = DEFAULT_TIMEOUTS } = options;
  for (let attempt = 1; !asked.isDone; attempt++) {
    const before = asked.at;
    const failure = yield* oneAnswer(asked, { signal, timeouts });
    if (asked.isDone) return;
    const came = asked.at - before;
    // An answer that is whole, and has less than was asked for, is no failure.
    if (came >= PROGRESS_BYTES || (failure === undefined && came > 0)) attempt = 0;
    if (failure === undefined && came > 0) continue;
    const told =
      failure ?? new TransferError('DOWNLOAD_FAILED', asked.url, 'no byte came', { passing: true });
    told.attempts = Math.max(1, attempt);
    if (told.details.passing !== true || attempt >= retry.attempts) throw told;
    const delay = retryDelay(told.attempts, told.details.retryAfter, Date.now(), retry);
    await sleep(delay, undefined, signal === undefined ? {} : { signal });
  }
}

/** The bytes of one answer; tells what it failed by, if it did. */
async function* oneAnswer(
  asked: AskedRange,
  { signal, timeouts }: { signal: AbortSignal | undefined; timeouts: Timeouts },
): AsyncGenerator<Uint8Array, TransferError | undefined> {
  try {
    const { response, close } = await openResponse(asked.url, { timeouts, signal, rest: asked.rest() });
    try {
      yield* asked.take(response);
      return undefined;
    } finally {
      await close();
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof TransferError) return error;
    throw error;
  }
}

/** A part that comes upon a condition may leave out the date, which the condition has told (RFC 9110, section 15.3.7). */
function isDate({ lastModified, contentRange }: HttpResponse, expected: string): boolean {
  return lastModified === expected || (lastModified === undefined && contentRange !== undefined);
}

/** A range on its way. */
class AskedRange {
  readonly url: string;
  readonly #archive: ArchiveDefinition;
  readonly #end: number;
  /** What it must be of; of a head, what the first answer tells. */
  validator: Validator | undefined;
  /** Offset of the byte that comes next. */
  at: number;
  isDone: boolean;

  constructor(
    url: string,
    archive: ArchiveDefinition,
    { start, end }: Range,
    validator: Validator | undefined,
  ) {
    this.url = url;
    this.#archive = archive;
    this.at = start;
    this.#end = end;
    this.isDone = start >= end;
    this.validator = validator;
  }

  /** What is still to be asked for. */
  rest(): { from: number; end: number; ifRange: string | undefined } {
    return { from: this.at, end: this.#end, ifRange: this.validator && ifRange(this.validator) };
  }

  /**
   * The bytes of an answer that are wanted. A server that sends all in place of the range has what stands before it passed over.
   *
   * @throws {TransferError}
   */
  async *take(response: HttpResponse): AsyncGenerator<Uint8Array> {
    if (!this.#expectSame(response)) return;
    const { start, end } = this.#placeOf(response);
    let at = start;
    for await (const chunk of response.chunks) {
      const wanted = chunk.subarray(Math.max(0, this.at - at), Math.max(0, end - at));
      at += chunk.length;
      if (wanted.length === 0) continue;
      this.at += wanted.length;
      if (this.at >= this.#end) this.isDone = true;
      yield wanted;
      if (at >= end) return;
    }
  }

  /** Whether an answer is of use: of a head, it may show that none is. */
  #expectSame(response: HttpResponse): boolean {
    const found = strongValidator(response);
    if (this.validator === undefined) {
      this.isDone = found === undefined || response.contentRange === undefined;
      if (!this.isDone) this.validator = found;
      return !this.isDone;
    }
    const expected = this.validator;
    const isSame =
      'etag' in expected
        ? response.etag === expected.etag
        : response.etag === undefined && isDate(response, expected.lastModified);
    if (isSame) return true;
    const [was, is] = [ifRange(expected), response.etag ?? response.lastModified ?? 'nothing to know it by'];
    throw new TransferError('ARCHIVE_CHECKSUM', this.url, 'it was changed while it was read', {
      expected: was,
      found: is,
    });
  }

  /** Which bytes an answer has, as far as they are wanted (RFC 9110, section 14.4: `bytes first-last/complete`). */
  #placeOf({ contentRange }: HttpResponse): Range {
    if (contentRange === undefined) return { start: 0, end: this.#end };
    const [, first, last, complete] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(contentRange) ?? [];
    const { bytes } = this.#archive;
    if (complete !== undefined && complete !== '*' && Number(complete) !== bytes) {
      throw new TransferError('ARCHIVE_SIZE', this.url, `it has ${complete} bytes instead of ${bytes}`, {
        expected: `${bytes} bytes`,
        found: `${complete} bytes`,
      });
    }
    if (Number(first) === this.at && Number(last) >= this.at)
      return { start: this.at, end: Math.min(Number(last) + 1, this.#end) };
    const reason = `it sent other bytes than ${this.at}-${this.#end - 1}: ${contentRange}`;
    throw new TransferError('DOWNLOAD_FAILED', this.url, reason, { passing: true });
  }
}
