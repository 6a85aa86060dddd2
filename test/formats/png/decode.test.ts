import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPngDecoder } from '../../../src/formats/png/decode.js';
import { decodePng } from '../../../src/formats/png/decode-plain.js';
import { createPngEncoder } from '../../../src/formats/png/encode.js';
import { sample, times } from '../../sample.js';
import { image, TEXTURES } from './encoder-images.js';
import { libpng } from './libpng.js';
import { chunk, DEFLATES, filtered, pngOf } from './made.js';

type Shape = readonly [height: number, width: number, channels: number];

function decoded(png: Uint8Array, [height, width, channels]: Shape, depth: 8 | 16 = 8): Uint8Array {
  const out = new Uint8Array((height * width * channels * depth) / 8);
  createPngDecoder({ height, width, channels, depth }).decode(png, out, 0);
  return out;
}

/** What a function gives, or the message of its `RangeError`. */
function outcome(take: () => Uint8Array): Uint8Array | string {
  try {
    return take();
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
}

function encoded([height, width, channels]: Shape, pixels: Uint8Array): Uint8Array {
  const encoder = createPngEncoder({ height, width, channels });
  const png = new Uint8Array(encoder.maxLength);
  return png.subarray(0, encoder.encode(pixels, 0, png, 0));
}

const SHAPES = [
  [28, 28],
  [1, 1],
  [1, 9],
  [9, 1],
  [130, 67],
  [5, 300],
] as const;

describe('the PNG decoder in WebAssembly', () => {
  it.each(sample(Object.keys(TEXTURES), 4))(
    'gives back what our encoder and libpng were given: %s',
    (texture) => {
      for (const [height, width] of SHAPES)
        for (const channels of [1, 2, 3, 4]) {
          const pixels = image({ height, width, channels }, texture, height + channels);
          const shape = [height, width, channels] as const;
          expect(Buffer.compare(decoded(encoded(shape, pixels), shape), pixels)).toBe(0);
          if (height * width < 10_000)
            expect(Buffer.compare(decoded(libpng({ height, width, channels }, pixels), shape), pixels)).toBe(
              0,
            );
        }
    },
  );

  it('reads every filter, block and cut of the data, of 8 and of 16 bits, as the strict decoder does', () => {
    const cases = fc.record({
      height: fc.integer({ min: 1, max: 40 }),
      width: fc.integer({ min: 1, max: 70 }),
      channels: fc.integer({ min: 1, max: 4 }),
      depth: fc.constantFrom(8 as const, 16 as const),
      texture: fc.constantFrom(...Object.keys(TEXTURES)),
      seed: fc.nat(),
      filters: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 7 }),
      deflate: fc.constantFrom(...DEFLATES),
      cuts: fc.array(fc.integer({ min: 0, max: 90 }), { maxLength: 4 }),
    });
    fc.assert(
      fc.property(cases, ({ height, width, channels, depth, texture, seed, filters, deflate, cuts }) => {
        const bytes = depth / 8;
        const samples = image({ height, width: width * bytes, channels }, texture, seed);
        const stream = deflate(filtered(samples, height, channels * bytes, filters));
        const png = pngOf({ height, width, channels, depth, stream, cuts });
        const expected = depth === 8 ? samples : Buffer.from(samples).swap16();
        expect(Buffer.compare(decoded(png, [height, width, channels], depth), expected)).toBe(0);
        if (depth === 8) expect(Buffer.compare(decodePng(png, [height, width, channels]), expected)).toBe(0);
      }),
      { numRuns: times(400, 40), seed: 1 },
    );
  });

  it('writes where it is told to, and takes larger PNGs after smaller ones', () => {
    const decoder = createPngDecoder({ height: 2, width: 2, channels: 1, depth: 8 });
    const out = new Uint8Array(8).fill(9);
    const stream = deflateSync(Uint8Array.of(0, 1, 2, 0, 3, 4));
    const form = { height: 2, width: 2, channels: 1, stream };
    decoder.decode(pngOf(form), out, 2);
    expect([...out]).toEqual([9, 9, 1, 2, 3, 4, 9, 9]);
    out.fill(9);
    decoder.decode(pngOf({ ...form, extra: [chunk('tEXt', Buffer.alloc(3e6, 'a'))] }), out, 4);
    expect([...out]).toEqual([9, 9, 9, 9, 1, 2, 3, 4]);
  });

  it('refuses what is no such image, or more than one', () => {
    const stream = deflateSync(Uint8Array.of(0, 1, 2));
    const form = { height: 1, width: 2, channels: 1 };
    const png = pngOf({ ...form, stream });
    const shape = [1, 2, 1] as const;
    const refused = (bytes: Uint8Array, message: string) =>
      expect(() => decoded(bytes, shape)).toThrow(new RegExp(message));
    expect([...decoded(png, shape)]).toEqual([1, 2]);
    refused(pngOf({ ...form, width: 3, stream }), 'its head says 3 1 8 0 0 0 0, not 2 1 8 0 0 0 0');
    refused(pngOf({ ...form, channels: 3, stream }), 'its head says');
    refused(pngOf({ ...form, depth: 16, stream }), 'its head says');
    refused(pngOf({ ...form, stream: deflateSync(Uint8Array.of(0, 1)) }), 'of another length');
    refused(pngOf({ ...form, stream: deflateSync(Uint8Array.of(0, 1, 2, 3)) }), 'of another length');
    refused(pngOf({ ...form, stream: deflateSync(Uint8Array.of(5, 1, 2)) }), 'no filter has the number');
    refused(pngOf({ ...form, stream: Buffer.concat([stream, Buffer.of(9)]) }), 'ends too soon');
    refused(pngOf({ ...form, stream, extra: [chunk('PLTE', Buffer.alloc(3))] }), 'is not known');
    refused(Buffer.concat([png, Buffer.of(0)]), 'goes on behind');
    const otherSum = Buffer.from(stream);
    otherSum[otherSum.length - 1]! ^= 1;
    refused(pngOf({ ...form, stream: otherSum }), 'another Adler-32');
    for (let bytes = 0; bytes < png.length; bytes++) refused(png.subarray(0, bytes), '.');
    for (let bit = 0; bit < png.length * 8; bit++) {
      const flipped = Buffer.from(png);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      refused(flipped, '.');
    }
    for (const side of [0, -1, 1.5, 2 ** 20])
      expect(() => createPngDecoder({ height: side, width: side, channels: 1, depth: 8 })).toThrow(
        RangeError,
      );
  });

  it('takes no stream that zlib refuses, whatever it is damaged to', () => {
    const shape = [28, 28, 1] as const;
    const form = { height: 28, width: 28, channels: 1 };
    const damage = fc.record({
      texture: fc.constantFrom(...Object.keys(TEXTURES)),
      deflate: fc.constantFrom(...DEFLATES),
      bits: fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
      shorter: fc.option(fc.nat()),
    });
    let taken = 0;
    fc.assert(
      fc.property(damage, ({ texture, deflate, bits, shorter }) => {
        const rows = filtered(image(form, texture, 7), 28, 1, [0, 1, 2, 3, 4]);
        const stream = deflate(rows);
        // Most damage is where the codes are.
        for (const bit of bits) stream[(bit >> 3) % Math.min(stream.length, 120)]! ^= 1 << (bit & 7);
        const cut = shorter === null ? stream : stream.subarray(0, shorter % (stream.length + 1));
        const png = pngOf({ ...form, stream: cut });
        const [own, strict] = [outcome(() => decoded(png, shape)), outcome(() => decodePng(png, shape))];
        if (typeof own === 'string') expect(typeof strict, own).toBe('string');
        else {
          taken++;
          expect(Buffer.compare(own, Buffer.from(strict))).toBe(0);
        }
      }),
      { numRuns: times(3000, 300), seed: 2 },
    );
    expect(taken).toBeLessThan(300);
  });
});
