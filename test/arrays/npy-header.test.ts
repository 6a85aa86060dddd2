import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isNpy, npyLengthBytes, npyTextLength, parseNpyHeader } from '../../src/arrays/npy-header.js';
import { DatasetError } from '../../src/errors.js';

function parse(text: string) {
  return parseNpyHeader(Buffer.from(text, 'utf8'), 'images.npy');
}

/** The text of a head. */
function head(descr: string, shape = '(2, 3)', fortran = 'False'): string {
  return `{'descr': ${descr}, 'fortran_order': ${fortran}, 'shape': ${shape}, }   \n`;
}

describe('isNpy', () => {
  it.each([
    ['\x93NUMPY\x01\0', true],
    ['\x93NU', true],
    ['\x93', true],
    ['', false],
    ['\x93NUMPX', false],
    ['\0\0\x08\x03', false],
  ])('of %j is %j', (text, is) => {
    expect(isNpy(Buffer.from(text, 'latin1'))).toBe(is);
  });
});

describe('npyLengthBytes', () => {
  const magic = (major: number, minor = 0): Uint8Array =>
    Buffer.concat([Buffer.from('\x93NUMPY', 'latin1'), Uint8Array.of(major, minor)]);

  it.each([
    [1, 2],
    [2, 4],
    [3, 4],
  ])('of version %i is %i', (major, bytes) => {
    expect(npyLengthBytes(magic(major), 'images.npy')).toBe(bytes);
  });

  it.each([
    [0, 0],
    [4, 0],
    [1, 1],
    [255, 255],
  ])('refuses version %i.%i', (major, minor) => {
    expect(() => npyLengthBytes(magic(major, minor), 'images.npy')).toThrow(
      expect.objectContaining({
        code: 'NPY_INVALID',
        message: 'images.npy is of a version of NPY that is not known',
        expected: 'version 1.0, 2.0 or 3.0',
        found: `version ${major}.${minor}`,
      }),
    );
  });

  it('refuses another beginning', () => {
    expect(() => npyLengthBytes(Buffer.from('\x93NUMPX\x01\0', 'latin1'), 'images.npy')).toThrow(
      expect.objectContaining({ code: 'NPY_INVALID', found: '93 4e 55 4d 50 58' }),
    );
  });
});

describe('npyTextLength', () => {
  it.each([
    [[0x76, 0], 118],
    [[0, 1], 256],
    [[0, 0, 1, 0], 65_536],
  ])('of %j is %i', (bytes, length) => {
    expect(npyTextLength(Uint8Array.from(bytes), 'images.npy')).toBe(length);
  });

  it.each([
    [[1, 0, 1, 0], 65_537],
    [[255, 255, 255, 255], 2 ** 32 - 1],
  ])('refuses %j, which would be %i', (bytes, length) => {
    expect(() => npyTextLength(Uint8Array.from(bytes), 'images.npy')).toThrow(
      expect.objectContaining({
        code: 'NPY_INVALID',
        message: 'images.npy has a head that is too long',
        found: `${length} bytes`,
      }),
    );
  });
});

describe('parseNpyHeader', () => {
  it.each([
    ['|u1', 'uint8'],
    ['<u1', 'uint8'],
    ['|i1', 'int8'],
    ['<i2', 'int16'],
    ['<i4', 'int32'],
    ['<f4', 'float32'],
    ['<f8', 'float64'],
    ['f8', 'float64'],
    ['=i2', 'int16'],
  ])('reads %s as %s, little-endian', (descr, dtype) => {
    expect(parse(head(`'${descr}'`))).toEqual({
      format: 'NPY',
      dtype,
      littleEndian: true,
      dimensions: [2, 3],
    });
  });

  it.each([
    ['>i2', 'int16'],
    ['>i4', 'int32'],
    ['>f4', 'float32'],
    ['>f8', 'float64'],
  ])('reads %s as %s, big-endian', (descr, dtype) => {
    expect(parse(head(`'${descr}'`))).toMatchObject({ dtype, littleEndian: false });
  });

  it.each<[string, number[]]>([
    ['()', []],
    ['(5,)', [5]],
    ['(0,)', [0]],
    ['(10L, 28L)', [10, 28]],
    ['[1, 2]', [1, 2]],
    ['(9007199254740991, 9007199254740991)', [2 ** 53 - 1, 2 ** 53 - 1]],
  ])('reads the shape %s', (shape, dimensions) => {
    expect(parse(head("'|u1'", shape)).dimensions).toEqual(dimensions);
  });

  it('takes the fields in any order, spaced in any way, in either quotes', () => {
    const expected = parse(head("'<i2'"));
    expect(parse(`{"shape":(2,3),"descr":"<i2","fortran_order":False}`)).toEqual(expected);
    expect(parse("{'fortran_order': False,\n 'shape': (2, 3),\n 'descr': '<i2'}\n\n")).toEqual(expected);
  });

  it.each(['(5,)', '(5, 1)', '(1, 5, 1)', '()', '(0, 1)', '(1, 1)'])(
    'takes Fortran order for C order in the shape %s, where they are the same',
    (shape) => {
      expect(parse(head("'|u1'", shape, 'True')).dimensions.length).toBeLessThan(4);
    },
  );

  it.each(['(5, 2)', '(1, 5, 2)', '(60000, 28, 28)'])('refuses Fortran order in the shape %s', (shape) => {
    expect(() => parse(head("'|u1'", shape, 'True'))).toThrow(
      expect.objectContaining({
        code: 'NPY_INVALID',
        message: expect.stringMatching(/^images.npy lies in Fortran order/),
        next: expect.stringContaining('numpy.ascontiguousarray'),
      }),
    );
  });

  it.each([
    ["'|O'", /^Python objects, which lie pickled in the file: reading them would run/],
    ["'<U4'", 'texts (<U4)'],
    ["'|S3'", 'texts (|S3)'],
    ["'<c8'", 'complex numbers (<c8)'],
    ["'<M8[ns]'", 'dates (<M8[ns])'],
    ["'<m8[D]'", 'spans of time (<m8[D])'],
    ["'|V4'", 'structures or plain bytes (|V4)'],
    ["[('a', '<f4'), ('b', '|u1', (2,))]", 'structures'],
    ["'<f16'", 'numbers of a type that TFDS has not (<f16)'],
    ["'<i3'", 'numbers of a type that TFDS has not (<i3)'],
    ["'uint8'", /\(uint8\)$/],
    ["'<>u1'", /./],
    ["''", /./],
    ['5', /./],
    ['True', /./],
  ])('refuses elements of %s', (descr, found) => {
    expect(() => parse(head(descr))).toThrow(
      expect.objectContaining({
        code: 'NPY_TYPE',
        message: 'images.npy does not hold an array of numbers that can be prepared',
        found: typeof found === 'string' ? found : expect.stringMatching(found),
      }),
    );
  });

  it.each([
    ['no text', ''],
    ['no dict', "('|u1', False, (2, 3))"],
    ['a dict that does not end', "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3)"],
    ['code', "{'descr': exec('x'), 'fortran_order': False, 'shape': (2, 3)}"],
    ['no descr', "{'fortran_order': False, 'shape': (2, 3)}"],
    ['no shape', "{'descr': '|u1', 'fortran_order': False}"],
    ['no order', "{'descr': '|u1', 'shape': (2, 3)}"],
    ['a field too many', "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), 'x': 1}"],
    ['a field twice', "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), 'shape': (2, 3)}"],
    ['an order that is a number', head("'|u1'", '(2, 3)', '0')],
    ['a shape that is a number', head("'|u1'", '5')],
    ['a shape with a text', head("'|u1'", "(2, 'a')")],
    ['a shape below zero', head("'|u1'", '(-1, 3)')],
    ['a shape beyond all numbers', head("'|u1'", '(9007199254740993, 3)')],
    ['a shape with fractions', head("'|u1'", '(1.5, 3)')],
    ['bytes behind it', `${head("'|u1'")}x`],
  ])('refuses %s', (_, text) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({
        code: 'NPY_INVALID',
        message: 'images.npy has a head that is not as numpy writes it',
        found: JSON.stringify(text.slice(0, 120).trimEnd()),
      }),
    );
  });

  it('throws nothing else for any damage', () => {
    const text = Buffer.from(head("'<i2'", '(60000, 28, 28)'));
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.nat(255), fc.nat(text.length), (at, byte, end) => {
        const damaged = Buffer.from(text);
        damaged[at] = byte;
        try {
          parseNpyHeader(damaged.subarray(0, end), 'images.npy');
        } catch (error) {
          expect(error).toBeInstanceOf(DatasetError);
        }
      }),
    );
  });
});
