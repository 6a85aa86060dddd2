import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FloatCounter, IntegerCounter, SampleCounter } from '../../../src/catalog/statistics/values.js';

/** Mean and standard deviation of the population by the definition, in exact integers as long as they are such. */
function expected(values: readonly number[]): { min: number; max: number; mean: number; std: number } {
  const count = BigInt(values.length);
  const sum = values.reduce((total, value) => total + BigInt(value), 0n);
  const squares = values.reduce((total, value) => total + BigInt(value) ** 2n, 0n);
  return {
    min: Math.min(...values),
    max: Math.max(...values),
    mean: Number(sum) / values.length,
    std: Math.sqrt(Number(count * squares - sum * sum)) / values.length,
  };
}

describe('SampleCounter', () => {
  it('measures each channel in units of 255, whatever the order', () => {
    const rows = fc.array(fc.uint8Array({ minLength: 12, maxLength: 12 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(rows, (images) => {
        const [forth, back] = [new SampleCounter(3), new SampleCounter(3)];
        for (const image of images) forth.add(image);
        for (const image of images.toReversed()) back.add(image);
        const result = forth.result();
        expect(back.result()).toEqual(result);
        for (const [channel, found] of result.entries()) {
          const samples = images.flatMap((image) => [...image].filter((_, at) => at % 3 === channel));
          const { min, max, mean, std } = expected(samples);
          expect(found.min).toBe(min / 255);
          expect(found.max).toBe(max / 255);
          expect(found.mean).toBeCloseTo(mean / 255, 14);
          expect(found.std).toBeCloseTo(std / 255, 12);
        }
      }),
    );
  });

  it('tells of nothing where there was nothing', () => {
    expect(new SampleCounter(1).result()).toEqual([]);
  });
});

describe('IntegerCounter', () => {
  it('is exact for 32 bits, with a sign and without', () => {
    const values = fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 32 - 1 }), {
      minLength: 1,
      maxLength: 50,
    });
    fc.assert(
      fc.property(values, (numbers) => {
        const counter = new IntegerCounter();
        for (const number of numbers) counter.add([number]);
        const together = new IntegerCounter();
        together.add(numbers);
        expect(together.result()).toEqual(counter.result());
        const { std, ...others } = expected(numbers);
        expect(counter.result()).toMatchObject(others);
        const found = counter.result()?.std ?? Number.NaN;
        expect(Math.abs(found - std)).toBeLessThanOrEqual(1e-12 * Math.max(1, std));
      }),
    );
  });

  it('keeps the sums of many of the greatest exact', () => {
    const counter = new IntegerCounter();
    const most = 2 ** 31 - 1;
    counter.add(new Int32Array(200_000).fill(most));
    expect(counter.result()).toEqual({ min: most, max: most, mean: most, std: 0 });
  });

  it('takes integers as the formats give them', () => {
    const counter = new IntegerCounter();
    counter.add([1n, 3n]);
    counter.add(Int8Array.of(-1, -3));
    expect(counter.result()).toEqual({ min: -3, max: 3, mean: 0, std: Math.sqrt(5) });
    expect(new IntegerCounter().result()).toBeUndefined();
  });
});

describe('FloatCounter', () => {
  it('leaves out what is no finite number, and counts it', () => {
    const counter = new FloatCounter();
    counter.add(Float32Array.of(1, Number.NaN, 3, Number.POSITIVE_INFINITY));
    expect(counter.result()).toEqual({ min: 1, max: 3, mean: 2, std: 1 });
    expect(counter.notFinite).toBe(2);
    expect(new FloatCounter().result()).toBeUndefined();
  });

  it('is near where the mean is far from zero', () => {
    const counter = new FloatCounter();
    counter.add(Float64Array.from({ length: 1000 }, (_, at) => 1e9 + (at % 2)));
    expect(counter.result()?.std).toBeCloseTo(0.5, 9);
  });
});
