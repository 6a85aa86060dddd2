import { describe, expect, it } from 'vitest';
import { pathsOf } from '../../src/rows/images.js';
import { imagePath } from '../../src/rows/table.js';

describe('pathsOf', () => {
  it.each(['train', 'é'])('writes the paths of %s that every format has', (name) => {
    const paths = pathsOf(name, (row) => row);
    for (const row of [0, 9, 12_345, 99_999_999, 100_000_000, 4_294_967_295]) {
      const length = paths.lengthOf(row);
      const out = new Uint8Array(length + 4).fill(1);
      expect(paths.write(row, out, 2)).toBe(2 + length);
      expect(new TextDecoder().decode(out.subarray(2, -2))).toBe(imagePath(name, row));
      expect([out[1], out.at(-2)]).toEqual([1, 1]);
    }
  });
});
