import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BoundaryOrder } from '../../../src/formats/parquet/enums.js';
import { boundaryOrder } from '../../../src/formats/parquet/page-index-writer.js';

import {
  type Bounds,
  compareBytes,
  compareHalves,
  compareInt64,
  compareNumbers,
  lowerBound,
  numberBounds,
  union,
  upperBound,
} from '../../../src/formats/parquet/statistics.js';
import { halfOf } from '../../fixtures/values.js';
import { times } from '../../sample.js';

/** Bytes of few kinds, so that values begin alike and 0xff come in runs. */
const VALUE = fc
  .array(fc.constantFrom(0, 1, 0xfe, 0xff), { maxLength: 12 })
  .map((bytes) => Uint8Array.from(bytes));
const LIMIT = fc.integer({ min: 1, max: 8 });

function order(a: Uint8Array, b: Uint8Array): number {
  return Math.sign(Buffer.compare(a, b));
}

function boundsOf(values: readonly Uint8Array[], limit: number): Bounds {
  const sorted = [...values].sort(Buffer.compare);
  return { min: lowerBound(sorted[0]!, limit), max: upperBound(sorted.at(-1)!, limit) };
}

describe('compareBytes and compareNumbers', () => {
  it('order as Parquet does', () => {
    fc.assert(
      fc.property(VALUE, VALUE, (a, b) => {
        expect(Math.sign(compareBytes(a, b))).toBe(order(a, b));
      }),
    );
    fc.assert(
      fc.property(fc.nat(0xffffffff), fc.nat(0xffffffff), (a, b) => {
        const [{ min }, { max }] = [numberBounds(a, a, 8), numberBounds(b, b, 8)];
        expect(Math.sign(compareNumbers(min.bytes, max.bytes))).toBe(Math.sign(a - b));
        expect(Buffer.from(min.bytes).readBigInt64LE()).toBe(BigInt(a));
      }),
    );
  });
});

describe('compareInt64 and compareHalves', () => {
  it('order as Parquet does', () => {
    // Numbers of which one half is often that of another.
    const half = fc.constantFrom(0n, 1n, 2n ** 31n, 2n ** 32n - 1n);
    const long = fc.tuple(half, half).map(([upper, lower]) => BigInt.asIntN(64, (upper << 32n) + lower));
    const bytesOf = (value: bigint) => new Uint8Array(BigInt64Array.of(value).buffer);
    fc.assert(
      fc.property(long, long, (a, b) => {
        const expected = a < b ? -1 : a > b ? 1 : 0;
        expect(Math.sign(compareInt64(bytesOf(a), bytesOf(b)))).toBe(expected);
      }),
    );
    const halves = fc.nat(0xffff).filter((bits) => !Number.isNaN(halfOf(bits)));
    fc.assert(
      fc.property(halves, halves, (a, b) => {
        const [first, second] = [a, b].map((bits) => new Uint8Array(Uint16Array.of(bits).buffer));
        const expected = halfOf(a) < halfOf(b) ? -1 : halfOf(a) > halfOf(b) ? 1 : 0;
        expect(Math.sign(compareHalves(first!, second!))).toBe(expected);
      }),
    );
  });
});

describe('lowerBound and upperBound', () => {
  it('hold, and say whether they are the value', () => {
    fc.assert(
      fc.property(VALUE, LIMIT, (value, limit) => {
        const [low, high] = [lowerBound(value, limit), upperBound(value, limit)];
        expect(order(low.bytes, value)).toBeLessThanOrEqual(0);
        expect(order(high.bytes, value)).toBeGreaterThanOrEqual(0);
        expect(low.exact).toBe(order(low.bytes, value) === 0);
        expect(high.exact).toBe(order(high.bytes, value) === 0);
        expect(low.bytes.length).toBeLessThanOrEqual(limit);
        const hopeless = value.length > limit && value.subarray(0, limit).every((byte) => byte === 0xff);
        expect(high.bytes.length).toBeLessThanOrEqual(hopeless ? value.length : limit);
      }),
      { numRuns: times(2000, 200) },
    );
  });

  it.each([
    { value: [1, 2, 3], limit: 3, max: [1, 2, 3], exact: true },
    { value: [1, 2, 3, 0], limit: 3, max: [1, 2, 4], exact: false },
    { value: [1, 2, 0xff, 9], limit: 3, max: [1, 3], exact: false },
    { value: [1, 0xff, 0xff, 9], limit: 3, max: [2], exact: false },
    { value: [0xfe, 0xff, 0xff, 0xff], limit: 3, max: [0xff], exact: false },
    { value: [0xff, 0xff, 0xff, 9], limit: 3, max: [0xff, 0xff, 0xff, 9], exact: true },
  ])('of $value, cut at $limit, the upper one is $max', ({ value, limit, max, exact }) => {
    expect(upperBound(Uint8Array.from(value), limit)).toEqual({ bytes: Uint8Array.from(max), exact });
  });

  it('keep their bytes when the page goes', () => {
    const page = Uint8Array.from([1, 2, 3]);
    const bounds = [lowerBound(page, 64), upperBound(page, 64), upperBound(page, 2)];
    page.fill(9);
    expect(bounds.map(({ bytes }) => Array.from(bytes))).toEqual([
      [1, 2, 3],
      [1, 2, 3],
      [1, 3],
    ]);
  });
});

describe('union', () => {
  it('of the bounds of pages is what all values have together', () => {
    const pages = fc.array(fc.array(VALUE, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(pages, LIMIT, (values, limit) => {
        const together = values
          .map((page) => boundsOf(page, limit))
          .reduce((a, b) => union(a, b, compareBytes));
        expect(together).toEqual(boundsOf(values.flat(), limit));
      }),
      { numRuns: times(2000, 200) },
    );
  });
});

describe('boundaryOrder', () => {
  it.each([
    { pages: [[3, 5]], is: 'ASCENDING' },
    {
      pages: [
        [1, 5],
        [1, 5],
        [2, 6],
      ],
      is: 'ASCENDING',
    },
    {
      pages: [
        [2, 600],
        [1, 600],
        [1, 5],
      ],
      is: 'DESCENDING',
    },
    {
      pages: [
        [1, 6],
        [2, 5],
      ],
      is: 'UNORDERED',
    },
    {
      pages: [
        [1, 2],
        [3, 4],
        [2, 4],
      ],
      is: 'UNORDERED',
    },
  ] as const)('of $pages is $is', ({ pages, is }) => {
    const written = pages.map(([min, max]) => numberBounds(min, max, 8));
    expect(boundaryOrder(written, compareNumbers)).toBe(BoundaryOrder[is]);
  });
});
