import fc from 'fast-check';
import { deserializeTCompactProtocol } from 'hyparquet/src/thrift.js';
import { describe, expect, it } from 'vitest';
import { CompactWriter } from '../../../src/formats/parquet/thrift-writer.js';

/** What a struct's fields are to hyparquet's reader, which must end where the struct does. */
function readBack(writeFields: (thrift: CompactWriter) => void): Record<string, unknown> {
  const thrift = new CompactWriter();
  thrift.struct(() => writeFields(thrift));
  const bytes = thrift.buffer.filled();
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), offset: 0 };
  const fields = deserializeTCompactProtocol(reader);
  expect(reader.offset).toBe(bytes.length);
  return fields;
}

function bytesOf(writeFields: (thrift: CompactWriter) => void): number[] {
  const thrift = new CompactWriter();
  thrift.struct(() => writeFields(thrift));
  return Array.from(thrift.buffer.filled());
}

/** A field of any value, and what it is when it is read. */
interface Field {
  write: (thrift: CompactWriter, field: number) => void;
  read: unknown;
}

function fields<T>(
  values: fc.Arbitrary<T>,
  write: (thrift: CompactWriter, field: number, value: T) => void,
  read: (value: T) => unknown = (value) => value,
): fc.Arbitrary<Field> {
  return values.map((value) => ({
    write: (thrift, field) => write(thrift, field, value),
    read: read(value),
  }));
}

const LONG = fc.maxSafeNat().map((value) => Math.floor(value / 2));
const TEXT = fc.string({ unit: 'grapheme' });

const FIELD = fc.oneof(
  fields(fc.nat(127), (thrift, field, value) => thrift.i8(field, value)),
  fields(fc.integer(), (thrift, field, value) => thrift.i32(field, value)),
  fields(LONG, (thrift, field, value) => thrift.i64(field, value), BigInt),
  fields(fc.boolean(), (thrift, field, value) => thrift.boolean(field, value)),
  fields(fc.uint8Array({ maxLength: 200 }), (thrift, field, value) => thrift.binary(field, value)),
  fields(
    TEXT,
    (thrift, field, value) => thrift.string(field, value),
    (value) => new TextEncoder().encode(value),
  ),
  fields(fc.array(fc.integer(), { maxLength: 40 }), (thrift, field, value) => thrift.i32s(field, value)),
  fields(
    fc.array(LONG, { maxLength: 40 }),
    (thrift, field, value) => thrift.i64s(field, value),
    (value) => value.map(BigInt),
  ),
  fields(fc.array(fc.boolean(), { maxLength: 40 }), (thrift, field, value) => thrift.booleans(field, value)),
  fields(fc.array(fc.uint8Array()), (thrift, field, value) => thrift.binaries(field, value)),
);

describe('CompactWriter', () => {
  it('writes fields that another reader reads', () => {
    fc.assert(
      fc.property(fc.array(FIELD, { maxLength: 30 }), fc.integer({ min: 1, max: 15 }), (fields, step) => {
        const read = readBack((thrift) => {
          for (const [i, { write }] of fields.entries()) write(thrift, (i + 1) * step);
        });
        const expected = fields.map((field, i) => [`field_${(i + 1) * step}`, field.read]);
        expect(read).toEqual(Object.fromEntries(expected));
      }),
    );
  });

  it('writes numbers past 32 bits', () => {
    for (const value of [2 ** 31, 2 ** 32 + 1, 2 ** 40 - 1, 2 ** 52 - 1])
      expect(readBack((thrift) => thrift.i64(1, value))).toEqual({ field_1: BigInt(value) });
  });

  it('counts fields anew in structs and goes on behind them', () => {
    const read = readBack((thrift) => {
      thrift.structField(3, () => {
        thrift.i32(2, -5);
        thrift.structField(10, () => thrift.boolean(1, true));
      });
      thrift.structs(5, [7, 8], (value) => thrift.i32(1, value));
      thrift.i32(6, 1);
    });
    expect(read).toEqual({
      field_3: { field_2: -5, field_10: { field_1: true } },
      field_5: [{ field_1: 7 }, { field_1: 8 }],
      field_6: 1,
    });
  });

  it('writes the bytes that the protocol lays down', () => {
    // A field's step and type; zigzag; a stop.
    expect(bytesOf((thrift) => thrift.i32(1, -1))).toEqual([0x15, 1, 0]);
    expect(bytesOf((thrift) => thrift.i64(2, 64))).toEqual([0x26, 0x80, 1, 0]);
    expect(bytesOf((thrift) => thrift.boolean(8, false))).toEqual([0x82, 0]);
    expect(bytesOf((thrift) => thrift.string(4, 'é'))).toEqual([0x48, 2, 0xc3, 0xa9, 0]);
    // False is 2 in lists too.
    expect(bytesOf((thrift) => thrift.booleans(1, [true, false]))).toEqual([0x19, 0x21, 1, 2, 0]);
    const many = new Array(15).fill(0);
    expect(bytesOf((thrift) => thrift.i32s(1, many))).toEqual([0x19, 0xf5, 15, ...many, 0]);
  });

  it('finds it a fault when fields come in another order', () => {
    const thrift = new CompactWriter();
    thrift.i32(3, 1);
    expect(() => thrift.i32(3, 1)).toThrow('Thrift field 3 comes after field 3');
    expect(() => thrift.i32(19, 1)).toThrow('Thrift field 19 comes after field 3');
  });
});
