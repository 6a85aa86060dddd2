import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArrayReader } from '../../src/arrays/reader.js';
import { anyCuts, cutAt, whole } from '../chunks.js';
import { IDX, idxFile, idxHead, TYPES } from './idx-file.js';

/** Reads a file of unsigned bytes to its end, `step` bytes at a time. */
async function readAll(chunks: AsyncIterable<Uint8Array>, step: number): Promise<Uint8Array> {
  const idx = await ArrayReader.open(chunks, 'images.gz');
  const bytes = new Uint8Array(idx.header.dimensions.reduce((product, size) => product * size, 1));
  for (let at = 0; at < bytes.length; at += step) await idx.read(bytes.subarray(at, at + step));
  await idx.end();
  return bytes;
}

describe('ArrayReader', () => {
  const file = idxFile(3, 2, 4);

  it('reads a file of any type', async () => {
    for (const [code, dtype, elementBytes] of TYPES) {
      const elements = Uint8Array.from({ length: 6 * elementBytes }, (_, at) => at * 3);
      const idx = await ArrayReader.open(whole(Uint8Array.of(...idxHead(code, 2, 3), ...elements)), 'file');
      expect(idx.header).toEqual({ ...IDX, dtype, dimensions: [2, 3] });
      const read = new Uint8Array(elements.length);
      await idx.read(read);
      await idx.end();
      expect(read).toEqual(elements);
    }
  });

  it('reads a file wherever its stream is cut, in steps of any size', async () => {
    await fc.assert(
      fc.asyncProperty(anyCuts(file.length), fc.integer({ min: 1, max: 30 }), async (cuts, step) => {
        expect(await readAll(cutAt(file, cuts), step)).toEqual(file.subarray(16));
      }),
    );
    expect(await readAll(cutAt(file, Array.from(file.keys())), 5)).toEqual(file.subarray(16));
  });

  it('reads a file without rows', async () => {
    expect(await readAll(whole(idxFile(0, 28, 28)), 1)).toHaveLength(0);
  });

  it('refuses a file that ends early, at whatever byte', async () => {
    for (let length = 0; length < file.length; length++) {
      for (const step of [5, 8, 24]) {
        const message =
          length < 16
            ? 'images.gz ends inside its head'
            : 'images.gz ends before the rows that its head promises';
        await expect(readAll(whole(file.subarray(0, length)), step)).rejects.toMatchObject({
          name: 'DatasetError',
          code: 'IDX_TRUNCATED',
          message,
        });
      }
    }
  });

  it('says how far a file went', async () => {
    await expect(readAll(whole(file.subarray(0, 30)), 5)).rejects.toMatchObject({
      expected: '3 rows (dimensions 3 x 2 x 4)',
      found: 'the end after 14 bytes of elements',
    });
    await expect(readAll(whole(file.subarray(0, 3)), 5)).rejects.toMatchObject({
      expected: '4 more bytes',
      found: '3',
    });
    await expect(readAll(whole(file.subarray(0, 11)), 5)).rejects.toMatchObject({
      expected: '12 more bytes',
      found: '7',
    });
  });

  it('refuses a file that goes on', async () => {
    for (const cut of [0, file.length, file.length + 1]) {
      const longer = Uint8Array.of(...file, 0, 0);
      await expect(readAll(cutAt(longer, [cut]), 24)).rejects.toMatchObject({
        name: 'DatasetError',
        code: 'IDX_TRAILING',
        message: 'images.gz goes on behind the rows that its head promises',
        expected: 'the end after 3 rows (dimensions 3 x 2 x 4)',
        found: 'more bytes',
      });
    }
  });

  it('passes over what was not read, and sees that it is all there', async () => {
    for (const [code, , elementBytes] of TYPES) {
      const elements = new Uint8Array(100_000 * elementBytes);
      const endOf = async (...bytes: Uint8Array[]): Promise<void> => {
        const idx = await ArrayReader.open(cutAt(Buffer.concat(bytes), [7, 70_000]), 'file');
        await idx.read(new Uint8Array(10));
        await idx.end();
      };
      const head = Uint8Array.from(idxHead(code, 1000, 100));
      await endOf(head, elements);
      await expect(endOf(head, elements.subarray(1))).rejects.toMatchObject({
        code: 'IDX_TRUNCATED',
        found: `the end after ${elements.length - 1} bytes of elements`,
      });
      await expect(endOf(head, elements, Uint8Array.of(0))).rejects.toMatchObject({ code: 'IDX_TRAILING' });
    }
  });

  it('refuses what is no IDX file', async () => {
    await expect(ArrayReader.open(whole(Uint8Array.of(0x1f, 0x8b, 8, 3)), 'images.gz')).rejects.toMatchObject(
      {
        code: 'IDX_MAGIC',
      },
    );
    await expect(ArrayReader.open(whole(idxHead(10, 3)), 'images.gz')).rejects.toMatchObject({
      code: 'IDX_TYPE',
    });
  });

  it('asks for no more of the stream than the head promises', async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield file;
      for (;;) yield new Uint8Array(1024);
    }
    await expect(readAll(endless(), 24)).rejects.toMatchObject({ code: 'IDX_TRAILING' });
  });
});
