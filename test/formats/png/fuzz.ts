import { randomInt } from 'node:crypto';
import type { ImageShape } from '../../../src/formats/png/encode.js';
import { times } from '../../sample.js';
import { image, numbers, TEXTURES } from './encoder-images.js';

/** Images of one shape, made from one seed. */
export interface FuzzImages {
  shape: ImageShape;
  images: Uint8Array[];
  /** What the images are of, for a message. */
  contents: string[];
}

/** What a run came to: the seed of its first images, and how many images there were. */
export interface FuzzRun {
  seed: number;
  tried: number;
}

/** So many sets of images are tried, however long it takes. */
const LEAST_SETS = times(50, 10);

/** Seconds after which no more images are tried: `PNG_FUZZ_SECONDS`, else 30 with `CI` and none elsewhere. */
export function fuzzSeconds(): number {
  return Number(process.env['PNG_FUZZ_SECONDS'] || times(30, 0));
}

/**
 * Tries sets of random images until the time is over. Each set has a seed of its own: the first that of `PNG_FUZZ_SEED`,
 * where it is set, else any; each further one the next number. `areLibpngs` tells whether the encoder writes of all of
 * them what libpng writes. Time decides how many are tried, and nothing else.
 *
 * @throws Error with seed, shape and contents where it does not
 */
export async function fuzz(areLibpngs: (set: FuzzImages) => boolean | Promise<boolean>): Promise<FuzzRun> {
  const { PNG_FUZZ_SEED } = process.env;
  const seed = PNG_FUZZ_SEED ? Number(PNG_FUZZ_SEED) : randomInt(2 ** 31);
  const end = performance.now() + 1000 * fuzzSeconds();
  let tried = 0;
  for (let sets = 0; sets < LEAST_SETS || performance.now() < end; sets++) {
    const set = fuzzImages(seed + sets);
    if (!(await areLibpngs(set))) throw new Error(complaint(seed + sets, set));
    tried += set.images.length;
  }
  return { seed, tried };
}

function complaint(seed: number, { shape, contents }: FuzzImages): string {
  const { height, width, channels } = shape;
  return `not libpng's bytes: ${height} x ${width} x ${channels}, ${contents.join('; ')} (PNG_FUZZ_SEED=${seed} starts there)`;
}

/** One to three images of a random shape, from a seed. */
export function fuzzImages(seed: number): FuzzImages {
  const pick = numbers(seed);
  // What a linear congruential generator gives first, of seeds that follow each other, is nearly the same.
  for (let n = 0; n < 8; n++) pick(2);
  const shape = fuzzShape(pick);
  const made = Array.from({ length: 1 + pick(3) }, () => fuzzImage(shape, pick));
  return { shape, images: made.map(({ pixels }) => pixels), contents: made.map(({ content }) => content) };
}

/** Sides up to 512, small ones as often as large ones; one image in four is a single row or column, or pixel. */
function fuzzShape(pick: (below: number) => number): ImageShape {
  const side = (most: number) => 1 + pick(2 ** (1 + pick(Math.log2(most))));
  const channels = 1 + pick(4);
  const long = side(2 ** 16);
  return (
    [
      { height: 1, width: long, channels },
      { height: long, width: 1, channels },
      { height: 1, width: 1, channels },
    ][pick(9)] ?? { height: side(512), width: side(512), channels }
  );
}

/** One texture, pieces of another in its place, and pieces of itself somewhere else, at any distance. */
function fuzzImage(shape: ImageShape, pick: (below: number) => number) {
  const textures = Object.keys(TEXTURES);
  const [first, second] = [textures[pick(textures.length)]!, textures[pick(textures.length)]!];
  const pixels = image(shape, first, pick(2 ** 24));
  const kind = pick(4);
  if (kind === 0) return { pixels, content: first };
  const other = image(shape, second, pick(2 ** 24));
  const pieces = 1 + pick(30);
  for (let n = 0; n < pieces; n++) {
    const length = Math.min(1 + pick(2 ** (1 + pick(12))), pixels.length);
    const [from, to] = [pick(pixels.length - length + 1), pick(pixels.length - length + 1)];
    if (kind !== 1) pixels.set(other.subarray(from, from + length), from);
    if (kind !== 2) pixels.copyWithin(to, from, from + length);
  }
  return { pixels, content: `${first} with ${pieces} pieces of ${kind === 1 ? 'itself' : second}` };
}
