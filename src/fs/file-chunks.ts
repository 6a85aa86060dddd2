import { type FileHandle, open } from 'node:fs/promises';
import { asDiskError } from '../errors.js';

/** How much of a file is read at once, in bytes. */
const CHUNK_BYTES = 256 * 1024;

/** Bytes of a file, from `start` to before `end`. */
export interface FileRange {
  start: number;
  end: number;
}

/**
 * The bytes of a file, or of a range of it, in chunks that all lie in one piece of memory: each is there until the next is asked for. Only the last
 * one is shorter than the others, and nothing is read after it.
 *
 * The chunks of a stream would be memory of their own each, of which 32 MiB pile up before Node.js collects any.
 *
 * @throws {DatasetError} `DISK`, which names the file, and the signal's reason
 */
export async function* fileChunks(
  path: string,
  signal?: AbortSignal,
  range?: FileRange,
): AsyncGenerator<Uint8Array> {
  const file = await open(path).catch((error: unknown) => {
    throw asDiskError(error, `reading ${path}`);
  });
  try {
    yield* handleChunks(file, path, signal, range);
  } finally {
    // Of a file that is only read, closing takes nothing away.
    await file.close().catch(() => {});
  }
}

/** As {@link fileChunks}, of a file that is open, and open afterwards. */
export async function* handleChunks(
  file: FileHandle,
  path: string,
  signal?: AbortSignal,
  { start, end }: FileRange = { start: 0, end: Number.POSITIVE_INFINITY },
): AsyncGenerator<Uint8Array> {
  const memory = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  for (let at = start; at < end; at += CHUNK_BYTES) {
    const wanted = Math.min(CHUNK_BYTES, end - at);
    let filled = 0;
    while (filled < wanted) {
      signal?.throwIfAborted();
      const { bytesRead } = await file
        .read(memory, filled, wanted - filled, at + filled)
        .catch((error: unknown) => {
          throw asDiskError(error, `reading ${path}`);
        });
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    if (filled > 0) yield memory.subarray(0, filled);
    if (filled < CHUNK_BYTES) return;
  }
}
