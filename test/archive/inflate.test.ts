import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { inflate } from '../../src/archive/inflate.js';
import { letGo } from '../../src/archive/let-go.js';
import { DatasetError } from '../../src/errors.js';
import { cutAt, whole } from '../chunks.js';
import { SMALL_IDX, SMALL_XZ, ZEROS_XZ } from '../fixtures/xz.js';

const MIB = 2 ** 20;

describe('inflate', () => {
  it('leaves no garbage behind: memory is let go of as soon as the next chunk is asked for', async () => {
    const bytes = 96 * MIB;
    const archive = gzipSync(new Uint8Array(bytes));
    const before = process.memoryUsage().arrayBuffers;
    let [read, most] = [0, 0];
    for await (const chunk of inflate(whole(archive), 'images.gz')) {
      read += chunk.length;
      most = Math.max(most, process.memoryUsage().arrayBuffers);
    }
    expect(read).toBe(bytes);
    expect(most - before).toBeLessThan(8 * MIB);
  });
});

async function content(bytes: Uint8Array, cuts: readonly number[] = []): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of inflate(cutAt(bytes, cuts), 'file')) parts.push(Uint8Array.from(chunk));
  return Buffer.concat(parts);
}

/** Cuts of a file, near its beginning. */
function cutsOf(bytes: Uint8Array): number[] {
  return Array.from({ length: Math.min(bytes.length, 100) }, (_, at) => at);
}

describe('inflate of arrays as they are', () => {
  it('gives IDX and NPY, plain or packed, as they are, however they are cut', async () => {
    const npy = Buffer.from('\x93NUMPY\x01\0v\0{', 'latin1');
    for (const array of [SMALL_IDX, npy, Buffer.concat([SMALL_IDX, Buffer.alloc(1000)])])
      for (const file of [array, gzipSync(array)]) {
        expect(await content(file)).toEqual(array);
        for (const cut of cutsOf(file)) expect(await content(file, [cut, cut + 1])).toEqual(array);
      }
  });
});

describe('inflate of what is no array', () => {
  const page = Buffer.from('<!doctype html><title>Sign in</title>');

  it.each([
    ['is an HTML page', page],
    ['is empty', Buffer.alloc(0)],
    ['is bzip2', Buffer.from('BZh91AY&SY')],
    ['is plain text', Buffer.from('# README')],
    ['is of a kind that is not known here', Buffer.from([1, 2, 3])],
    ['is gzip, and what it holds is an HTML page', gzipSync(page)],
    ['is gzip, and what it holds is gzip', gzipSync(gzipSync(SMALL_IDX))],
    [
      'is gzip, and what it holds is an IDX file with its bytes the other way round',
      gzipSync(Buffer.from([3, 8, 0, 0, 1])),
    ],
  ])('says that it %s', async (what, bytes) => {
    for (const cuts of [[], [1], [1, 2, 3]])
      await expect(content(bytes, cuts)).rejects.toMatchObject({
        code: 'ARCHIVE_KIND',
        message: `file ${what}`,
        expected: expect.stringMatching(/^an array/),
        found: expect.stringMatching(/begins with|^0 bytes/),
        next: expect.stringMatching(/^[A-Z].*\.$/),
      });
  });

  it('leaves text within gzip to the reader: an archive may hold text', async () => {
    for (const text of ['', 'label,pixel\n1,2\n', '{"a": 1}'])
      expect((await content(gzipSync(Buffer.from(text)))).toString()).toBe(text);
  });
});

describe('inflate of gzip with something behind its end', () => {
  const packed = gzipSync(SMALL_IDX);

  it.each(['\n', '\r\n', 'x', ' \n\n\n', '<html>', '\x1f'])('names it: %j', async (tail) => {
    const bytes = Buffer.concat([packed, Buffer.from(tail)]);
    for (const cuts of [[], [packed.length], [packed.length - 1, packed.length + 1]])
      await expect(content(bytes, cuts)).rejects.toMatchObject({
        code: 'GZIP_TRAILING',
        message: 'file goes on behind the end of its gzip',
      });
  });

  it('passes over zeros, and goes on with another member', async () => {
    for (const zeros of [1, 2, 600_000])
      expect(await content(Buffer.concat([packed, Buffer.alloc(zeros)]))).toEqual(SMALL_IDX);
    const two = Buffer.concat([gzipSync(SMALL_IDX.subarray(0, 9)), gzipSync(SMALL_IDX.subarray(9))]);
    expect(await content(two)).toEqual(SMALL_IDX);
  });

  it('is not what a gzip that is cut short has', async () => {
    for (const bytes of [packed.subarray(0, -1), packed.subarray(0, -4), packed.subarray(0, 12)])
      await expect(content(bytes)).rejects.toMatchObject({ code: 'GZIP_INVALID' });
  });
});

describe('inflate of xz', () => {
  it('gives what it holds, however it is cut', async () => {
    for (const file of [SMALL_XZ.crc64, SMALL_XZ.crc32])
      for (const cut of cutsOf(file)) expect(await content(file, [cut, cut + 1])).toEqual(SMALL_IDX);
  });

  it('goes on with another stream, and passes over padding', async () => {
    const padded = Buffer.concat([SMALL_XZ.crc64, Buffer.alloc(4), SMALL_XZ.crc32]);
    expect(await content(padded)).toEqual(Buffer.concat([SMALL_IDX, SMALL_IDX]));
  });

  it('refuses each flipped bit that changes what it holds, cut short, or with something behind it', async () => {
    const file = SMALL_XZ.crc64;
    for (let at = 6; at < file.length; at++) {
      const flipped = Buffer.from(file);
      flipped[at]! ^= 1 << (at % 8);
      const found = await content(flipped).catch((error: unknown) => error);
      if (!(found instanceof Buffer)) expect(found).toMatchObject({ code: 'XZ_INVALID' });
      else expect(found).toEqual(SMALL_IDX);
    }
    for (let length = 6; length < file.length; length++)
      await expect(content(file.subarray(0, length))).rejects.toMatchObject({ code: 'XZ_INVALID' });
    await expect(content(Buffer.concat([file, Buffer.from('\r\n')]))).rejects.toMatchObject({
      code: 'XZ_INVALID',
      message: 'file is not a whole xz archive',
    });
  });

  it('says what it does not read', async () => {
    for (const file of [SMALL_XZ.sha256, SMALL_XZ.delta])
      await expect(content(file)).rejects.toMatchObject({
        code: 'XZ_INVALID',
        message: 'file is xz of a kind that is not read here',
        next: expect.stringMatching(/unxz/),
      });
  });

  it('reads several side by side, and leaves one', async () => {
    const open = [1, 2, 3].map(() => inflate(whole(SMALL_XZ.crc64), 'file'));
    for (const one of open) expect((await one.next()).value?.length).toBeGreaterThan(0);
    for (const one of open) await one.return(undefined);
    expect(await content(SMALL_XZ.crc64)).toEqual(SMALL_IDX);
  });

  it('holds no more of a bomb than is asked for', async () => {
    // 2 GiB of zeros behind an IDX file.
    const bomb = Buffer.concat([SMALL_XZ.crc64, ...Array.from({ length: 2048 }, () => ZEROS_XZ)]);
    const before = process.memoryUsage.rss();
    let read = 0;
    for await (const chunk of inflate(whole(bomb), 'file')) {
      read += chunk.length;
      if (read > 4 * MIB) break;
    }
    expect(read).toBeLessThan(5 * MIB);
    expect(process.memoryUsage.rss() - before).toBeLessThan(100 * MIB);
  });

  it('passes on what the file throws', async () => {
    const own = new DatasetError('DISK', 'gone');
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield SMALL_XZ.crc64.subarray(0, 40);
      throw own;
    }
    const read = async (): Promise<void> => {
      for await (const _ of inflate(broken(), 'file'));
    };
    await expect(read()).rejects.toBe(own);
  });
});

describe('letGo', () => {
  it('gives memory back without a collection of garbage', () => {
    const memory = new ArrayBuffer(16 * MIB);
    const view = new Uint8Array(memory);
    const before = process.memoryUsage().arrayBuffers;
    letGo(memory);
    expect([memory.byteLength, view.length]).toEqual([0, 0]);
    expect(before - process.memoryUsage().arrayBuffers).toBeGreaterThan(15 * MIB);
  });
});
