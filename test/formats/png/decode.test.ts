import { deflateSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPngDecoder } from '../../../src/formats/png/decode.js';
import { createPngEncoder } from '../../../src/formats/png/encode.js';
import { sample, times } from '../../sample.js';
import { image, TEXTURES } from './encoder-images.js';
import { libpng } from './libpng.js';
import { chunk, DEFLATES, filtered, pngOf } from './made.js';
import { readPng } from './read-png.js';

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

/** Whether zlib finds a stream of as many bytes, all of it and nothing behind. */
function zlibTakes(stream: Uint8Array, length: number): boolean {
  try {
    const found: unknown = inflateSync(stream, { info: true });
    return (
      Reflect.get(Object(found), 'buffer').length === length &&
      Reflect.get(Object(found), 'engine').bytesWritten === stream.length
    );
  } catch {
    return false;
  }
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

  it('reads every filter, block and cut of the data, of 8 and of 16 bits, as another decoder does', () => {
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
        if (depth === 8) expect(Buffer.compare(readPng(png).pixels, expected)).toBe(0);
      }),
      { numRuns: times(400, 40), seed: 1 },
    );
  });

  it('undoes every filter, at the edges too', () => {
    const rows = Uint8Array.of(1, 10, 5, 250, 2, 1, 2, 3, 3, 200, 100, 9, 4, 7, 8, 255, 0, 1, 2, 3);
    const samples = [
      [10, 15, 9],
      [11, 17, 12],
      [205, 211, 120],
      [212, 220, 119],
      [1, 2, 3],
    ];
    const png = pngOf({ height: 5, width: 3, channels: 1, stream: deflateSync(rows) });
    expect([...decoded(png, [5, 3, 1])]).toEqual(samples.flat());
    const firstRows = { 3: [10, 10, 10], 4: [10, 15, 20], 2: [10, 5, 5] };
    for (const [type, row] of Object.entries(firstRows)) {
      const stream = deflateSync(Uint8Array.of(Number(type), 10, 5, 5));
      expect([...decoded(pngOf({ height: 1, width: 3, channels: 1, stream }), [1, 3, 1])]).toEqual(row);
    }
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
    const none = { ...form, stream: new Uint8Array(0) };
    refused(pngOf(none), 'its zlib stream is damaged');
    refused(pngOf({ ...form, stream: deflateSync(Uint8Array.of(0, 1)) }), 'it inflates to 2 bytes, not 3');
    const four = Uint8Array.of(0, 1, 2, 3);
    for (const longer of [deflateSync(four), deflateSync(four, { level: 0 }), deflateSync(Buffer.alloc(300))])
      refused(pngOf({ ...form, stream: longer }), 'it inflates to more than 3 bytes');
    refused(pngOf({ ...form, stream: deflateSync(Uint8Array.of(5, 1, 2)) }), 'no filter has the number 5');
    refused(pngOf({ ...form, stream: Buffer.concat([stream, Buffer.of(9)]) }), 'ends too soon');
    refused(
      pngOf({ ...form, stream, extra: [chunk('PLTE', Buffer.alloc(3))] }),
      'it has a chunk "PLTE" that is not known',
    );
    refused(Buffer.concat([png, Buffer.of(0)]), 'goes on behind');
    refused(Buffer.concat([png, chunk('IEND', Buffer.alloc(0))]), 'goes on behind');
    refused(png.subarray(0, 7), 'it has not the signature of a PNG');
    refused(png.subarray(0, 40), 'it ends before its chunk IEND');
    const [head, iend] = [png.subarray(8, 33), chunk('IEND', Buffer.alloc(0))];
    const [signature, start] = [png.subarray(0, 8), png.subarray(0, 33)];
    const pieces = (...parts: Uint8Array[]) => Buffer.concat(parts);
    const [front, back] = [chunk('IDAT', stream.subarray(0, 4)), chunk('IDAT', stream.subarray(4))];
    expect([...decoded(pieces(start, front, back, iend), shape)]).toEqual([1, 2]);
    refused(
      pieces(start, front, chunk('tEXt', four), back, iend),
      'it has a chunk "IDAT" where none belongs',
    );
    refused(pieces(start, head, front, back, iend), 'it has a chunk "IHDR" where none belongs');
    refused(pieces(start, front, back, chunk('IEND', four)), 'its chunk IEND is not empty');
    refused(pieces(signature, front, back, iend), 'it has no chunk IHDR');
    refused(pieces(signature, chunk('IHDR', four), front, back, iend), 'it has no chunk IHDR');
    refused(pieces(start, iend), 'its zlib stream is damaged');
    refused(pieces(start, front.subarray(0, -1)), 'a chunk is longer than what is left');
    const otherCrc = Buffer.from(png);
    otherCrc[17]! ^= 1;
    refused(otherCrc, 'a chunk has another CRC than the one stored with it');
    // A palette, 16 bits, interlacing.
    for (const byte of [24, 25, 28]) {
      const other = Buffer.from(head);
      other[byte - 8]! ^= 1;
      refused(pieces(signature, chunk('IHDR', other.subarray(8, 21)), front, back, iend), 'its head says');
    }
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
        const own = outcome(() => decoded(png, shape));
        expect(typeof own !== 'string', String(own)).toBe(zlibTakes(cut, rows.length));
        if (typeof own === 'string') return;
        taken++;
        expect(Buffer.compare(own, readPng(png).pixels)).toBe(0);
      }),
      { numRuns: times(3000, 300), seed: 2 },
    );
    expect(taken).toBeLessThan(300);
  });
});
