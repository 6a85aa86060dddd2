import { homedir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { expandHome } from '../../src/fs/home-path.js';

describe.runIf(process.platform !== 'win32')('expandHome', () => {
  it.each([
    ['~', '/home/me'],
    ['~/', '/home/me/'],
    ['~/data/x', '/home/me/data/x'],
    ['~other/data', '~other/data'],
    ['~~', '~~'],
    ['~\\data', '~\\data'],
    ['./~/data', './~/data'],
    ['a/~', 'a/~'],
    [' ~/data', ' ~/data'],
    ['', ''],
    ['/a', '/a'],
  ])('of %j is %j', (path, expanded) => {
    expect(expandHome(path, '/home/me')).toBe(expanded);
  });

  it("takes the user's home", () => {
    expect(expandHome('~')).toBe(homedir());
  });
});
