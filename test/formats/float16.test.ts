import { describe, expect, it } from 'vitest';
import { floatBitsOf, floatsOfHalves, halfOf, halvesOfFloats } from '../../src/formats/float16.js';
import { halfOf as meaningOf } from '../fixtures/values.js';

const ALL = Uint16Array.from({ length: 2 ** 16 }, (_, half) => half);

describe('halves', () => {
  it('are the same numbers as floats', () => {
    const floats = floatsOfHalves(new Uint8Array(ALL.buffer));
    expect(Array.from(floats)).toEqual(Array.from(ALL, meaningOf));
  });

  it('are the same bits again, those of NaNs too', () => {
    expect(halvesOfFloats(floatsOfHalves(new Uint8Array(ALL.buffer)))).toEqual(new Uint8Array(ALL.buffer));
    for (const half of ALL) expect(halfOf(floatBitsOf(half))).toBe(half);
  });

  it.each([
    [65_519, 65_504],
    [1e30, 65_504],
    [-1e30, -65_504],
    [2 ** -25, 0],
    [0.1, 0.0999755859375],
  ])('are nearer to zero where a float is none: %d', (float, half) => {
    const [bits = 0] = new Int32Array(Float32Array.of(float).buffer);
    expect(meaningOf(halfOf(bits))).toBe(half);
  });

  it('stay NaNs where the bits of one are lost', () => {
    expect(meaningOf(halfOf(0x7f800001))).toBeNaN();
  });
});
