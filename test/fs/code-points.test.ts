import { expect, it } from 'vitest';
import { byCodePoints } from '../../src/fs/code-points.js';

it('byCodePoints sorts as Python does, and not by UTF-16', () => {
  const texts = ['😀', '\uff5e', 'é', 'b', 'B', 'a10', 'a2', '', '\u{10ffff}'];
  const sorted = ['', 'B', 'a10', 'a2', 'b', 'é', '\uff5e', '😀', '\u{10ffff}'];
  expect(texts.toSorted(byCodePoints)).toEqual(sorted);
  expect(texts.toSorted()).not.toEqual(sorted);
});
