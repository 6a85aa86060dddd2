import type { ImageShape } from '../../../src/formats/png/encode.js';

/** Kinds of images, each a function of nothing but its shape. */
export const KINDS = ['black', 'curved', 'echo', 'noise', 'sparse'] as const;

/** An image of the kind: rows top down, channels interleaved. */
export function drawImage(kind: (typeof KINDS)[number], { height, width, channels }: ImageShape): Uint8Array {
  const length = height * width * channels;
  if (kind === 'black') return new Uint8Array(length);
  const seed = height * 1000 + width * 10 + channels;
  if (kind === 'echo') return echo(length, pseudoRandom(width * channels, seed));
  const noise = pseudoRandom(length, seed);
  if (kind === 'noise') return noise;
  if (kind === 'sparse') return noise.map((sample) => (sample > 200 ? sample : 0));
  return Uint8Array.from({ length }, (_, at) => {
    const [y, x, channel] = [
      Math.floor(at / (width * channels)),
      Math.floor(at / channels) % width,
      at % channels,
    ];
    return (y * y * 7 + x * x * 3 + 5 * x * y + channel * 40) >> 3;
  });
}

/** Black between a first and a last row that are the same: a match as far away as there is any. */
function echo(length: number, row: Uint8Array): Uint8Array {
  const pixels = new Uint8Array(length);
  pixels.set(row);
  pixels.set(row, length - row.length);
  return pixels;
}

function pseudoRandom(length: number, seed: number): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
}
