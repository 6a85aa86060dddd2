import { describe, expect, it } from 'vitest';
import { dedent } from '../../../src/directory/manifest/dedent.js';

describe('dedent', () => {
  // What tensorflow_datasets.core.utils.dedent gives of each.
  it.each([
    ['One line.', 'One line.'],
    ['  One line. \n', 'One line.'],
    ['\n    a\n      b\n    c\n  ', 'a\n  b\nc'],
    ['a\n  b', 'a\n  b'],
    ['  a\n\n   \n  b', 'a\n\n\nb'],
    ['\ta\n\t b', 'a\n b'],
    ['\ta\n  b', 'a\n  b'],
    [' \n ', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('of %j is %j', (text, expected) => {
    expect(dedent(text)).toBe(expected);
  });
});
