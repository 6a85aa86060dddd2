import { describe, expect, it } from 'vitest';
import {
  CompactReader,
  numberIn,
  structIn,
  structsIn,
  type ThriftStruct,
  textIn,
  textsIn,
} from '../../../src/formats/parquet/thrift-reader.js';
import { CompactWriter } from '../../../src/formats/parquet/thrift-writer.js';

function readStruct(bytes: Uint8Array): ThriftStruct {
  const reader = new CompactReader(bytes);
  const fields = reader.struct();
  expect(reader.at).toBe(bytes.length);
  return fields;
}

const struct = (...bytes: number[]): ThriftStruct => readStruct(Uint8Array.from(bytes));

describe('CompactReader', () => {
  it('reads what the writer writes', () => {
    const thrift = new CompactWriter();
    const many = Array.from({ length: 20 }, (_, at) => at - 10);
    thrift.struct(() => {
      thrift.boolean(1, true);
      thrift.boolean(2, false);
      thrift.i8(3, -3);
      thrift.i32(4, -(2 ** 31));
      thrift.i64(5, 2 ** 40);
      thrift.string(6, 'text');
      thrift.i32s(7, many);
      thrift.strings(8, ['a', 'b']);
      thrift.booleans(9, [true, false]);
      thrift.structs(10, [1, 2], (value) => thrift.i32(1, value));
      thrift.structField(25, () => thrift.i32(15, 1));
    });
    const bytes = thrift.buffer.filled();
    const read = readStruct(bytes);
    expect([1, 2, 3, 4, 5].map((field) => read.get(field))).toEqual([true, false, -3, -(2 ** 31), 2 ** 40]);
    expect([textIn(read, 6), textsIn(read, 8)]).toEqual(['text', ['a', 'b']]);
    expect([read.get(7), read.get(9)]).toEqual([many, [true, false]]);
    expect(structsIn(read, 10).map((one) => numberIn(one, 1))).toEqual([1, 2]);
    expect(numberIn(structIn(read, 25), 15)).toBe(1);
    for (let length = 0; length < bytes.length; length++)
      expect(() => new CompactReader(bytes.subarray(0, length)).struct()).toThrow(RangeError);
  });

  it('reads what the protocol lays down beside', () => {
    // A double, an i16, and a field whose number stands behind its head.
    expect(struct(0x17, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f, 0x14, 3, 0).get(1)).toBe(1.5);
    expect(struct(0x14, 3, 0).get(1)).toBe(-2);
    expect(struct(0x05, 0xc8, 1, 4, 0).get(100)).toBe(2);
    expect(struct(0x11, 0).get(1)).toBe(true);
    expect(struct(0x19, 0x22, 1, 2, 0).get(1)).toEqual([true, false]);
  });

  const nested = (levels: number, byte: number[]) => [
    ...new Array(levels).fill(byte).flat(),
    ...new Array(levels + 1).fill(0),
  ];
  it.each([
    ['the bytes end inside a struct', [0x15]],
    ['the bytes end inside a struct', [0x18, 2, 65]],
    ['field 1 comes twice', [0x15, 0, 0x05, 2, 0, 0]],
    ['no value has the type 10', [0x1a, 0]],
    ['no value has the type 15', [0x19, 0x1f, 0]],
    ['a list cannot have 5 elements', [0x19, 0x55, 0, 0]],
    ['a list cannot have 300 elements', [0x19, 0xf5, 0xac, 2, 0]],
    ['a varint has more than ten bytes', [0x15, ...new Array(11).fill(0xff), 0]],
    ['structs lie too deep in one another', nested(17, [0x1c])],
    ['lists lie too deep in one another', [0x19, ...new Array(40).fill(0x19), 0]],
  ])('%s: %j', (error, bytes) => {
    expect(() => struct(...bytes)).toThrow(new RangeError(error));
  });

  it('reads structs that lie as deep as may be', () => {
    expect(struct(...nested(16, [0x1c])).size).toBe(1);
  });

  it('says which field is not what it must be', () => {
    const fields = struct(0x15, 2, 0x18, 1, 65, 0x19, 0x15, 2, 0);
    expect(() => numberIn(fields, 2)).toThrow('field 2 of a struct is no number');
    expect(() => textIn(fields, 1)).toThrow('field 1 of a struct is no text');
    expect(() => structIn(fields, 1)).toThrow('a struct is missing');
    expect(() => structsIn(fields, 3)).toThrow('a struct is missing');
    expect(() => structsIn(fields, 1)).toThrow('field 1 of a struct is no list');
    expect(() => textsIn(fields, 3)).toThrow('field 3 of a struct is no list of texts');
    expect([structsIn(fields, 9), textsIn(fields, 9)]).toEqual([[], []]);
  });
});
