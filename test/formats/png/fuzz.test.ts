import { expect, it } from 'vitest';
import { createPngEncoder } from '../../../src/formats/png/encode.js';
import { fuzz, fuzzSeconds } from './fuzz.js';
import { libpng } from './libpng.js';

it(
  'writes what zlib and libpng specify of random images, for as long as there is time',
  async () => {
    const { seed, tried } = await fuzz(({ shape, images }) => {
      const encoder = createPngEncoder(shape);
      const png = new Uint8Array(encoder.maxLength);
      return images.every((pixels) => {
        const length = encoder.encode(pixels, 0, png, 0);
        return Buffer.compare(png.subarray(0, length), libpng(shape, pixels)) === 0;
      });
    });
    console.log(`PNG_FUZZ_SEED=${seed}: ${tried} images as libpng would have them`);
    expect(tried).toBeGreaterThan(0);
  },
  1000 * (fuzzSeconds() + 120),
);
