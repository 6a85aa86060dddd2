import { DatasetError } from '../errors.js';
import { ByteReader } from './byte-reader.js';
import {
  elementsLength,
  IDX_MAGIC_BYTES,
  type IdxHeader,
  idxHeaderLength,
  parseIdxHeader,
} from './header.js';

/**
 * An IDX file read from front to back out of a stream of bytes, never more of it than its head promises: what the
 * stream holds beyond that is an error, not memory.
 */
export class IdxReader {
  /** The file's head. */
  readonly header: IdxHeader;
  readonly #bytes: ByteReader;
  readonly #where: string;
  #read = 0;

  private constructor(header: IdxHeader, bytes: ByteReader, where: string) {
    this.header = header;
    this.#bytes = bytes;
    this.#where = where;
  }

  /**
   * Reads the head.
   *
   * @param chunks the file's bytes, uncompressed, cut anywhere
   * @param where the file, for messages
   * @throws {DatasetError} `IDX_TRUNCATED`, `IDX_MAGIC`, `IDX_TYPE`
   */
  static async open(chunks: AsyncIterable<Uint8Array>, where: string): Promise<IdxReader> {
    const bytes = new ByteReader(chunks);
    const magic = new Uint8Array(IDX_MAGIC_BYTES);
    await readHead(bytes, magic, where);
    const head = new Uint8Array(idxHeaderLength(magic, where));
    head.set(magic);
    await readHead(bytes, head.subarray(IDX_MAGIC_BYTES), where);
    return new IdxReader(parseIdxHeader(head, where), bytes, where);
  }

  /**
   * Fills `target` with the next elements' bytes, big-endian as they stand.
   *
   * @throws {DatasetError} `IDX_TRUNCATED` when the stream ends first
   */
  async read(target: Uint8Array): Promise<void> {
    const got = await this.#bytes.fill(target);
    this.#read += got;
    if (got === target.length) return;
    const { dimensions } = this.header;
    throw new DatasetError('IDX_TRUNCATED', `${this.#where} ends before the rows that its head promises`, {
      expected: `${dimensions[0] ?? 0} rows (dimensions ${dimensions.join(' x ')})`,
      found: `the end after ${this.#read} bytes of elements`,
      next: 'Get the file again: it is cut short, or its head is wrong.',
    });
  }

  /**
   * Reads on to the stream's end, which must come with the last of the elements that the head promises: those that were not
   * read are passed over.
   *
   * @throws {DatasetError} `IDX_TRUNCATED` when it comes before, `IDX_TRAILING` when more bytes come
   */
  async end(): Promise<void> {
    const promised = elementsLength(this.header);
    const passed = new Uint8Array(Math.min(promised - this.#read, PASSED_BYTES));
    while (this.#read < promised) await this.read(passed.subarray(0, promised - this.#read));
    if ((await this.#bytes.fill(new Uint8Array(1))) === 0) return;
    const { dimensions } = this.header;
    throw new DatasetError('IDX_TRAILING', `${this.#where} goes on behind the rows that its head promises`, {
      expected: `the end after ${dimensions[0] ?? 0} rows (dimensions ${dimensions.join(' x ')})`,
      found: 'more bytes',
      next: 'Get the file again: its head is wrong, or something was appended.',
    });
  }
}

/** How much is passed over at once. */
const PASSED_BYTES = 64 * 1024;

async function readHead(bytes: ByteReader, target: Uint8Array, where: string): Promise<void> {
  const got = await bytes.fill(target);
  if (got === target.length) return;
  throw new DatasetError('IDX_TRUNCATED', `${where} ends inside its head`, {
    expected: `${target.length} more bytes`,
    found: `${got}`,
    next: 'Get the file again: it is cut short.',
  });
}
