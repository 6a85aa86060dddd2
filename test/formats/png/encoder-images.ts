import type { ImageShape } from '../../../src/formats/png/encode.js';

/**
 * Whole numbers from a seed: a linear congruential generator, so that an image is the same on every machine.
 */
export function numbers(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return Math.floor(((state >>> 8) / 2 ** 24) * below);
  };
}

/** What a byte of an image is, from its place and the bytes before it. */
type Texture = (
  place: { x: number; y: number; channel: number; i: number; row: number },
  before: Uint8Array,
) => number;

const SENTENCE = 'the quick brown fox jumps over the lazy dog, ';

/** Kinds of content, each of which takes deflate another way. */
export const TEXTURES: Record<string, (pick: (below: number) => number) => Texture> = {
  blank: () => () => 0,
  flat: (pick) => {
    const value = pick(256);
    return () => value;
  },
  noise: (pick) => () => pick(256),
  gradient:
    () =>
    ({ x, y, channel }) =>
      x + 2 * y + 40 * channel,
  sparse: (pick) => () => (pick(20) === 0 ? pick(256) : 0),
  // Around zero, so that no filter is best and the bytes stay as they are; multiples of 16 beside zeros have
  // the hash of zeros.
  signed: (pick) => () => (pick(3) === 0 ? pick(5) - 2 : 0),
  sixteens: (pick) => () => (pick(50) === 0 ? 16 * pick(16) : 0),
  text: (pick) => {
    let at = 0;
    return () => {
      at = (at + (pick(30) === 0 ? pick(9) : 1)) % SENTENCE.length;
      return SENTENCE.charCodeAt(at);
    };
  },
  repeatedRows:
    (pick) =>
    ({ y, i, row }, before) =>
      y % 3 === 0 ? pick(256) : before[i - row]!,
  photo: (pick) => {
    const bumps = Array.from({ length: 6 }, () => [pick(400), pick(400), 10 + pick(90)] as const);
    return ({ x, y, channel }) => {
      let light = 90 + 20 * channel;
      for (const [cx, cy, size] of bumps) light += Math.max(0, size - Math.abs(x - cx) - Math.abs(y - cy));
      return light + pick(6);
    };
  },
  runs:
    (pick) =>
    ({ i }, before) =>
      i > 0 && pick(12) > 0 ? before[i - 1]! : pick(4) * 51,
  longRuns:
    (pick) =>
    ({ i }, before) =>
      i > 0 && pick(300) > 0 ? before[i - 1]! : pick(2) * 64,
  periodic: (pick) => {
    const period = 1 + pick(40);
    return ({ i }, before) => (i > period && pick(60) > 0 ? before[i - period]! : pick(256));
  },
};

/** An image of a texture. */
export function image(shape: ImageShape, texture: string, seed: number): Uint8Array {
  const pick = numbers(seed);
  const at = TEXTURES[texture]!(pick);
  const row = shape.width * shape.channels;
  const pixels = new Uint8Array(shape.height * row);
  for (let i = 0; i < pixels.length; i++) {
    const y = Math.floor(i / row);
    const x = Math.floor((i % row) / shape.channels);
    pixels[i] = at({ x, y, channel: i % shape.channels, i, row }, pixels);
  }
  return pixels;
}
