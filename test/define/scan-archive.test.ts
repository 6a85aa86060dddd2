import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readArchive } from '../../src/archive/read.js';
import { scanArchive } from '../../src/define/scan-archive.js';
import { sha256 } from '../fixtures/folder.js';
import { SMALL_IDX, SMALL_XZ } from '../fixtures/xz.js';
import { zipOf } from '../fixtures/zip.js';
import { scratchDir } from '../scratch-dir.js';

const NPY = Buffer.from('\x93NUMPY\x01\0v\0{', 'latin1');

async function fileOf(bytes: Uint8Array, name = 'images'): Promise<string> {
  const path = join(await scratchDir(), name);
  await writeFile(path, bytes);
  return path;
}

async function readAll(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(Uint8Array.from(chunk));
  return Buffer.concat(parts);
}

const zipped = (...names: string[]): Buffer =>
  zipOf(names.map((name) => ({ name, content: name.endsWith('.npy') ? NPY : SMALL_IDX, deflate: true })));

describe('scanArchive', () => {
  it.each([
    ['plain', SMALL_IDX],
    ['gzip', gzipSync(SMALL_IDX)],
    ['xz', SMALL_XZ.crc64],
    ['a zip of one file', zipped('a/b/images-idx3-ubyte')],
    ['a zip of one file that macOS made', zipped('images', '__MACOSX/._images', '.DS_Store')],
  ])('reads %s, and it can be read again as it was scanned', async (_, bytes) => {
    const path = await fileOf(bytes);
    const scanned = await scanArchive({ path }, readAll);
    expect(scanned).toEqual({ bytes: bytes.length, sha256: sha256(bytes), content: SMALL_IDX });
    const archive = { file: 'images', bytes: scanned.bytes, sha256: scanned.sha256 };
    expect(await readArchive(path, archive, readAll)).toEqual(SMALL_IDX);
  });

  it('lets NPY pass, plain, packed and alone in an NPZ', async () => {
    for (const bytes of [NPY, gzipSync(NPY), zipped('x.npy')])
      expect((await scanArchive({ path: await fileOf(bytes) }, readAll)).content).toEqual(NPY);
  });

  it('names the arrays of an NPZ', async () => {
    const path = await fileOf(zipped('x_train.npy', 'y_train.npy', 'x_test.npy', 'y_test.npy'), 'mnist.npz');
    await expect(scanArchive({ path }, readAll)).rejects.toMatchObject({
      code: 'ARCHIVE_KIND',
      message: `${path} is an NPZ of several arrays`,
      found: 'x_train.npy, y_train.npy, x_test.npy, ... (4 in all)',
      next: `Name one of its arrays: ${path}:x_train, ${path}:y_train, ${path}:x_test, ...`,
    });
  });

  it('names the files of a zip, and of an empty one', async () => {
    for (const [names, found] of [
      [['images', 'labels'], 'images, labels'],
      [[], 'no files'],
    ] as const)
      await expect(scanArchive({ path: await fileOf(zipped(...names)) }, readAll)).rejects.toMatchObject({
        code: 'ARCHIVE_KIND',
        message: expect.stringMatching(/ is a zip of several files$|an empty zip/),
        found,
      });
  });

  it('refuses a zip that is cut short', async () => {
    const path = await fileOf(zipped('images').subarray(0, -5));
    await expect(scanArchive({ path }, readAll)).rejects.toMatchObject({ code: 'ZIP_INVALID' });
  });
});
