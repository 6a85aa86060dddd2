import { DatasetError } from '../errors.js';
import { ByteReader } from './byte-reader.js';
import { type ArrayFormat, type ArrayHeader, elementsLength, faultCode } from './header.js';
import { IDX_MAGIC_BYTES, idxHeaderLength, parseIdxHeader } from './idx-header.js';
import {
  isNpy,
  MOST_TEXT_BYTES,
  NPY_MAGIC_BYTES,
  npyLengthBytes,
  npyTextLength,
  parseNpyHeader,
} from './npy-header.js';

/** A file of which ranges of bytes are to be had by themselves. */
export interface RangedBytes {
  /** How large it is. */
  readonly bytes: number;
  /** How it begins: {@link ARRAY_HEAD_BYTES}, or all of a smaller one. */
  readonly head: Uint8Array;
  /** The bytes from `start` (inclusive) to `end` (exclusive), exactly as many; asked for when the first of them is. */
  read(range: { start: number; end: number }): AsyncIterable<Uint8Array>;
}

/** No head of an array that can be read is longer: NPY's text and what stands before it; IDX has 255 dimensions at most. */
export const ARRAY_HEAD_BYTES = NPY_MAGIC_BYTES + 4 + MOST_TEXT_BYTES;

/**
 * The array in a file, IDX or NPY as its first bytes tell, read from front to back out of a stream of bytes, never more of it
 * than its head promises: what the stream holds beyond that is an error, not memory.
 */
export class ArrayReader {
  /** The file's head. */
  readonly header: ArrayHeader;
  readonly #bytes: ByteReader;
  readonly #where: string;
  /** Bytes of elements before that which is read next. */
  #read: number;
  /** Whether the stream ends with the rows that are wanted, and not with the file. */
  readonly #isRange: boolean;

  private constructor(
    header: ArrayHeader,
    bytes: ByteReader,
    { where, read = 0, isRange = false }: { where: string; read?: number; isRange?: boolean },
  ) {
    this.header = header;
    this.#bytes = bytes;
    this.#where = where;
    this.#read = read;
    this.#isRange = isRange;
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
    const header = await readHeader(bytes, where);
    return new ArrayReader(header, bytes, { where });
  }

  /**
   * Reads the head of a file of which some rows alone are wanted; of these nothing is asked for before they are read. The size of the file
   * is compared with that which the head promises.
   *
   * @param rows the rows that can be read
   * @throws {DatasetError} as {@link open}; `IDX_TRUNCATED`, `NPY_TRUNCATED`, `IDX_TRAILING`, `NPY_TRAILING` by the file's size
   */
  static async openRange(
    file: RangedBytes,
    rows: { start: number; end: number },
    where: string,
  ): Promise<ArrayReader> {
    const head = new ByteReader(once(file.head));
    const header = await readHeader(head, where);
    const promised = elementsLength(header);
    const there = file.bytes - head.given;
    if (there < promised) throw truncated(header, there, where);
    if (there > promised) throw trailing(header, where);
    const [all = 0] = header.dimensions;
    const rowBytes = all === 0 ? 0 : promised / all;
    const start = Math.min(rows.start, all) * rowBytes;
    const end = Math.min(rows.end, all) * rowBytes;
    const bytes = new ByteReader(file.read({ start: head.given + start, end: head.given + end }));
    return new ArrayReader(header, bytes, { where, read: start, isRange: true });
  }

  /**
   * Fills `target` with the next elements' bytes, as they stand.
   *
   * @throws {DatasetError} `IDX_TRUNCATED`, `NPY_TRUNCATED` when the stream ends first
   */
  async read(target: Uint8Array): Promise<void> {
    const got = await this.#bytes.fill(target);
    this.#read += got;
    if (got < target.length) throw truncated(this.header, this.#read, this.#where);
  }

  /**
   * Passes over the elements before a place, as far as they come.
   *
   * @param bytes of elements before that place
   * @throws {DatasetError} `IDX_TRUNCATED`, `NPY_TRUNCATED` when the stream ends first
   */
  async goTo(bytes: number): Promise<void> {
    const passed = new Uint8Array(Math.max(0, Math.min(bytes - this.#read, PASSED_BYTES)));
    while (this.#read < bytes) await this.read(passed.subarray(0, bytes - this.#read));
  }

  /**
   * Reads on to the stream's end, which must come with the last of the elements that the head promises: those that were not
   * read are passed over. Of a range there is nothing to see behind it.
   *
   * @throws {DatasetError} `IDX_TRUNCATED`, `NPY_TRUNCATED` when it comes before, `IDX_TRAILING`, `NPY_TRAILING` when more
   *   bytes come
   */
  async end(): Promise<void> {
    if (this.#isRange) return;
    await this.goTo(elementsLength(this.header));
    if ((await this.#bytes.fill(new Uint8Array(1))) > 0) throw trailing(this.header, this.#where);
  }

  /** Lets go of the stream, read to its end or not. Whoever opens a range does so in the end. */
  close(): Promise<void> {
    return this.#bytes.close();
  }
}

/** How much is passed over at once. */
const PASSED_BYTES = 64 * 1024;

async function readHeader(bytes: ByteReader, where: string): Promise<ArrayHeader> {
  const next: NextOfHead = (count, format) => nextOfHead(bytes, count, { format, where });
  const start = await next(IDX_MAGIC_BYTES, 'IDX');
  return isNpy(start) ? npyHeader(start, next, where) : idxHeader(start, next, where);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function truncated(header: ArrayHeader, found: number, where: string): DatasetError {
  const message = `${where} ends before the rows that its head promises`;
  return new DatasetError(faultCode(header.format, 'TRUNCATED'), message, {
    expected: promiseOf(header),
    found: `the end after ${found} bytes of elements`,
    next: 'Get the file again: it is cut short, or its head is wrong.',
  });
}

function trailing(header: ArrayHeader, where: string): DatasetError {
  const message = `${where} goes on behind the rows that its head promises`;
  return new DatasetError(faultCode(header.format, 'TRAILING'), message, {
    expected: `the end after ${promiseOf(header)}`,
    found: 'more bytes',
    next: 'Get the file again: its head is wrong, or something was appended.',
  });
}

function promiseOf({ dimensions }: ArrayHeader): string {
  return `${dimensions[0] ?? 0} rows (dimensions ${dimensions.join(' x ')})`;
}

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
