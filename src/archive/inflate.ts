import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { codeOf, DatasetError } from '../errors.js';
import { letGo } from './let-go.js';

/** Gunzip writes into one piece of memory of so many bytes after another. */
const INFLATED_BYTES = 512 * 1024;

/**
 * The bytes of a file that is gzip, inflated, or of one that is plain IDX or NPY, as they are. An IDX file begins with two zero
 * bytes, NPY with 93 4e, gzip with 1f 8b (RFC 1952, section 2.3.1); what begins otherwise is taken for damaged gzip. A chunk is there until the
 * next is asked for.
 *
 * @param chunks the file's; each must be there until the next is asked for, and a last one of up to 16 KiB for good: only larger
 *   ones has the pipeline wait for
 * @throws {DatasetError} `GZIP_INVALID` as the bytes are read
 */
export async function* inflate(chunks: AsyncIterable<Uint8Array>, where: string): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < 2) {
    const next = await iterator.next();
    if (next.done === true) break;
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  const all = rejoined(head, iterator);
  if (isPlain(head)) {
    yield* all;
    return;
  }
  try {
    // The error reaches the reader of gunzip as well: the callback has nothing left to do.
    for await (const chunk of pipeline(all, createGunzip({ chunkSize: INFLATED_BYTES }), () => {})) {
      yield chunk;
      letGoOfFull(chunk);
    }
  } catch (error) {
    throw isZlibError(error) ? notGzip(where, error) : error;
  }
}

/** Whether a file begins as IDX or as NPY does. */
function isPlain([first, second]: Uint8Array): boolean {
  return (first === 0 && second === 0) || (first === 0x93 && second === 0x4e);
}

async function* rejoined(head: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

/** Lets go of memory that gunzip has filled to its end: it goes on in another. */
function letGoOfFull({ buffer, byteOffset, length }: Uint8Array): void {
  const isFull = buffer.byteLength === INFLATED_BYTES && byteOffset + length === INFLATED_BYTES;
  if (isFull && buffer instanceof ArrayBuffer) letGo(buffer);
}

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
