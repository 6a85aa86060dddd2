import { createGunzip } from 'node:zlib';
import { codeOf, DatasetError } from '../errors.js';
import { HEAD_BYTES, isArray, isGzip, isXz } from './file-kind.js';
import { throughZlib } from './through-zlib.js';

/**
 * The bytes of a file that is gzip or xz, inflated, or of one that is a plain array, as they are. An IDX file begins with two
 * zero bytes, NPY with `\x93NUMPY`; neither does anything else that `kindOf` knows, and that is refused, within gzip and
 * xz as well. A chunk is there until the next is asked for.
 *
 * Zeros behind the end of gzip are passed over, as by `gzip` and Python; anything else there is refused, as by Python.
 *
 * @param chunks the file's, each of them there as long as {@link throughZlib} asks
 * @throws {DatasetError} `ARCHIVE_KIND`, `GZIP_INVALID`, `GZIP_TRAILING`, `XZ_INVALID` as the bytes are read
 */
export async function* inflate(chunks: AsyncIterable<Uint8Array>, where: string): AsyncGenerator<Uint8Array> {
  const { head, all } = await headOf(chunks);
  if (isArray(head)) yield* all;
  else if (isGzip(head)) yield* expectArray(gunzip(all, where), where, 'gzip');
  else if (isXz(head)) {
    const { unxz } = await import('./xz.js');
    yield* expectArray(unxz(all, where), where, 'xz');
  } else {
    const { wrongKind } = await import('./wrong-kind.js');
    throw wrongKind(head, where);
  }
}

/**
 * Gives what {@link inflate} makes of a file's bytes to `consume`. Where that does not take all of them, what inflates is let go of.
 *
 * @throws {DatasetError} what {@link inflate} throws, and what `consume` throws
 */
export async function withInflated<T>(
  chunks: AsyncIterable<Uint8Array>,
  where: string,
  consume: (inflated: AsyncIterable<Uint8Array>, where: string) => Promise<T>,
): Promise<T> {
  const inflated = inflate(chunks, where);
  try {
    return await consume(inflated, where);
  } finally {
    await inflated.return(undefined);
  }
}

/** The first bytes of a stream, {@link HEAD_BYTES} or all of a shorter one, and the whole stream. */
async function headOf(
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ head: Uint8Array; all: AsyncGenerator<Uint8Array> }> {
  const iterator = chunks[Symbol.asyncIterator]();
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < HEAD_BYTES) {
    head = Uint8Array.from(head); // The memory of a chunk is the next one's.
    const next = await iterator.next();
    if (next.done === true) break;
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  return { head: head.subarray(0, HEAD_BYTES), all: rejoined(head, iterator) };
}

async function* rejoined(head: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

async function* gunzip(all: AsyncIterable<Uint8Array>, where: string): AsyncGenerator<Uint8Array> {
  const end = new GzipEnd();
  try {
    for await (const chunk of throughZlib(end.seen(all), createGunzip)) {
      end.inflated += chunk.length;
      yield chunk;
    }
  } catch (error) {
    if (!isZlibError(error)) throw error;
    throw end.isTrailed(error) ? trailing(where, error) : notGzip(where, error);
  }
}

/** Passes on what an archive holds, once its first bytes have been seen to be no other thing than an array. */
async function* expectArray(
  content: AsyncGenerator<Uint8Array>,
  where: string,
  packing: string,
): AsyncGenerator<Uint8Array> {
  let isFirst = true;
  for await (const chunk of content) {
    if (isFirst && !isArray(chunk)) {
      const { wrongContent } = await import('./wrong-kind.js');
      const wrong = wrongContent(chunk.subarray(0, HEAD_BYTES), where, packing);
      if (wrong !== undefined) throw wrong;
    }
    isFirst = false;
    yield chunk;
  }
}

/** What is known of the end of a gzip file when inflating it has failed. */
class GzipEnd {
  /** Bytes that came out so far. */
  inflated = 0;
  /** The last bytes of the file. */
  #last = Buffer.alloc(0);

  async *seen(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      this.#last = Buffer.concat([this.#last, chunk.subarray(-LAST_BYTES)]).subarray(-LAST_BYTES);
      yield chunk;
    }
  }

  /**
   * Whether the error is of what stands behind a whole gzip member. zlib takes that for another member, and says of its
   * head that it is wrong; the head of the first was right. Of a single byte it waits for more instead: then the length of
   * what came out (RFC 1952, section 2.3.1: ISIZE) stands before that byte.
   */
  isTrailed({ message }: Error): boolean {
    if (message === 'incorrect header check') return true;
    if (message !== 'unexpected end of file' || this.#last.length < LAST_BYTES) return false;
    return this.#last.readUInt32LE(0) === this.inflated % 2 ** 32;
  }
}

/** A length of four bytes, and one behind it. */
const LAST_BYTES = 5;

/** Whether an error says that compressed data are not what they should be. */
function isZlibError(error: unknown): error is Error {
  return codeOf(error)?.startsWith('Z_') === true;
}

function notGzip(where: string, cause: Error): DatasetError {
  return new DatasetError('GZIP_INVALID', `${where} is not a whole gzip archive`, {
    expected: 'gzip (RFC 1952)',
    found: cause.message,
    next: 'Get the archive again.',
    cause,
  });
}

function trailing(where: string, cause: Error): DatasetError {
  return new DatasetError('GZIP_TRAILING', `${where} goes on behind the end of its gzip`, {
    expected: 'the end of the file, or zeros',
    found: 'other bytes, as from a transfer as text, or from something appended',
    next: 'Get the archive again, as it is (binary). What it holds may be whole: gunzip unpacks it, with a warning.',
    cause,
  });
}
