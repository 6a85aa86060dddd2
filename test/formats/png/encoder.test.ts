import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPngEncoder, type ImageShape, maxPngLength } from '../../../src/formats/png/encode.js';
import { sample, times } from '../../sample.js';
import { image, numbers, TEXTURES } from './encoder-images.js';
import { libpng } from './libpng.js';

function encode(shape: ImageShape, ...images: Uint8Array[]): Uint8Array[] {
  const encoder = createPngEncoder(shape);
  return images.map((pixels) => {
    const out = new Uint8Array(encoder.maxLength);
    return out.subarray(0, encoder.encode(pixels, 0, out, 0));
  });
}

/** Equality of large arrays, without the difference that `expect` would print, byte by byte. */
function expectLibpng(shape: ImageShape, ...images: Uint8Array[]): void {
  for (const [i, png] of encode(shape, ...images).entries()) {
    const expected = libpng(shape, images[i]!);
    expect({
      i,
      length: png.length,
      firstDifference: png.findIndex((byte, at) => byte !== expected[at]),
    }).toEqual({
      i,
      length: expected.length,
      firstDifference: -1,
    });
  }
}

const textures = Object.keys(TEXTURES);

/**
 * sha256 of the PNGs of all textures with the seeds 1, 2, ... one behind the other, as libpng 1.6.39 with
 * zlib 1.2.13 writes them.
 */
const LIBPNG_DIGESTS: [number, number, ImageShape['channels'], string][] = [
  [28, 28, 1, '6885e5e304d88d06e351e5121335bf39bcda0d57d1d92e0dfdecb8c9c7b1351e'],
  [1, 1, 1, 'd70dbaff7a51d85736386357a01afc08dd590a438e472a9da0e5ee8f8ed0f2f8'],
  [1, 1, 4, 'ee644c84f6c14191da9024c5fc3bf3db0db076f5ff130a915fbe1e6077a660c6'],
  [1, 50, 2, 'e3775555907281215d3b89d8cae580987757050210b244c591d4c51bf691ae02'],
  [50, 1, 3, '8dce39ad80004ab62dee8d09293294382279ef849e403acdef8e338e1fa10b10'],
  [32, 32, 3, 'af37b376eabd4f5ee5d516bf2979f011a5510a65304c840be7dbea6d1cb2d502'],
  [64, 48, 4, 'dccf3d38b46d552a48cf8874750299cb311d1e2304f7b9ec98b39ac74007cfaf'],
  [127, 129, 1, '8472df9a61cfa523f7d275daee7e70e26adc961c562757b2825195dad288ee72'],
  [256, 256, 1, 'b35b964610f2ab178e058db0280c43c74736009ce9c8448a28f1288d14d4e154'],
  [300, 301, 3, '53b89cdfaa2305c6c8e9779738dafd7b95a139c8d2c4898782adb83d16bde2f7'],
  [512, 512, 4, '19ff0157237355b69e9ab9ce11eb9bb94514ce04e54bb923c1836d3985a7c01d'],
];

describe('createPngEncoder', () => {
  it.each(sample(LIBPNG_DIGESTS, 6))(
    'writes what libpng writes: %i x %i x %i',
    (height, width, channels, digest) => {
      const shape = { height, width, channels };
      const images = textures.map((texture, i) => image(shape, texture, i + 1));
      const hash = createHash('sha256');
      for (const png of encode(shape, ...images)) hash.update(png);
      expect(hash.digest('hex')).toBe(digest);
    },
  );

  it('writes what zlib and libpng specify, for any shape and content', () => {
    const side = fc.oneof(
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 130 }),
    );
    const channels = fc.constantFrom<ImageShape['channels']>(1, 2, 3, 4);
    const content = fc.tuple(fc.constantFrom(...textures), fc.integer());
    fc.assert(
      fc.property(
        side,
        side,
        channels,
        fc.array(content, { minLength: 1, maxLength: 3 }),
        (height, width, channels, contents) => {
          const shape = { height, width, channels };
          expectLibpng(shape, ...contents.map(([texture, seed]) => image(shape, texture, seed)));
        },
      ),
      { numRuns: times(300, 30) },
    );
  });

  it.each(sample(textures, 4))(
    'follows the window as it slides, and writes several blocks and chunks: %s',
    (texture) => {
      for (const shape of [
        { height: 300, width: 256, channels: 1 },
        { height: 231, width: 283, channels: 1 },
        { height: 190, width: 333, channels: 3 },
      ] as const) {
        expectLibpng(shape, image(shape, texture, 5));
      }
    },
  );

  it.each([65273, 65274, 65275, 65535, 65536, 65537])(
    'takes %i filtered bytes, where the window slides or does not',
    (length) => {
      for (const [height, width] of [
        [1, length - 1],
        [length / 2, 1],
      ] as const) {
        if (!Number.isInteger(height)) continue;
        const shape = { height, width, channels: 1 } as const;
        expectLibpng(
          shape,
          image(shape, 'noise', length),
          image(shape, 'longRuns', length),
          image(shape, 'blank', length),
        );
      }
    },
  );

  it('matches as far back as zlib does, and no further', () => {
    const pick = numbers(11);
    for (const [height, width] of [
      [300, 256],
      [70, 700],
      [1, 60000],
    ] as const) {
      const shape = { height, width, channels: 1 } as const;
      for (const run of [0, 3, 99]) {
        const pixels = image(shape, 'signed', run);
        // Strings once more at distances around 32506, which start with as many equal bytes.
        for (let n = 0; n < 40; n++) {
          const length = 5 + pick(12);
          const from = pick(pixels.length - 32600);
          for (let i = 0; i < length; i++) pixels[from + i] = i < run ? 80 + n : pick(256);
          const distance = 32506 - Math.floor(32506 / (width + 1)) + pick(3) - 1;
          pixels.copyWithin(from + distance, from, from + length);
        }
        expectLibpng(shape, pixels);
      }
    }
  });

  it('slides the window where the rows of the input make zlib do so', () => {
    // Rows of 257 bytes end at 65535, so that zlib has read no more when it comes to 65274: the string at
    // 32768 is lost to it.
    const shape = { height: 256, width: 256, channels: 1 } as const;
    const pixels = image(shape, 'signed', 3);
    const string = [90, 200, 75, 190, 1, 60, 170, 99];
    for (const [i, byte] of string.entries()) {
      pixels[127 * 256 + 128 + i] = i === 4 ? 0 : byte;
      if (i !== 4) pixels[253 * 256 + 252 + i - (i > 4 ? 1 : 0)] = byte;
    }
    expectLibpng(shape, pixels);
  });

  it('shortens codes that would be too long', () => {
    // Frequencies that grow as the Fibonacci numbers make the deepest tree.
    const bytes: number[] = [];
    for (let [value, a, b] = [0, 1, 1]; bytes.length < 60000; [value, a, b] = [value + 1, b, a + b]) {
      const byte = value & 1 ? 255 - (20 - (value >> 1)) : 20 - (value >> 1);
      for (let i = 0; i < a; i++) bytes.push(byte);
    }
    const pick = numbers(2);
    for (let i = bytes.length - 1; i > 0; i--) {
      const j = pick(i + 1);
      [bytes[i], bytes[j]] = [bytes[j]!, bytes[i]!];
    }
    for (const length of [30000, 46000, bytes.length]) {
      const shape = { height: 1, width: length, channels: 1 } as const;
      expectLibpng(shape, Uint8Array.from(bytes.slice(0, length)));
    }
  });

  it('takes short matches in an image of one pixel, for which libpng sets no strategy', () => {
    const shape = { height: 1, width: 1, channels: 4 } as const;
    expectLibpng(
      shape,
      new Uint8Array([7, 7, 7, 7]),
      new Uint8Array([0, 0, 0, 0]),
      new Uint8Array([1, 2, 3, 4]),
    );
  });

  it('gives the same bytes for an image whatever came before it', () => {
    const shape = { height: 28, width: 28, channels: 1 } as const;
    const images = textures.map((texture) => image(shape, texture, 9));
    const alone = images.map((pixels) => encode(shape, pixels)[0]!);
    const order = [...images.keys(), ...[...images.keys()].reverse()];
    const together = encode(shape, ...order.map((i) => images[i]!));
    expect(together.map((png, n) => Buffer.compare(png, alone[order[n]!]!))).toEqual(order.map(() => 0));
  });

  it('starts the positions of its hash table anew before they overflow', () => {
    const shape = { height: 512, width: 511, channels: 4 } as const;
    const encoder = createPngEncoder(shape);
    const busy = image(shape, 'text', 1);
    const out = new Uint8Array(encoder.maxLength);
    const digest = () =>
      createHash('sha256')
        .update(out.subarray(0, encoder.encode(busy, 0, out, 0)))
        .digest('hex');
    const first = digest();
    // An image takes its filtered length, a little less than 2^20, of 2^26 positions.
    const blank = new Uint8Array(busy.length);
    for (let n = 0; n < 70; n++) {
      if (n % 2 === 0) encoder.encode(blank, 0, out, 0);
      else expect(digest()).toBe(first);
    }
  });

  it('reads from and writes to the places given, and to no other, in shared memory too', () => {
    const shape = { height: 9, width: 7, channels: 3 } as const;
    const pixels = image(shape, 'photo', 4);
    const expected = libpng(shape, pixels);
    const shared = new Uint8Array(new SharedArrayBuffer(pixels.length + 30));
    shared.fill(0xaa).set(pixels, 13);
    const encoder = createPngEncoder(shape);
    const out = new Uint8Array(new SharedArrayBuffer(encoder.maxLength + 100)).fill(0x55);
    const end = encoder.encode(shared, 13, out, 50);
    expect(end).toBe(50 + expected.length);
    expect(Buffer.from(out.slice(50, end))).toEqual(Buffer.from(expected));
    expect([...out.slice(0, 50), ...out.slice(end)].every((byte) => byte === 0x55)).toBe(true);
  });

  it('says how long an image may become at most', () => {
    for (const [height, width] of [
      [1, 1],
      [28, 28],
      [300, 301],
    ] as const) {
      const shape = { height, width, channels: 1 } as const;
      const { maxLength } = createPngEncoder(shape);
      expect(maxPngLength(shape)).toBe(maxLength);
      for (const png of encode(shape, image(shape, 'noise', 1)))
        expect(png.length).toBeLessThanOrEqual(maxLength);
    }
  });

  it('refuses what is no image', () => {
    const bad = [
      [0, 28, 1],
      [28, -1, 1],
      [28, 1.5, 1],
      [28, 28, 5],
      [2 ** 15, 2 ** 14, 1],
    ] as const;
    for (const [height, width, channels] of bad) {
      expect(() => createPngEncoder({ height, width, channels: channels as 1 })).toThrow(
        expect.objectContaining({ code: 'IDX_DIMENSIONS', found: `${height} x ${width} x ${channels}` }),
      );
    }
    const encoder = createPngEncoder({ height: 2, width: 2, channels: 1 });
    const out = new Uint8Array(encoder.maxLength);
    expect(() => encoder.encode(new Uint8Array(5), 2, out, 0)).toThrow(RangeError);
    expect(() => encoder.encode(new Uint8Array(4), 0, out.subarray(0, 20), 0)).toThrow(RangeError);
  });
});
