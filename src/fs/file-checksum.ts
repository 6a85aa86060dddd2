import { createHash } from 'node:crypto';
import { fileChunks } from './file-chunks.js';

/**
 * SHA-256 of a file, in hexadecimal.
 *
 * @throws {DatasetError} `DISK`
 */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of fileChunks(path)) hash.update(chunk);
  return hash.digest('hex');
}
