import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Json, pythonJson } from '../../../src/directory/manifest/json.js';

describe('pythonJson', () => {
  // json.dumps(value, sort_keys=True, indent=indent) of Python 3.11.
  it.each<[Json, number, string]>([
    [
      { b: 1, a: [], c: {}, B: null, aa: true },
      2,
      '{\n  "B": null,\n  "a": [],\n  "aa": true,\n  "b": 1,\n  "c": {}\n}',
    ],
    [
      { nested: { z: [{ y: '1', x: ['é', [], [{}]] }, [1, -2, 3]], a: { b: { c: {} } } } },
      4,
      '{\n    "nested": {\n        "a": {\n            "b": {\n                "c": {}\n            }\n        },\n        "z": [\n            {\n                "x": [\n                    "\\u00e9",\n                    [],\n                    [\n                        {}\n                    ]\n                ],\n                "y": "1"\n            },\n            [\n                1,\n                -2,\n                3\n            ]\n        ]\n    }\n}',
    ],
    [[1, [2, [3]]], 2, '[\n  1,\n  [\n    2,\n    [\n      3\n    ]\n  ]\n]'],
    [[], 2, '[]'],
    [{}, 4, '{}'],
    [[[]], 2, '[\n  []\n]'],
    ['é', 2, '"\\u00e9"'],
    [0, 2, '0'],
    [null, 2, 'null'],
    [false, 2, 'false'],
  ])('spells %j with indent %i as Python does', (value, indent, expected) => {
    expect(pythonJson(value, indent)).toBe(expected);
  });

  it.each([
    ['Zurič — 😀', '"Zuri\\u010d \\u2014 \\ud83d\\ude00"'],
    ['\u007f\u0080\uffff\u2028', '"\\u007f\\u0080\\uffff\\u2028"'],
    ['\u0000\u0001\b\t\n\u000b\f\r\u001f ~', '"\\u0000\\u0001\\b\\t\\n\\u000b\\f\\r\\u001f ~"'],
    ['" \\ / <&>', '"\\" \\\\ / <&>"'],
    ['\\u00e9', '"\\\\u00e9"'],
    ['\ud800', '"\\ud800"'],
  ])('escapes %j as Python does', (text, expected) => {
    expect(pythonJson(text, 2)).toBe(expected);
    expect(pythonJson({ [text]: text }, 2)).toBe(`{\n  ${expected}: ${expected}\n}`);
  });

  it('sorts keys as text, numbers among them', () => {
    const value: Json = JSON.parse('{"é":1,"z":2,"10":3,"9":4,"1":5,"__proto__":6,"A":7,"_":8}');
    expect(pythonJson(value, 2)).toBe(
      '{\n  "1": 5,\n  "10": 3,\n  "9": 4,\n  "A": 7,\n  "_": 8,\n  "__proto__": 6,\n  "z": 2,\n  "\\u00e9": 1\n}',
    );
  });

  it('leaves out what is undefined', () => {
    expect(pythonJson({ b: undefined, a: 1, c: undefined }, 2)).toBe('{\n  "a": 1\n}');
    expect(pythonJson({ a: { b: undefined } }, 2)).toBe('{\n  "a": {}\n}');
  });

  it('writes nothing but ASCII that reads back the same', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const text = pythonJson(value, 2);
        expect(text).toMatch(/^[\n -~]*$/);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
