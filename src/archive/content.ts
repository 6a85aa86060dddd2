import { createHash } from 'node:crypto';
import type { ArchiveDefinition } from '../dataset/split-definition.js';
import { HEAD_BYTES, isArray, isGzip, isZip, kindOf, PAGE } from './file-kind.js';
import { TransferError } from './transfer-error.js';

/** The content of one response, measured as it comes: its size, its checksum and how it begins. */
export class Content {
  readonly #hash = createHash('sha256');
  #head = Buffer.alloc(0);
  #bytes = 0;

  /** Bytes so far. */
  get bytes(): number {
    return this.#bytes;
  }

  update(chunk: Uint8Array): void {
    this.#hash.update(chunk);
    this.#bytes += chunk.length;
    if (this.#head.length < HEAD_BYTES) {
      this.#head = Buffer.concat([this.#head, chunk.subarray(0, HEAD_BYTES)]);
    }
  }

  /** Whether it is a web page, as login walls and error pages come in an archive's place, often with status 200. */
  isPage(contentType: string | undefined): boolean {
    return this.kind(contentType) === PAGE.what;
  }

  /** What it is, where it is plainly no archive: `an HTML page`. */
  kind(contentType: string | undefined): string | undefined {
    if (/^\s*(text\/html|application\/xhtml\+xml)\b/i.test(contentType ?? '')) return PAGE.what;
    if (this.#bytes === 0 || isArray(this.#head) || isGzip(this.#head) || isZip(this.#head)) return undefined;
    return kindOf(this.#head)?.what;
  }

  /** SHA-256 of all bytes, in hexadecimal. Ends the content: it is asked for once. */
  sha256(): string {
    return this.#hash.digest('hex');
  }
}

/** Where a content came from, as far as its errors tell. */
export interface ContentSource {
  url: string;
  contentType: string | undefined;
  /** Whether only the connection's end tells that of the content, so that an end too early may be a cut. */
  closeDelimited: boolean;
}

/** @throws {TransferError} `ARCHIVE_SIZE` when more bytes came than the archive has, which ends a response without an end */
export function expectWithinSize(content: Content, archive: ArchiveDefinition, source: ContentSource): void {
  if (content.bytes > archive.bytes) {
    throw wrongSize(content, archive, source, { found: `more than ${archive.bytes} bytes`, passing: false });
  }
}

/** @throws {TransferError} `ARCHIVE_SIZE`, `ARCHIVE_CHECKSUM` when a content that has ended is not the archive */
export function expectEnd(content: Content, archive: ArchiveDefinition, source: ContentSource): void {
  if (content.bytes !== archive.bytes) {
    throw wrongSize(content, archive, source, {
      found: `${content.bytes} bytes`,
      passing: source.closeDelimited,
    });
  }
  const sha256 = content.sha256();
  if (sha256 === archive.sha256) return;
  const reason = `its sha256 is ${sha256} instead of ${archive.sha256}${instead(content, source)}`;
  throw new TransferError('ARCHIVE_CHECKSUM', source.url, reason, {
    expected: `sha256 ${archive.sha256}`,
    found: `sha256 ${sha256}`,
  });
}

/**
 * Reads a content from its first byte to its last, and checks it by the way.
 *
 * @throws {TransferError} `ARCHIVE_SIZE`, `ARCHIVE_CHECKSUM` where it is not the archive; and what `take` throws
 */
export async function expectArchive(
  chunks: AsyncIterable<Uint8Array>,
  archive: ArchiveDefinition,
  source: ContentSource,
  take?: (chunk: Uint8Array) => Promise<void>,
): Promise<void> {
  const content = new Content();
  for await (const chunk of chunks) {
    content.update(chunk);
    expectWithinSize(content, archive, source);
    await take?.(chunk);
  }
  expectEnd(content, archive, source);
}

function wrongSize(
  content: Content,
  archive: ArchiveDefinition,
  source: ContentSource,
  { found, passing }: { found: string; passing: boolean },
): TransferError {
  const reason = `it has ${found} instead of ${archive.bytes}${instead(content, source)}`;
  const details = { passing, expected: `${archive.bytes} bytes`, found };
  return new TransferError('ARCHIVE_SIZE', source.url, reason, details);
}

/** What came instead, to follow a reason. */
function instead(content: Content, source: ContentSource): string {
  const kind = content.kind(source.contentType);
  return kind === undefined ? '' : ` (it is ${kind}, not an archive)`;
}
