import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPngEncoder, type ImageShape } from '../../../src/formats/png/encode.js';
import { drawImage, KINDS } from './images.js';
import { readPng } from './read-png.js';

function encode(pixels: Uint8Array, shape: ImageShape): Uint8Array {
  const encoder = createPngEncoder(shape);
  const out = new Uint8Array(encoder.maxLength);
  return out.subarray(0, encoder.encode(pixels, 0, out, 0));
}

describe('createPngEncoder', () => {
  it('writes the bytes that libpng writes of one pixel', () => {
    // libpng 1.6 with zlib at memLevel 9, as TensorFlow calls it.
    const expected =
      '89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55' +
      '0000000a4944415408996358000000a200a16053711b0000000049454e44ae426082';
    const shape = { height: 1, width: 1, channels: 1 };
    expect(drawImage('noise', shape)).toEqual(Uint8Array.of(160));
    expect(Buffer.from(encode(Uint8Array.of(160), shape)).toString('hex')).toBe(expected);
  });

  // Lengths and sha256 of what libpng 1.6.39 and zlib 1.2.13 write, with memLevel 9 and everything else left alone.
  it.each([
    ['noise', 1, 40, 1, 109, '8ed453aec5aa18f998d88ed4156ee425547a195fe7536c9231dd225ecba2a24f'],
    ['noise', 40, 1, 1, 148, '143e34056915406f8bd6b902c8d421c63c6e2d6ea7be52db8c33450cde2d88d9'],
    ['noise', 28, 28, 1, 880, '6635622df0ce9602b676539ce8aee41fcb87bdba5a04ea6cbf2e6835ee1e02bd'],
    ['sparse', 28, 28, 1, 370, '75fa60682a84e05214f8fbf6a74ac9f7d2c55ee138d8c80e9f6f2a3b3cb9ecb4'],
    ['curved', 28, 28, 1, 503, '240db1bbbae59d8252ae302528761a764ceff01d6c0659e7f9db49de7708903b'],
    ['black', 28, 28, 1, 73, '63848b4a2c87682d9ded404c1afc32804dcee3e961bdb810bde46b4d8ab81a00'],
    ['echo', 28, 28, 1, 105, 'a2d4f3bbd810a6323a635a8a15c8ef3111decc1502482ce3b60c5f2019a6deea'],
    ['echo', 64, 60, 1, 158, 'c0151f424f09b195804b41c1b810896ccdaf6db6ff18b1d5148fe9d2306716d4'],
    ['echo', 12, 20, 1, 94, 'bcdbf6142f206bbcf4fd82079a8593d34a9333292e8cc19f9d6ebc95109a6bcc'],
    ['noise', 300, 301, 1, 90_846, '671f931fecba36e5a19206a37f833a5385f40a529636d8ca8c61511e4bfa8a64'],
    ['curved', 300, 301, 1, 65_774, '6e8eac54df41e2c26599fd1f9596c2629e119044826c42ee0a43993309c85245'],
    ['curved', 128, 127, 1, 13_068, '18cb7c5dd82120a5f2f26e18364a948858f9117ee3cdc4ac29407cea7d85361a'],
    ['sparse', 17, 5, 2, 152, '630b136f60b7b194b0039d6f566b799e5175e32326c035f4f46010c9f2573bc1'],
    ['curved', 17, 5, 3, 194, '4d28b04b7254ee6d5deeefba2c11fe048a586b356bb54593292fccd1063d378b'],
    ['noise', 16, 16, 4, 1108, 'ac00d93e8cec6ad55048d00465130dcf8da0f36ae9f38157b63198da0be5fb1c'],
    ['curved', 1, 9, 3, 90, '47734a3e60ebe1dccc8d662d5245abe33005c244bed484503b889467e3d126ef'],
  ] as const)(
    'writes the bytes that libpng writes: %s, %i x %i x %i',
    (kind, height, width, channels, length, sha256) => {
      const shape = { height, width, channels };
      const png = encode(drawImage(kind, shape), shape);
      expect(png).toHaveLength(length);
      expect(createHash('sha256').update(png).digest('hex')).toBe(sha256);
    },
  );

  it.each([
    [1, 1, 1],
    [1, 40, 1],
    [40, 1, 1],
    [2, 2, 1],
    [28, 28, 1],
    [300, 301, 1],
    [1, 20_000, 1],
    [20_000, 1, 1],
    [5, 7, 2],
    [7, 5, 3],
    [28, 28, 4],
    [1, 1, 4],
  ])('keeps the pixels of %i x %i x %i', (height, width, channels) => {
    const shape = { height, width, channels };
    for (const kind of KINDS) {
      const pixels = drawImage(kind, shape);
      const { pixels: read, ...header } = readPng(encode(pixels, shape));
      expect(header).toMatchObject(shape);
      expect(Buffer.compare(read, pixels)).toBe(0);
    }
  });

  it('keeps the pixels of any image', () => {
    const side = fc.integer({ min: 1, max: 12 });
    const images = fc.tuple(side, side, fc.integer({ min: 1, max: 4 })).chain(([height, width, channels]) => {
      const length = height * width * channels;
      // Few levels, so that filters and matches have something to find.
      const levels = fc.constantFrom(0, 1, 127, 128, 254, 255);
      const pixels = fc.uint8Array({ minLength: length, maxLength: length });
      const flat = fc.array(levels, { minLength: length, maxLength: length });
      return fc.record({
        shape: fc.constant({ height, width, channels }),
        pixels: fc.oneof(
          pixels,
          flat.map((samples) => Uint8Array.from(samples)),
        ),
      });
    });
    fc.assert(
      fc.property(images, ({ shape, pixels }) => {
        const { pixels: read, height, width, channels } = readPng(encode(pixels, shape));
        expect({ height, width, channels }).toEqual(shape);
        expect(Buffer.compare(read, pixels)).toBe(0);
      }),
    );
  });

  it('cuts the stream into chunks of 8,192 bytes', () => {
    const shape = { height: 300, width: 301, channels: 1 };
    const { chunks, idat } = readPng(encode(drawImage('noise', shape), shape));
    expect(idat.length).toBeGreaterThan(2);
    expect(idat.slice(0, -1).every((length) => length === 8192)).toBe(true);
    expect(idat.at(-1)).toBeGreaterThan(0);
    expect(chunks).toEqual(['IHDR', ...idat.map(() => 'IDAT'), 'IEND']);
  });

  it.each([
    [28, 28, 0x28],
    [1, 1, 0x08],
    [300, 301, 0x78],
  ])('tells the smallest window that holds %i x %i', (height, width, cmf) => {
    const shape = { height, width, channels: 1 };
    expect(readPng(encode(drawImage('curved', shape), shape)).cmf).toBe(cmf);
  });

  it('encodes one image after the other, each as if it were alone', () => {
    const shape = { height: 28, width: 28, channels: 1 };
    const images = [...KINDS, ...KINDS].map((kind) => drawImage(kind, shape));
    const encoder = createPngEncoder(shape);
    for (const pixels of images) {
      const out = new Uint8Array(encoder.maxLength);
      expect(out.subarray(0, encoder.encode(pixels, 0, out, 0))).toEqual(encode(pixels, shape));
    }
  });

  it('reads at its start, writes at its offset, and nowhere else', () => {
    const shape = { height: 28, width: 28, channels: 1 };
    const pixels = drawImage('sparse', shape);
    const among = new Uint8Array(3 * pixels.length).fill(77);
    among.set(pixels, pixels.length);
    const encoder = createPngEncoder(shape);
    const out = new Uint8Array(1000 + encoder.maxLength + 1000).fill(99);
    const end = encoder.encode(among, pixels.length, out, 1000);
    expect(out.subarray(1000, end)).toEqual(encode(pixels, shape));
    expect(out.subarray(0, 1000).every((byte) => byte === 99)).toBe(true);
    expect(out.subarray(1000 + encoder.maxLength).every((byte) => byte === 99)).toBe(true);
  });

  it('has room for an image that does not compress', () => {
    for (const [height, width, channels] of [
      [1, 1, 1],
      [1, 3, 4],
      [28, 28, 1],
      [64, 64, 4],
      [300, 301, 1],
    ] as const) {
      const shape = { height, width, channels };
      const encoder = createPngEncoder(shape);
      expect(encode(drawImage('noise', shape), shape).length).toBeLessThanOrEqual(encoder.maxLength);
    }
  });
});
