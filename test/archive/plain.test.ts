import { describe, expect, it } from 'vitest';
import { arePlainLabels, isPlain } from '../../src/archive/plain.js';

const sha256 = '0'.repeat(64);
const file = (bytes: number, name = 'rows.npy') => ({ file: name, bytes, sha256 });

describe('isPlain', () => {
  it.each([
    ['IDX', file(16 + 100 * 784, 'train-images-idx3-ubyte'), true],
    ['NPY', file(80 + 100 * 784), true],
    ['a head as long as can be', file(65_548 + 100 * 784), true],
    ['more than that', file(65_549 + 100 * 784), false],
    ['no room for a head', file(100 * 784), false],
    ['the size of a compressed one', file(20_000), false],
    ['the name of a compressed one', file(80 + 100 * 784, 'rows.npy.gz'), false],
    ['the name of a zip, in capitals', file(80 + 100 * 784, 'ROWS.NPZ'), false],
    ['a member', { ...file(80 + 100 * 784), member: 'a.npy' }, false],
    ['a content that is itself', { ...file(80 + 78_400), content: { bytes: 80 + 78_400, sha256 } }, true],
    ['a content of another size', { ...file(80 + 78_400), content: { bytes: 90_000, sha256 } }, false],
  ])('of %s', (_, archive, is) => {
    expect(isPlain(archive, 100, 784)).toBe(is);
  });

  it('of one that may have more rows', () => {
    expect(isPlain(file(80 + 900 * 784), 100, 784, true)).toBe(true);
    expect(isPlain(file(80 + 99 * 784), 100, 784, true)).toBe(false);
  });
});

describe('arePlainLabels', () => {
  it.each([
    ['a byte each', file(8 + 1000, 'labels-idx1-ubyte'), true],
    ['eight bytes each, in columns', file(128 + 1000 * 8 * 3), true],
    ['less than a byte each', file(700, 'labels'), false],
    ['a name with gz', file(8 + 1000, 'labels-idx1-ubyte.gz'), false],
  ])('of %s', (_, archive, are) => {
    expect(arePlainLabels(archive, 1000)).toBe(are);
  });
});
