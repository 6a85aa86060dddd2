import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileChunks } from '../../src/fs/file-chunks.js';
import { scratchDir } from '../scratch-dir.js';

const CHUNK_BYTES = 256 * 1024;

async function fileOf(bytes: Uint8Array): Promise<string> {
  const path = join(await scratchDir(), 'file');
  await writeFile(path, bytes);
  return path;
}

describe('fileChunks', () => {
  it.each([0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES, 3 * CHUNK_BYTES + 17])(
    'gives a file of %i bytes, all but the last chunk of one length and in one piece of memory',
    async (length) => {
      const bytes = Buffer.from(Uint8Array.from({ length }, (_, at) => (at * 7 + (at >> 8)) & 255));
      const path = await fileOf(bytes);
      const copies: Uint8Array[] = [];
      const memories = new Set<ArrayBufferLike>();
      for await (const chunk of fileChunks(path)) {
        copies.push(Uint8Array.from(chunk));
        memories.add(chunk.buffer);
      }
      expect(Buffer.concat(copies).equals(bytes)).toBe(true);
      expect(copies.slice(0, -1).every((chunk) => chunk.length === CHUNK_BYTES)).toBe(true);
      expect(copies.every((chunk) => chunk.length > 0)).toBe(true);
      expect(memories.size).toBe(length === 0 ? 0 : 1);
    },
  );

  // Elsewhere open files cannot be counted.
  it.skipIf(process.platform !== 'linux')('closes a file that is not read to its end', async () => {
    const path = await fileOf(new Uint8Array(2 * CHUNK_BYTES));
    const before = (await readdir('/proc/self/fd')).length;
    const chunks = fileChunks(path);
    await chunks.next();
    expect((await readdir('/proc/self/fd')).length).toBe(before + 1);
    await chunks.return(undefined);
    expect((await readdir('/proc/self/fd')).length).toBe(before);
  });

  it('ends with the signal', async () => {
    const path = await fileOf(new Uint8Array(2 * CHUNK_BYTES));
    const end = new AbortController();
    const chunks = fileChunks(path, end.signal);
    await chunks.next();
    end.abort(new Error('no more'));
    await expect(chunks.next()).rejects.toThrow('no more');
    expect(await chunks.next()).toEqual({ done: true, value: undefined });
  });

  it('names the file that cannot be read', async () => {
    const dir = await scratchDir();
    for (const path of [join(dir, 'absent'), dir])
      await expect(fileChunks(path).next()).rejects.toMatchObject({
        code: 'DISK',
        message: expect.stringContaining(path),
      });
  });
});
