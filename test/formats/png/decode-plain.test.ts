import { crc32, deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodePng } from '../../../src/formats/png/decode-plain.js';
import { createPngEncoder } from '../../../src/formats/png/encode.js';
import { image, TEXTURES } from './encoder-images.js';

function encoded(height: number, width: number, channels: number, pixels: Uint8Array): Buffer {
  const encoder = createPngEncoder({ height, width, channels });
  const png = new Uint8Array(encoder.maxLength);
  return Buffer.from(png.subarray(0, encoder.encode(pixels, 0, png, 0)));
}

/** A gray PNG of these filtered rows. */
function pngOf(width: number, height: number, filtered: Uint8Array, more: Buffer[] = []): Buffer {
  const chunk = (type: string, data: Uint8Array): Buffer => {
    const typed = Buffer.concat([Buffer.from(type), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(typed));
    return Buffer.concat([length, typed, sum]);
  };
  const head = Buffer.from([0, 0, 0, width, 0, 0, 0, height, 8, 0, 0, 0, 0]);
  const data = chunk('IDAT', Buffer.concat([deflateSync(filtered), ...more]));
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', head),
    data,
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

describe('decodePng', () => {
  it.each(Object.keys(TEXTURES))('gives back what was encoded: %s', (texture) => {
    for (const [height, width] of [
      [28, 28],
      [1, 9],
      [9, 1],
      [130, 67],
    ] as const)
      for (const channels of [1, 2, 3, 4]) {
        const pixels = image({ height, width, channels }, texture, 5);
        const found = decodePng(encoded(height, width, channels, pixels), [height, width, channels]);
        expect(Buffer.compare(found, pixels)).toBe(0);
      }
  });

  it('undoes every filter, at the edges too', () => {
    const filtered = Uint8Array.of(1, 10, 5, 250, 2, 1, 2, 3, 3, 200, 100, 9, 4, 7, 8, 255, 0, 1, 2, 3);
    const samples = [
      [10, 15, 9],
      [11, 17, 12],
      [205, 211, 120],
      [212, 220, 119],
      [1, 2, 3],
    ];
    expect([...decodePng(pngOf(3, 5, filtered), [5, 3, 1])]).toEqual(samples.flat());
    const firstRows = { 3: [10, 10, 10], 4: [10, 15, 20], 2: [10, 5, 5] };
    for (const [type, row] of Object.entries(firstRows))
      expect([...decodePng(pngOf(3, 1, Uint8Array.of(Number(type), 10, 5, 5)), [1, 3, 1])]).toEqual(row);
  });

  it('refuses what is no such image, or more than one', () => {
    const png = pngOf(2, 1, Uint8Array.of(0, 1, 2));
    const shape = [1, 2, 1] as const;
    expect([...decodePng(png, shape)]).toEqual([1, 2]);
    expect(() => decodePng(png, [2, 1, 1])).toThrow('its head says');
    expect(() => decodePng(png, [1, 2, 3])).toThrow('its head says');
    expect(() => decodePng(pngOf(2, 1, Uint8Array.of(0, 1)), shape)).toThrow('inflates to 2 bytes, not 3');
    expect(() => decodePng(pngOf(2, 1, Uint8Array.of(0, 1, 2, 3)), shape)).toThrow(RangeError);
    expect(() => decodePng(pngOf(2, 1, Uint8Array.of(5, 1, 2)), shape)).toThrow('no filter has the number 5');
    expect(() => decodePng(pngOf(2, 1, Uint8Array.of(0, 1, 2), [Buffer.of(9)]), shape)).toThrow(
      'ends too soon',
    );
    expect(() => decodePng(Buffer.concat([png, Buffer.of(0)]), shape)).toThrow('goes on behind');
    for (let bytes = 0; bytes < png.length; bytes++)
      expect(() => decodePng(png.subarray(0, bytes), shape)).toThrow(RangeError);
    for (let bit = 0; bit < png.length * 8; bit++) {
      const flipped = Buffer.from(png);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => decodePng(flipped, shape)).toThrow(RangeError);
    }
  });
});
