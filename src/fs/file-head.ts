import { open } from 'node:fs/promises';
import { asDiskError } from '../errors.js';

/**
 * The first bytes of a file, `bytes` of them or all of a shorter one.
 *
 * @throws {DatasetError} `DISK`, which names the file
 */
export async function fileHead(path: string, bytes: number): Promise<Uint8Array> {
  try {
    const file = await open(path);
    try {
      const head = new Uint8Array(bytes);
      let filled = 0;
      while (filled < bytes) {
        const { bytesRead } = await file.read(head, filled, bytes - filled, filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return head.subarray(0, filled);
    } finally {
      // Of a file that is only read, closing takes nothing away.
      await file.close().catch(() => {});
    }
  } catch (error) {
    throw asDiskError(error, `reading ${path}`);
  }
}
