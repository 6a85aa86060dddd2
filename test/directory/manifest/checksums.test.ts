import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHECKSUMS_FILE, checksumsIn, checksumsText } from '../../../src/directory/manifest/checksums.js';

const [A, B, C] = ['a'.repeat(64), 'b'.repeat(64), '0123456789abcdef'.repeat(4)];

describe('checksumsText', () => {
  it('writes what sha256sum -c reads, by file name', () => {
    const digests = new Map([
      ['b', A],
      ['features.json', C],
      ['B', B],
      ['a', B],
    ]);
    expect(checksumsText(digests)).toBe(`${B}  B\n${B}  a\n${A}  b\n${C}  features.json\n`);
    expect(CHECKSUMS_FILE).toBe('SHA256SUMS');
  });

  it('is read back', () => {
    const file = fc.stringMatching(/^[\w.-]{1,20}$/);
    const digest = fc.stringMatching(/^[0-9a-f]{64}$/);
    fc.assert(
      fc.property(fc.dictionary(file, digest, { minKeys: 1, noNullPrototype: true }), (digests) => {
        const read = checksumsIn(checksumsText(new Map(Object.entries(digests))));
        expect(Object.fromEntries(read)).toEqual(digests);
        expect([...read.keys()]).toEqual(Object.keys(digests).sort());
      }),
    );
  });
});

describe('checksumsIn', () => {
  it('reads names with spaces', () => {
    expect([...checksumsIn(`${A}  a b\n`)]).toEqual([['a b', A]]);
  });

  it.each([
    ['nothing', ''],
    ['a last line without an end', `${A}  a\n${B}  b`],
    ['half a line', `${A}  a\n${B.slice(0, 40)}\n`],
    ['an empty line', `${A}  a\n\n${B}  b\n`],
    ['one space', `${A} a\n`],
    ['the mark of binary mode', `${A} *a\n`],
    ['no name', `${A}  \n`],
    ['a path', `${A}  ../a\n`],
    ['a short digest', `${A.slice(1)}  a\n`],
    ['a long digest', `a${A}  a\n`],
    ['upper case', `${A.toUpperCase()}  a\n`],
    ['another thing', '{}\n'],
  ])('refuses %s', (_, text) => {
    expect(() => checksumsIn(text)).toThrow(expect.objectContaining({ code: 'MANIFEST_INVALID' }));
  });
});
