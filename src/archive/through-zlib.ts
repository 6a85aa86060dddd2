import { pipeline } from 'node:stream';
import type { Gunzip, InflateRaw, ZlibOptions } from 'node:zlib';
import { letGo } from './let-go.js';

/** zlib writes into one piece of memory of so many bytes after another. */
const INFLATED_BYTES = 512 * 1024;

/**
 * What zlib makes of the bytes of a stream. A chunk is there until the next is asked for.
 *
 * @param chunks each must be there until the next is asked for, and a last one of up to 16 KiB for good: only larger ones has the
 *   pipeline wait for
 * @param create `createGunzip` or `createInflateRaw`
 */
export async function* throughZlib(
  chunks: AsyncIterable<Uint8Array>,
  create: (options: ZlibOptions) => Gunzip | InflateRaw,
): AsyncGenerator<Uint8Array> {
  // The error reaches the reader as well: the callback has nothing left to do.
  for await (const chunk of pipeline(chunks, create({ chunkSize: INFLATED_BYTES }), () => {})) {
    yield chunk;
    letGoOfFull(chunk);
  }
}

/** Lets go of memory that zlib has filled to its end: it goes on in another. */
function letGoOfFull({ buffer, byteOffset, length }: Uint8Array): void {
  const isFull = buffer.byteLength === INFLATED_BYTES && byteOffset + length === INFLATED_BYTES;
  if (isFull && buffer instanceof ArrayBuffer) letGo(buffer);
}
