import { createRequire } from 'node:module';
import { ReadableStream } from 'node:stream/web';
import { asDatasetError, DatasetError } from '../errors.js';

/**
 * The bytes of an xz file, decompressed as they are asked for, by `xz-decompress`, which is xz-embedded as WebAssembly: several
 * streams one after the other and padding between them are read as `xz` reads them, CRC-32 and CRC-64 of blocks are checked. It
 * does not know the check SHA-256, filters other than LZMA2, and dictionaries above 64 MiB (those of `xz -9`), and says so.
 *
 * @param chunks the file's; each must be there until the next is asked for
 * @throws {DatasetError} `XZ_INVALID` as the bytes are read, and what `chunks` throws
 */
export async function* unxz(chunks: AsyncIterator<Uint8Array>, where: string): AsyncGenerator<Uint8Array> {
  let failed: unknown;
  const packed = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const next = await chunks.next();
          if (next.done === true) controller.close();
          else controller.enqueue(next.value);
        } catch (error) {
          failed = error;
          throw error;
        }
      },
    },
    // Nothing is asked for before it is needed: the chunks share their memory.
    { highWaterMark: 0 },
  );
  const reader = new (freshDecoder())(packed).getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read())
      if (next.value.length > 0) yield next.value;
  } catch (error) {
    if (failed !== undefined) throw asDatasetError(failed);
    throw notXz(where, error);
  } finally {
    await reader.cancel().catch(() => {});
  }
}

type Decoder = new (packed: ReadableStream<Uint8Array>) => ReadableStream<Uint8Array>;

/**
 * The package's stream, loaded anew. The package holds a second stream back until the first has ended, and images and labels are
 * read side by side; a package of its own for each is a few milliseconds, and its memory goes with it.
 */
function freshDecoder(): Decoder {
  const require = createRequire(import.meta.url);
  const path = require.resolve('xz-decompress');
  delete require.cache[path];
  const { XzReadableStream }: { XzReadableStream: Decoder } = require(path);
  delete require.cache[path];
  return XzReadableStream;
}

/** `xz_ret` of xz-embedded's `xz.h`, which the package tells at the end of its messages. */
const REASONS: Readonly<Record<string, string>> = {
  3: 'no memory for it',
  4: 'a dictionary of more than 64 MiB',
  5: 'no head of xz',
  6: 'a filter, or a check, that is not read here (LZMA2, CRC-32 and CRC-64 are)',
  7: 'a checksum or compressed data that are not right',
  8: 'an end too early, or something else behind the end',
};

function notXz(where: string, cause: unknown): DatasetError {
  const said = cause instanceof Error ? cause.message : String(cause);
  const code = /(\d+)$/.exec(said)?.[1] ?? '';
  const isOther = code === '4' || code === '6';
  return new DatasetError(
    'XZ_INVALID',
    `${where} is ${isOther ? 'xz of a kind that is not read here' : 'not a whole xz archive'}`,
    {
      expected: 'xz (The .xz File Format, version 1.2)',
      found: REASONS[code] ?? said,
      next: isOther ? 'Unpack it first (unxz FILE), and name what it holds.' : 'Get the archive again.',
      cause,
    },
  );
}
