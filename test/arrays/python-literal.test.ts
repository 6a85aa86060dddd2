import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Literal, parseLiteral } from '../../src/arrays/python-literal.js';

describe('parseLiteral', () => {
  it.each<[string, Literal]>([
    ["'a'", 'a'],
    ['"it\'s"', "it's"],
    ["''", ''],
    ['12', 12],
    ['-3', -3],
    ['10L', 10],
    ['True', true],
    ['False', false],
    ['()', []],
    ['(1,)', [1]],
    ['(60000, 28, 28)', [60000, 28, 28]],
    ['(60000L, 784L)', [60000, 784]],
    [
      "[('a', '<f4', (2, 3)), ('b', '|u1')]",
      [
        ['a', '<f4', [2, 3]],
        ['b', '|u1'],
      ],
    ],
    ['{}', new Map()],
    [
      "{'a': 1, 'b': (2,), }",
      new Map<string, Literal>([
        ['a', 1],
        ['b', [2]],
      ]),
    ],
    ["\n { 'ö' :\t'よ' } \n", new Map([['ö', 'よ']])],
  ])('reads %j', (text, value) => {
    expect(parseLiteral(text)).toEqual(value);
  });

  it.each([
    '',
    ' ',
    "'a",
    "'a\nb'",
    '1.5',
    '1e3',
    '0x10',
    '1 2',
    '(1 2)',
    '(1,,2)',
    '(,)',
    '(1',
    '1)',
    '(1]',
    '{1: 2}',
    "{'a'}",
    "{'a': }",
    "{'a': 1 'b': 2}",
    "{'a': 1, 'a': 2}",
    'None',
    'true',
    'nan',
    '__import__("os")',
    "'a' + 'b'",
    "{'a': exec('x')}",
    '("a")("b")',
    '# a\n1',
  ])('takes %j for none', (text) => {
    expect(parseLiteral(text)).toBeUndefined();
  });

  it('goes no deeper than what numpy writes', () => {
    const nested = (depth: number): string => `${'('.repeat(depth)}${')'.repeat(depth)}`;
    expect(parseLiteral(nested(32))).toBeDefined();
    expect(parseLiteral(nested(34))).toBeUndefined();
    expect(parseLiteral('('.repeat(65_000))).toBeUndefined();
  });

  it('takes a time that grows with the text alone', () => {
    for (const text of ["'", '\\', "'\\", ' ', '1 ', 'a', '(', '{', "''"])
      expect(parseLiteral(text.repeat(Math.floor(65_536 / text.length)))).toBeUndefined();
  });

  it('gives back what it is given, and throws for no text', () => {
    const leaf = fc.oneof(fc.string({ unit: fc.constantFrom(...'ab <>|é日') }), fc.integer(), fc.boolean());
    const value = fc.letrec<{ value: Literal }>((tie) => ({
      value: fc.oneof({ maxDepth: 4 }, leaf, fc.array(tie('value'), { maxLength: 4 })),
    })).value;
    fc.assert(
      fc.property(value, (value) => {
        expect(parseLiteral(written(value))).toEqual(value);
      }),
    );
    const piece = fc.constantFrom(
      "'a'",
      '"',
      "'",
      '\\',
      '1',
      'L',
      '-',
      'True',
      'None',
      '(',
      ')',
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        parseLiteral(pieces.join(''));
      }),
    );
  });
});

/** As Python writes it. */
function written(value: Literal): string {
  if (Array.isArray(value)) return `(${value.map(written).join(', ')}${value.length === 1 ? ',' : ''})`;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'string' ? `'${value}'` : String(value);
}
