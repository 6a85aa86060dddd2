import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArrayReader } from '../../src/arrays/reader.js';
import { anyCuts, cutAt, whole } from '../chunks.js';
import { bytesNpy, npyFile, npyHead } from '../fixtures/npy.js';

const WHERE = 'images.npy';
const elements = Uint8Array.from({ length: 24 }, (_, at) => at + 1);
const file = bytesNpy([3, 2, 4], elements);
const HEAD = file.length - elements.length;

async function readAll(chunks: AsyncIterable<Uint8Array>, step = 24): Promise<Uint8Array> {
  const array = await ArrayReader.open(chunks, WHERE);
  const bytes = new Uint8Array(24);
  for (let at = 0; at < bytes.length; at += step) await array.read(bytes.subarray(at, at + step));
  await array.end();
  return bytes;
}

describe('ArrayReader of NPY', () => {
  it.each([1, 2, 3] as const)('reads version %i', async (version) => {
    const bytes = npyFile({ descr: '|u1', shape: [3, 2, 4], elements, version });
    expect(await readAll(whole(bytes))).toEqual(elements);
  });

  it('reads a file wherever its stream is cut, in steps of any size', async () => {
    await fc.assert(
      fc.asyncProperty(anyCuts(file.length), fc.integer({ min: 1, max: 30 }), async (cuts, step) => {
        expect(await readAll(cutAt(file, cuts), step)).toEqual(elements);
      }),
    );
    expect(await readAll(cutAt(file, Array.from(file.keys())), 5)).toEqual(elements);
  });

  it('reads a head in UTF-8, of any length', async () => {
    const named = npyHead("{'descr': [('größe', '<f4')], 'fortran_order': False, 'shape': (3,)}", 3);
    await expect(ArrayReader.open(whole(named), WHERE)).rejects.toMatchObject({
      code: 'NPY_TYPE',
      found: 'structures',
    });
    const long = npyHead(`{'descr': '|u1', 'fortran_order': False, 'shape': (3, 2, 4)}${' '.repeat(60_000)}`);
    expect(await readAll(whole(Buffer.concat([long, elements])))).toEqual(elements);
  });

  it('refuses a file that ends early, at whatever byte', async () => {
    // The first three bytes may yet begin an IDX file.
    for (let length = 0; length < file.length; length++) {
      await expect(readAll(whole(file.subarray(0, length)), 5)).rejects.toMatchObject({
        code: length < 4 ? 'IDX_TRUNCATED' : 'NPY_TRUNCATED',
        message:
          length < HEAD
            ? `${WHERE} ends inside its head`
            : `${WHERE} ends before the rows that its head promises`,
      });
    }
  });

  it('refuses a file that goes on', async () => {
    for (const cut of [0, file.length, file.length + 1])
      await expect(readAll(cutAt(Uint8Array.of(...file, 0, 0), [cut]))).rejects.toMatchObject({
        code: 'NPY_TRAILING',
        message: `${WHERE} goes on behind the rows that its head promises`,
        expected: 'the end after 3 rows (dimensions 3 x 2 x 4)',
      });
  });

  it('allocates nothing by what a head promises', async () => {
    const tebi = npyHead(`{'descr': '<f8', 'fortran_order': False, 'shape': (${2 ** 40}, 28, 28)}`);
    const array = await ArrayReader.open(whole(tebi), WHERE);
    expect(array.header.dimensions).toEqual([2 ** 40, 28, 28]);
    await expect(array.end()).rejects.toMatchObject({ code: 'NPY_TRUNCATED' });
    const head = Buffer.from('\x93NUMPY\x02\0\xff\xff\xff\xff', 'latin1');
    await expect(ArrayReader.open(whole(head), WHERE)).rejects.toMatchObject({
      code: 'NPY_INVALID',
      message: `${WHERE} has a head that is too long`,
      found: '4294967295 bytes',
    });
  });

  it('asks for no more of the stream than the head promises', async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield file;
      for (;;) yield new Uint8Array(1024);
    }
    await expect(readAll(endless())).rejects.toMatchObject({ code: 'NPY_TRAILING' });
  });

  it('refuses another version, and another beginning', async () => {
    const changed = (at: number, byte: number): Buffer => {
      const bytes = Buffer.from(file);
      bytes[at] = byte;
      return bytes;
    };
    for (const [at, byte, code] of [
      [6, 4, 'NPY_INVALID'],
      [7, 1, 'NPY_INVALID'],
      [5, 0x5a, 'NPY_INVALID'],
      [4, 0x51, 'NPY_INVALID'],
      [0, 0x92, 'IDX_MAGIC'],
    ] as const)
      await expect(ArrayReader.open(whole(changed(at, byte)), WHERE)).rejects.toMatchObject({ code });
  });
});
