import { describe, expect, it } from 'vitest';
import { classesOfFiles, classFiles, classOf, expectAllClasses } from '../../src/define/class-files.js';

describe('classOf', () => {
  it.each([
    ['a/cat.npy', 'cat'],
    ['cat', 'cat'],
    ['a.b/The%20Eiffel%20Tower.npy', 'The Eiffel Tower'],
    ['aircraft carrier.npy', 'aircraft carrier'],
    ['cat.npy.gz', 'cat'],
    ['cat.npz', 'cat'],
    ['cat-idx3-ubyte.gz', 'cat'],
    ['cat.idx3-ubyte', 'cat'],
    ['cat.idx', 'cat'],
    ['t-shirt.v2.npy', 't-shirt.v2'],
    ['100%.npy', '100%'],
    ['%E3%82%88.gz', 'よ'],
    ['%ff.gz', '%ff'],
    ['train/x_cat', 'x_cat'],
  ])('of %s is %s', (path, name) => {
    expect(classOf(path)).toBe(name);
  });
});

const named = (...paths: string[]) => paths.map((path) => ({ file: { path }, called: path }));

describe('classFiles', () => {
  it('keeps the order of the files', () => {
    expect(classFiles(named('b.npy', 'a.npy'), undefined)).toEqual([
      { images: { path: 'b.npy' }, class: 'b' },
      { images: { path: 'a.npy' }, class: 'a' },
    ]);
  });

  it.each([
    [named('a/cat.npy', 'b/cat.gz'), undefined, 'a/cat.npy and b/cat.gz are both of the class cat', 'two'],
    [named('a%20b.npy', 'a b.npy'), undefined, 'a%20b.npy and a b.npy are both of the class a b', 'two'],
    [named('cat.npy', 'Dog.npy'), ['cat', 'dog'], 'Dog.npy is named by no class', 'Dog'],
  ])('refuses %j with the names %j', (files, names, message, found) => {
    expect(() => classFiles(files, names)).toThrow(
      expect.objectContaining({ code: 'CLASS_NAMES', message, found }),
    );
  });
});

describe('expectAllClasses', () => {
  const splits = [classFiles(named('b', 'a'), undefined), classFiles(named('c', 'a'), undefined)];

  it('takes a class that one of the splits has', () => {
    expect(classesOfFiles(splits)).toEqual(['a', 'b', 'c']);
    expect(() => expectAllClasses(splits, ['c', 'b', 'a'])).not.toThrow();
  });

  it('tells which are missing', () => {
    const names = ['a', ...'cdefghi'];
    expect(() => expectAllClasses(splits, names)).toThrow(
      expect.objectContaining({
        code: 'ARCHIVE_MISSING',
        message: 'there is no file for the class d',
        expected: 'a file for each of 8 classes',
        found: 'none for 6: d, e, f, g, h, ...',
      }),
    );
  });
});
