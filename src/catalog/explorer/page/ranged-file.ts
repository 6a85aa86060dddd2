import type { AsyncBuffer } from 'hyparquet';

/** How much of a file's end is read at first: the footer with the page indexes, mostly. */
const TAIL_BYTES = 64 * 1024;

/**
 * A file on a server that is read by range requests; its end is kept. Where the server does not do ranges, and answers with the whole
 * file, that is kept.
 */
export class RangedFile implements AsyncBuffer {
  readonly byteLength: number;
  readonly url: string;
  /** Whether the server gave the whole file. */
  isWhole = false;
  #kept: Promise<{ start: number; bytes: ArrayBuffer }> | undefined;

  /** @param byteLength as it was when the page was written; a file of another size is refused */
  constructor(url: string, byteLength: number) {
    this.url = url;
    this.byteLength = byteLength;
  }

  async slice(start: number, end = this.byteLength): Promise<ArrayBuffer> {
    const tail = Math.max(0, this.byteLength - TAIL_BYTES);
    this.#kept ??= this.#fetch(tail, this.byteLength);
    const kept = await this.#kept;
    if (start >= kept.start) return kept.bytes.slice(start - kept.start, end - kept.start);
    const fetched = await this.#fetch(start, end);
    if (fetched.start === start) return fetched.bytes;
    this.#kept = Promise.resolve(fetched);
    return fetched.bytes.slice(start - fetched.start, end - fetched.start);
  }

  /** The bytes from `start` to `end`, or the whole file from 0 on. */
  async #fetch(start: number, end: number): Promise<{ start: number; bytes: ArrayBuffer }> {
    const response = await fetch(this.url, { headers: { range: `bytes=${start}-${end - 1}` } });
    if (!response.ok) throw new Error(`${this.url} was answered with ${response.status}`);
    const bytes = await response.arrayBuffer();
    this.isWhole ||= response.status !== 206;
    const total = Number(response.headers.get('content-range')?.split('/')[1] ?? bytes.byteLength);
    const expected = response.status === 206 ? end - start : this.byteLength;
    if (total !== this.byteLength || bytes.byteLength !== expected)
      throw new Error(
        `${this.url} has ${total} bytes, and had ${this.byteLength} when this page was written: write it again`,
      );
    return { start: response.status === 206 ? start : 0, bytes };
  }
}
