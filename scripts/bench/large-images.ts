import { Random } from '../../src/plan/random.js';

/** Sides of an image in pixels; its one channel is gray. */
export const LARGE_SIDE = 512;

/** A gray level, rounded and clamped later, at a place of an image whose sides are 1. */
type Scene = (x: number, y: number) => number;

/** What large images are of: half of them photographs, then what is drawn, enlarged, written, or smooth. */
const KINDS: readonly ((random: Random, digit: Uint8Array, digitSide: number) => Scene)[] = [
  photograph,
  drawing,
  photograph,
  enlargedDigit,
  photograph,
  page,
  photograph,
  gradient,
];
const IMAGES_A_KIND = 3;

/**
 * Images, one behind the other, the same on each machine. Those that show digits take them from `digits`, squares of
 * `digitSide` one behind the other.
 */
export function largeImages(digits: Uint8Array, digitSide: number): { rows: number; elements: Uint8Array } {
  const random = Random.ofStream(1, 0);
  const rows = KINDS.length * IMAGES_A_KIND;
  const elements = new Uint8ClampedArray(rows * LARGE_SIDE ** 2);
  for (let row = 0; row < rows; row++) {
    const digit = digits.subarray(row * digitSide ** 2, (row + 1) * digitSide ** 2);
    const scene = KINDS[row % KINDS.length]?.(random, digit, digitSide);
    if (scene === undefined) continue;
    for (let at = 0; at < LARGE_SIDE ** 2; at++) {
      const [x, y] = [at % LARGE_SIDE, Math.floor(at / LARGE_SIDE)];
      elements[row * LARGE_SIDE ** 2 + at] = scene(x / LARGE_SIDE, y / LARGE_SIDE);
    }
  }
  return { rows, elements: new Uint8Array(elements.buffer) };
}

/** Light that changes less the finer it does, objects with edges, and the grain of a sensor. */
function photograph(random: Random): Scene {
  const octaves = [3, 6, 12, 24, 48, 96, 192].map((cells) => ({ cells, lattice: noise(random, cells + 1) }));
  const objects = discs(random, 12, 40);
  return (x, y) => {
    let light = 128 + 2 * random.around0();
    for (const { cells, lattice } of octaves)
      light += (100 / cells ** 0.7) * between(lattice, cells + 1, x * cells, y * cells);
    for (const { cx, cy, radius, gray } of objects) if (Math.hypot(x - cx, y - cy) < radius) light += gray;
    return light;
  };
}

/** Discs of one gray each on white, with black outlines. */
function drawing(random: Random): Scene {
  const objects = discs(random, 25, 128);
  return (x, y) => {
    let gray = 255;
    for (const { cx, cy, radius, gray: own } of objects) {
      const inside = (radius - Math.hypot(x - cx, y - cy)) * LARGE_SIDE;
      if (inside > 0) gray = inside < 3 ? 0 : 127 + own;
    }
    return gray;
  };
}

function enlargedDigit(_random: Random, digit: Uint8Array, side: number): Scene {
  return (x, y) => between(digit, side, x * (side - 1), y * (side - 1));
}

/** Lines of the same few signs, black on white: digits, half as large as they are. */
function page(random: Random, digit: Uint8Array, side: number): Scene {
  const signs = Array.from({ length: 4096 }, () => random.below(4) > 0);
  return (x, y) => {
    const [column, line] = [Math.floor((2 * x * LARGE_SIDE) / side), Math.floor((2 * y * LARGE_SIDE) / side)];
    if (line % 2 === 1 || signs[line * 64 + column] !== true) return 255;
    const [left, top] = [(2 * x * LARGE_SIDE) % side, (2 * y * LARGE_SIDE) % side];
    return 255 - (digit[Math.floor(top) * side + Math.floor(left)] ?? 0);
  };
}

function gradient(random: Random): Scene {
  const [right, down] = [random.between(20, 120), random.between(20, 120)];
  return (x, y) => right * x + down * y;
}

function discs(random: Random, count: number, contrast: number) {
  return Array.from({ length: count }, () => ({
    cx: random.between(0, 1),
    cy: random.between(0, 1),
    radius: random.between(0.02, 0.2),
    gray: random.between(-contrast, contrast),
  }));
}

/** A square of numbers around 0. */
function noise(random: Random, side: number): Float64Array {
  return Float64Array.from({ length: side ** 2 }, () => random.around0());
}

/** What a square of numbers comes to between its places, which are whole numbers. */
function between(square: ArrayLike<number>, side: number, x: number, y: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const at = (column: number, line: number): number =>
    square[Math.min(line, side - 1) * side + Math.min(column, side - 1)] ?? 0;
  const upper = at(left, top) + (x - left) * (at(left + 1, top) - at(left, top));
  const lower = at(left, top + 1) + (x - left) * (at(left + 1, top + 1) - at(left, top + 1));
  return upper + (y - top) * (lower - upper);
}
