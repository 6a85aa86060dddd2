import { DatasetError } from '../errors.js';
import { ByteReader } from './byte-reader.js';
import { type ArrayFormat, type ArrayHeader, elementsLength, faultCode } from './header.js';
import { IDX_MAGIC_BYTES, idxHeaderLength, parseIdxHeader } from './idx-header.js';
import { isNpy, NPY_MAGIC_BYTES, npyLengthBytes, npyTextLength, parseNpyHeader } from './npy-header.js';

/**
 * The array in a file, IDX or NPY as its first bytes tell, read from front to back out of a stream of bytes, never more of it
 * than its head promises: what the stream holds beyond that is an error, not memory.
 */
export class ArrayReader {
  /** The file's head. */
  readonly header: ArrayHeader;
  readonly #bytes: ByteReader;
  readonly #where: string;
  #read = 0;

  private constructor(header: ArrayHeader, bytes: ByteReader, where: string) {
    this.header = header;
    this.#bytes = bytes;
    this.#where = where;
  }

  /**
   * Reads the head.
   *
   * @param chunks the file's bytes, uncompressed, cut anywhere
   * @param where the file, for messages
   * @throws {DatasetError} `IDX_TRUNCATED`, `IDX_MAGIC`, `IDX_TYPE`, `NPY_TRUNCATED`, `NPY_INVALID`, `NPY_TYPE`
   */
  static async open(chunks: AsyncIterable<Uint8Array>, where: string): Promise<ArrayReader> {
    const bytes = new ByteReader(chunks);
    const next: NextOfHead = (count, format) => nextOfHead(bytes, count, { format, where });
    const start = await next(IDX_MAGIC_BYTES, 'IDX');
    const header = isNpy(start) ? await npyHeader(start, next, where) : await idxHeader(start, next, where);
    return new ArrayReader(header, bytes, where);
  }

  /**
   * Fills `target` with the next elements' bytes, as they stand.
   *
   * @throws {DatasetError} `IDX_TRUNCATED`, `NPY_TRUNCATED` when the stream ends first
   */
  async read(target: Uint8Array): Promise<void> {
    const got = await this.#bytes.fill(target);
    this.#read += got;
    if (got === target.length) return;
    throw new DatasetError(
      faultCode(this.header.format, 'TRUNCATED'),
      `${this.#where} ends before the rows that its head promises`,
      {
        expected: this.#promise,
        found: `the end after ${this.#read} bytes of elements`,
        next: 'Get the file again: it is cut short, or its head is wrong.',
      },
    );
  }

  /**
   * Passes over the next elements, so many bytes of them.
   *
   * @throws {DatasetError} `IDX_TRUNCATED`, `NPY_TRUNCATED` when the stream ends first
   */
  async passOver(bytes: number): Promise<void> {
    const passed = new Uint8Array(Math.min(bytes, PASSED_BYTES));
    for (let left = bytes; left > 0; left -= Math.min(left, PASSED_BYTES))
      await this.read(passed.subarray(0, Math.min(left, PASSED_BYTES)));
  }

  /**
   * Reads on to the stream's end, which must come with the last of the elements that the head promises: those that were not
   * read are passed over.
   *
   * @throws {DatasetError} `IDX_TRUNCATED`, `NPY_TRUNCATED` when it comes before, `IDX_TRAILING`, `NPY_TRAILING` when more
   *   bytes come
   */
  async end(): Promise<void> {
    await this.passOver(elementsLength(this.header) - this.#read);
    if ((await this.#bytes.fill(new Uint8Array(1))) === 0) return;
    throw new DatasetError(
      faultCode(this.header.format, 'TRAILING'),
      `${this.#where} goes on behind the rows that its head promises`,
      {
        expected: `the end after ${this.#promise}`,
        found: 'more bytes',
        next: 'Get the file again: its head is wrong, or something was appended.',
      },
    );
  }

  get #promise(): string {
    const { dimensions } = this.header;
    return `${dimensions[0] ?? 0} rows (dimensions ${dimensions.join(' x ')})`;
  }
}

/** How much is passed over at once. */
const PASSED_BYTES = 64 * 1024;

/** Gives so many more bytes of a head. */
type NextOfHead = (count: number, format: ArrayFormat) => Promise<Uint8Array>;

async function idxHeader(start: Uint8Array, next: NextOfHead, where: string): Promise<ArrayHeader> {
  const rest = await next(idxHeaderLength(start, where) - start.length, 'IDX');
  return parseIdxHeader(Buffer.concat([start, rest]), where);
}

async function npyHeader(start: Uint8Array, next: NextOfHead, where: string): Promise<ArrayHeader> {
  const magic = Buffer.concat([start, await next(NPY_MAGIC_BYTES - start.length, 'NPY')]);
  const length = await next(npyLengthBytes(magic, where), 'NPY');
  return parseNpyHeader(await next(npyTextLength(length, where), 'NPY'), where);
}

async function nextOfHead(
  bytes: ByteReader,
  count: number,
  { format, where }: { format: ArrayFormat; where: string },
): Promise<Uint8Array> {
  const target = new Uint8Array(count);
  const got = await bytes.fill(target);
  if (got === count) return target;
  throw new DatasetError(faultCode(format, 'TRUNCATED'), `${where} ends inside its head`, {
    expected: `${count} more bytes`,
    found: `${got}`,
    next: 'Get the file again: it is cut short.',
  });
}
