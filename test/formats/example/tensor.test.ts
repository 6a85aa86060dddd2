import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DTYPE_NAMES, DTYPES, type DType, valuesOf } from '../../../src/dataset/feature.js';
import { decodeExample } from '../../../src/formats/example/read.js';
import { MAX_TENSOR_VALUES, tensorEncoder } from '../../../src/formats/example/tensor.js';
import { EXAMPLE_OVERHEAD, writeExample } from '../../../src/formats/example/write.js';
import { times } from '../../sample.js';

const NAME = new TextEncoder().encode('features');

/** The Example of one row without a label. */
function example(dtype: DType, shape: readonly number[], elements: Uint8Array, start = 0): Uint8Array {
  const encoder = tensorEncoder({ dtype, shape });
  encoder.measure(elements, start);
  expect(encoder.length).toBeLessThanOrEqual(encoder.maxLength);
  const out = new Uint8Array(encoder.maxLength + NAME.length + EXAMPLE_OVERHEAD);
  const { valueStart, end } = writeExample({ input: NAME }, { value: encoder, label: 0 }, out, 0);
  expect(end).toBe(valueStart + encoder.length);
  return out.subarray(0, end);
}

/** Big-endian elements. */
function elementsOf(dtype: DType, values: readonly (number | bigint)[]): Uint8Array {
  const size = DTYPES[dtype].bytes;
  const view = new DataView(new ArrayBuffer(values.length * size));
  for (const [at, value] of values.entries()) {
    if (size === 8) view.setBigUint64(at * 8, BigInt(value));
    else if (size === 4) view.setUint32(at * 4, Number(value));
    else if (size === 2) view.setUint16(at * 2, Number(value));
    else view.setUint8(at, Number(value));
  }
  return new Uint8Array(view.buffer);
}

/** What TFDS 4.9.10 serializes of `tfds.features.Tensor` under the name `features`, the floats by their bits. */
const GOLDENS: readonly { dtype: DType; shape: number[]; values: (number | bigint)[]; hex: string }[] = [
  {
    dtype: 'uint8',
    shape: [4],
    values: [0, 127, 128, 255],
    hex: '0a180a160a086665617475726573120a1a080a06007f8001ff01',
  },
  { dtype: 'uint8', shape: [], values: [0], hex: '0a130a110a08666561747572657312051a030a0100' },
  {
    dtype: 'uint8',
    shape: [2, 3, 2],
    values: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    hex: '0a1e0a1c0a08666561747572657312101a0e0a0c000102030405060708090a0b',
  },
  {
    dtype: 'int8',
    shape: [2, 2],
    values: [-128, -1, 0, 127],
    hex: '0a280a260a086665617475726573121a1a180a1680ffffffffffffffff01ffffffffffffffffff01007f',
  },
  {
    dtype: 'int8',
    shape: [],
    values: [-128],
    hex: '0a1c0a1a0a086665617475726573120e1a0c0a0a80ffffffffffffffff01',
  },
  {
    dtype: 'int16',
    shape: [3],
    values: [-32768, -1, 300],
    hex: '0a280a260a086665617475726573121a1a180a168080feffffffffffff01ffffffffffffffffff01ac02',
  },
  {
    dtype: 'int32',
    shape: [3],
    values: [-(2 ** 31), 2 ** 31 - 1, -1],
    hex: '0a2b0a290a086665617475726573121d1a1b0a1980808080f8ffffffff01ffffffff07ffffffffffffffffff01',
  },
  {
    // Signaling NaNs, quiet ones with payloads, infinities, -0, 0, the smallest numbers, 1.
    dtype: 'float32',
    shape: [12],
    values: [
      0x7f800001, 0xff800001, 0x7fc00000, 0xffc12345, 0x7fffffff, 0x7f800000, 0xff800000, 0x80000000, 0, 1,
      0x807fffff, 0x3f800000,
    ],
    hex: '0a420a400a086665617475726573123412320a300100c07f0100c0ff0000c07f4523c1ffffffff7f0000807f000080ff000000800000000001000000ffff7f800000803f',
  },
  {
    dtype: 'float32',
    shape: [],
    values: [0xffc12345],
    hex: '0a160a140a086665617475726573120812060a044523c1ff',
  },
  {
    // With encoding='bytes': a signaling NaN stays one.
    dtype: 'float64',
    shape: [6],
    values: [
      0x7ff0000000000001n,
      0xfff8000000012345n,
      0x8000000000000000n,
      0x7fefffffffffffffn,
      1n,
      0x3ff0000000000001n,
    ],
    hex: '0a420a400a08666561747572657312340a320a30010000000000f07f452301000000f8ff0000000000000080ffffffffffffef7f0100000000000000010000000000f03f',
  },
];

/** A type, a shape, and elements of a row of it. */
const rows = fc
  .record({
    dtype: fc.constantFrom(...DTYPE_NAMES),
    shape: fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 3 }),
  })
  .chain(({ dtype, shape }) => {
    const length = valuesOf(shape) * DTYPES[dtype].bytes;
    // Bytes that make numbers near zero and at the ends, NaN among them, come up often.
    const byte = fc.oneof(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff, 0xf0), fc.integer({ min: 0, max: 255 }));
    return fc.record({
      dtype: fc.constant(dtype),
      shape: fc.constant(shape),
      elements: fc
        .array(byte, { minLength: length, maxLength: length })
        .map((bytes) => Uint8Array.from(bytes)),
    });
  });

function integerAt(view: DataView, dtype: DType, at: number): bigint {
  if (dtype === 'uint8') return BigInt(view.getUint8(at));
  if (dtype === 'int8') return BigInt(view.getInt8(at));
  return BigInt(dtype === 'int16' ? view.getInt16(at * 2) : view.getInt32(at * 4));
}

/** What an Example has to hold of a row. */
function expected(dtype: DType, shape: readonly number[], elements: Uint8Array): unknown {
  const view = new DataView(elements.buffer, elements.byteOffset, elements.byteLength);
  const count = valuesOf(shape);
  if (dtype === 'float32') return Float32Array.from({ length: count }, (_, at) => view.getFloat32(at * 4));
  if (dtype === 'float64') {
    const bytes = new DataView(new ArrayBuffer(count * 8));
    for (let at = 0; at < count; at++) bytes.setBigUint64(at * 8, view.getBigUint64(at * 8), true);
    return [new Uint8Array(bytes.buffer)];
  }
  return Array.from({ length: count }, (_, at) => BigInt.asIntN(64, integerAt(view, dtype, at)));
}

describe('tensorEncoder', () => {
  it.each(GOLDENS)("writes TFDS's bytes of $dtype, $shape", ({ dtype, shape, values, hex }) => {
    const elements = elementsOf(dtype, values);
    expect(Buffer.from(example(dtype, shape, elements)).toString('hex')).toBe(hex);
    const between = Buffer.concat([Buffer.alloc(3, 0xee), elements, Buffer.alloc(3, 0xee)]);
    expect(Buffer.from(example(dtype, shape, between, 3)).toString('hex')).toBe(hex);
  });

  it('is decoded again, whatever the elements', () => {
    fc.assert(
      fc.property(rows, ({ dtype, shape, elements }) => {
        const values = decodeExample(example(dtype, shape, elements)).get('features');
        const signed = Array.isArray(values)
          ? values.map((value) => (typeof value === 'bigint' ? BigInt.asIntN(64, value) : value))
          : values;
        expect(signed).toEqual(expected(dtype, shape, elements));
      }),
      { numRuns: times(500, 50) },
    );
  });

  it.each([
    ['short', 'int16'],
    ['int', 'int32'],
  ] as const)('needs the room of a varint for every %s', (_, dtype) => {
    const edges = [7, 14, 21, 28, 31].flatMap((bits) => [
      2 ** bits - 1,
      2 ** bits,
      -(2 ** bits),
      1 - 2 ** bits,
    ]);
    const limit = 2 ** (DTYPES[dtype].bytes * 8 - 1);
    for (const value of edges.filter((edge) => edge >= -limit && edge < limit)) {
      const values = decodeExample(example(dtype, [], elementsOf(dtype, [value]))).get('features') ?? [];
      expect(BigInt.asIntN(64, BigInt(String(values[0])))).toBe(BigInt(value));
    }
  });

  it.each([[[0]], [[3, 0, 2]], [[MAX_TENSOR_VALUES + 1]], [[2 ** 31, 2 ** 31, 2 ** 31]]])(
    'refuses rows of %j',
    (shape) => {
      expect(() => tensorEncoder({ dtype: 'int8', shape })).toThrow(
        expect.objectContaining({ code: 'IDX_DIMENSIONS', found: shape.join(' x ') }),
      );
    },
  );
});
