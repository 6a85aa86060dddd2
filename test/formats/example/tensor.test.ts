import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DTYPE_NAMES,
  DTYPES,
  type DType,
  type ElementLayout,
  valuesOf,
} from '../../../src/dataset/feature.js';
import { decodeExample } from '../../../src/formats/example/read.js';
import { MAX_TENSOR_VALUES, tensorEncoder } from '../../../src/formats/example/tensor.js';
import { EXAMPLE_OVERHEAD, writeExample } from '../../../src/formats/example/write.js';
import { valuesIn } from '../../fixtures/values.js';
import { times } from '../../sample.js';

const NAME = new TextEncoder().encode('features');

/** The Example of one row without a label, whose elements begin at `start`. */
function example(
  { shape, ...layout }: ElementLayout & { shape: readonly number[] },
  elements: Uint8Array,
  start = 0,
): Uint8Array {
  const encoder = tensorEncoder({ ...layout, shape });
  encoder.measure(elements, start);
  expect(encoder.length).toBeLessThanOrEqual(encoder.maxLength);
  const out = new Uint8Array(encoder.maxLength + NAME.length + EXAMPLE_OVERHEAD);
  const { valueStart, end } = writeExample({ input: NAME }, { value: encoder, label: 0 }, out, 0);
  expect(end).toBe(valueStart + encoder.length);
  return out.subarray(0, end);
}

/** Elements in an order of bytes. */
function elementsOf(
  { dtype, littleEndian }: ElementLayout,
  values: readonly (number | bigint)[],
): Uint8Array {
  const size = DTYPES[dtype].bytes;
  const view = new DataView(new ArrayBuffer(values.length * size));
  for (const [at, value] of values.entries()) {
    if (size === 8) view.setBigUint64(at * 8, BigInt(value), littleEndian);
    else if (size === 4) view.setUint32(at * 4, Number(value), littleEndian);
    else if (size === 2) view.setUint16(at * 2, Number(value), littleEndian);
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
  // What is not zero is true.
  { dtype: 'bool', shape: [3], values: [1, 0, 255], hex: '0a150a130a08666561747572657312071a050a03010001' },
  { dtype: 'bool', shape: [], values: [1], hex: '0a130a110a08666561747572657312051a030a0101' },
  {
    dtype: 'uint16',
    shape: [2, 3],
    values: [0, 127, 128, 2 ** 14 - 1, 2 ** 14, 65_535],
    hex: '0a1e0a1c0a08666561747572657312101a0e0a0c007f8001ff7f808001ffff03',
  },
  {
    dtype: 'uint32',
    shape: [5],
    values: [0, 2 ** 21 - 1, 2 ** 28, 2 ** 31, 2 ** 32 - 1],
    hex: '0a250a230a08666561747572657312171a150a1300ffff7f80808080018080808008ffffffff0f',
  },
  {
    // As the int64 of the same bits.
    dtype: 'uint64',
    shape: [8],
    values: [0, 2 ** 32 - 1, 2 ** 32, 2 ** 35, 2n ** 53n + 1n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n],
    hex: '0a480a460a086665617475726573123a1a380a3600ffffffff0f80808080108080808080018180808080808010ffffffffffffffff7f80808080808080808001ffffffffffffffffff01',
  },
  {
    dtype: 'int64',
    shape: [7],
    values: [0, -1, 2 ** 31, -(2 ** 31), 2 ** 56, 2n ** 63n - 1n, -(2n ** 63n)],
    hex: '0a480a460a086665617475726573123a1a380a3600ffffffffffffffffff01808080800880808080f8ffffffff01808080808080808001ffffffffffffffff7f80808080808080808001',
  },
  {
    // Infinities, NaNs, -0, 0, subnormal numbers, the least normal one, 1, the greatest.
    dtype: 'float16',
    shape: [12],
    values: [0x7c00, 0xfc00, 0x7c01, 0xfe12, 0x7fff, 0x8000, 0, 1, 0x83ff, 0x0400, 0x3c00, 0x7bff],
    hex: '0a420a400a086665617475726573123412320a300000807f000080ff0020c07f0040c2ff00e0ff7f00000080000000000000803300c07fb8000080380000803f00e07f47',
  },
  {
    dtype: 'float16',
    shape: [],
    values: [0xfc01],
    hex: '0a160a140a086665617475726573120812060a040020c0ff',
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
    littleEndian: fc.boolean(),
    shape: fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 3 }),
  })
  .chain(({ dtype, littleEndian, shape }) => {
    const length = valuesOf(shape) * DTYPES[dtype].bytes;
    // Bytes that make numbers near zero and at the ends, NaN among them, come up often.
    const byte = fc.oneof(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff, 0xf0), fc.integer({ min: 0, max: 255 }));
    return fc.record({
      dtype: fc.constant(dtype),
      littleEndian: fc.constant(littleEndian),
      shape: fc.constant(shape),
      elements: fc
        .array(byte, { minLength: length, maxLength: length })
        .map((bytes) => Uint8Array.from(bytes)),
    });
  });

/** What an Example has to hold of a row. */
function expected({ dtype, littleEndian }: ElementLayout, elements: Uint8Array): unknown {
  if (dtype === 'float64') {
    const bytes = Buffer.from(elements);
    return [Uint8Array.from(littleEndian ? bytes : bytes.swap64())];
  }
  const values = valuesIn(elements, dtype, littleEndian);
  if (DTYPES[dtype].kind === 'float') return Float32Array.from(values, Number);
  const most = dtype === 'bool' ? 1n : 2n ** 64n;
  return values.map(BigInt).map((value) => BigInt.asIntN(64, value < most ? value : most));
}

describe('tensorEncoder', () => {
  it.each(GOLDENS)("writes TFDS's bytes of $dtype, $shape", ({ dtype, shape, values, hex }) => {
    for (const littleEndian of [false, true]) {
      const row = { dtype, littleEndian, shape };
      const elements = elementsOf(row, values);
      expect(Buffer.from(example(row, elements)).toString('hex')).toBe(hex);
      const between = Buffer.concat([Buffer.alloc(3, 0xee), elements, Buffer.alloc(3, 0xee)]);
      expect(Buffer.from(example(row, between, 3)).toString('hex')).toBe(hex);
    }
  });

  it('is decoded again, whatever the elements', () => {
    fc.assert(
      fc.property(rows, ({ elements, ...row }) => {
        const values = decodeExample(example(row, elements)).get('features');
        expect(values).toEqual(expected(row, elements));
      }),
      { numRuns: times(2000, 200) },
    );
  });

  it.each(['int16', 'uint32', 'int32', 'uint64', 'int64'] as const)(
    'needs the room of a varint for every %s',
    (dtype) => {
      const edges = [7, 14, 21, 28, 31, 32, 35, 42, 49, 56, 63].flatMap((bits) => [
        2n ** BigInt(bits) - 1n,
        2n ** BigInt(bits),
        -(2n ** BigInt(bits)),
        1n - 2n ** BigInt(bits),
      ]);
      const bits = DTYPES[dtype].bytes * 8;
      const fits = DTYPES[dtype].kind === 'signed' ? BigInt.asIntN : BigInt.asUintN;
      for (const value of edges.filter((edge) => edge === fits(bits, edge)))
        for (const littleEndian of [false, true]) {
          const row = { dtype, littleEndian, shape: [] };
          const values = decodeExample(example(row, elementsOf(row, [value]))).get('features');
          expect(values).toEqual([BigInt.asIntN(64, value)]);
        }
    },
  );

  it('has every half as the float that is the same number', () => {
    const elements = new Uint8Array(Uint16Array.from({ length: 2 ** 16 }, (_, half) => half).buffer);
    const row = { dtype: 'float16', littleEndian: true, shape: [2 ** 16] } as const;
    expect(decodeExample(example(row, elements)).get('features')).toEqual(expected(row, elements));
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
