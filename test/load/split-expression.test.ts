import { describe, expect, it } from 'vitest';
import { addSplits, DatasetError, evenSplits, type SplitSpec } from '../../src/index.js';
import { resolveSplit, shardSlices } from '../../src/load/resolve-split.js';

// That every rule is TFDS's own is what test/conformance/split-language.test.ts shows.
const SPLITS = [
  { name: 'train', rows: 1000, shardLengths: [334, 333, 333] },
  { name: 'test', rows: 99, shardLengths: [99] },
];

/** The slices of a spec as `split:start-end`. */
function slices(spec: SplitSpec): string {
  return resolveSplit(spec, SPLITS)
    .map(({ split, start, end }) => `${split}:${start}-${end}`)
    .join(' ');
}

function shards(spec: SplitSpec): string[] {
  return shardSlices(resolveSplit(spec, SPLITS), SPLITS, spec).map(
    ({ split, shard, start, end, shardStart }) => `${split}#${shard}:${start}-${end}@${shardStart}`,
  );
}

/** The error of a spec. */
function refusal(spec: SplitSpec): DatasetError {
  try {
    shards(spec);
  } catch (error) {
    if (error instanceof DatasetError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

describe('resolveSplit', () => {
  it.each([
    ['train', 'train:0-1000'],
    ['all', 'train:0-1000 test:0-99'],
    ['train[:10%]', 'train:0-100'],
    ['train[10%:20%]', 'train:100-200'],
    ['train[-5%:]', 'train:950-1000'],
    ['train[:-5%] + test', 'train:0-950 test:0-99'],
    ['test[:50%]', 'test:0-50'],
    ['test[12.5%:]', 'test:12-99'],
    ['train[:1shard]', 'train:0-334'],
    ['train[1shard:]', 'train:334-1000'],
    ['train[2shard]', 'train:667-1000'],
    ['train[-1shard:]', 'train:667-1000'],
    ['train[:1_000]', 'train:0-1000'],
    ['train[10:20%]', 'train:100-200'],
    ['train[-77:]+test[1:2]', 'train:923-1000 test:1-2'],
  ])('reads %s', (expression, expected) => {
    expect(slices(expression)).toBe(expected);
  });

  it('reads instructions, with both ways to round', () => {
    expect(slices({ split: 'test', to: 50, unit: '%', rounding: 'closest' })).toBe('test:0-50');
    expect(slices({ split: 'train', from: 1, to: 2, unit: '%', rounding: 'pct1_dropremainder' })).toBe(
      'train:10-20',
    );
    expect(slices({ split: 'train', from: -10 })).toBe('train:990-1000');
    expect(slices({ split: 'train' })).toBe('train:0-1000');
    expect(refusal({ split: 'test', to: 50, unit: '%', rounding: 'pct1_dropremainder' }).message).toMatch(
      /fewer than 100 examples/,
    );
    for (const to of [0.5, Number.NaN, Number.POSITIVE_INFINITY])
      expect(refusal({ split: 'train', to }).code).toBe('SPLIT_INVALID');
    for (const to of [100.5, Number.NaN])
      expect(refusal({ split: 'train', to, unit: '%' }).code).toBe('SPLIT_INVALID');
  });

  // What JavaScript, or a split read from JSON, can give against the types.
  it.each([
    [{ split: 'train', to: 5, unit: 'percent' }, 'there is no such unit', 'percent'],
    [{ split: 'train', to: 5, unit: '%', rounding: 'up' }, 'there is no such rounding', 'up'],
    [undefined, 'this is no split', 'undefined'],
    [null, 'this is no split', 'null'],
    [3, 'this is no split', '3'],
    [['train', 'test'], 'this is no split', 'a list'],
  ])('refuses %j', (spec, message, found) => {
    const resolve: (...given: unknown[]) => unknown = (given) =>
      Reflect.apply(resolveSplit, undefined, [given, SPLITS]);
    expect(() => resolve(spec)).toThrow(expect.objectContaining({ code: 'SPLIT_INVALID', message, found }));
  });

  it('cuts even parts, which together are the whole', () => {
    expect(evenSplits('train', 3).map(slices)).toEqual(['train:0-334', 'train:334-667', 'train:667-1000']);
    expect(evenSplits('train', 3, { dropRemainder: true }).map(slices)).toEqual([
      'train:0-333',
      'train:333-666',
      'train:666-999',
    ]);
    expect(evenSplits('train+test[:10]', 4).map(slices)[3]).toBe('train:750-1000 test:8-10');
    const [, second] = evenSplits(evenSplits('train', 2)[1], 2);
    expect(slices(addSplits(second ?? '', 'test[:1]'))).toBe('train:750-1000 test:0-1');
    for (const parts of [0, -1, 1.5]) expect(() => evenSplits('train', parts)).toThrow(DatasetError);
  });
});

describe('shardSlices', () => {
  it('names the shards that are needed, and no others', () => {
    expect(shards('train')).toEqual(['train#0:0-334@0', 'train#1:0-333@334', 'train#2:0-333@667']);
    expect(shards('train[330:340]')).toEqual(['train#0:330-334@0', 'train#1:0-6@334']);
    expect(shards('train[334:667]+test[98:]')).toEqual(['train#1:0-333@334', 'test#0:98-99@0']);
    // A slice that holds nothing is nothing, beside one that holds something.
    expect(shards('train[5:5]+test[:1]')).toEqual(['test#0:0-1@0']);
    expect(shards('train[9:5]+test[:1]')).toEqual(['test#0:0-1@0']);
  });
});

describe('an expression that is refused', () => {
  it.each([
    ['train[:200%]', 8, 4, 'beyond the whole split'],
    ['test + train[:-101%]', 15, 5, 'beyond the whole split'],
    ['trian[:10%]', 1, 5, 'there is no split trian'],
    ['train+trian', 7, 5, 'there is no split trian'],
    ['train[5:', 9, 1, 'a ] is missing'],
    ['train[5:6]x', 11, 1, 'only \\+ can come behind a \\]'],
    ['train 5', 6, 1, 'only \\[ or \\+ can come behind the name'],
    ['train[5;6]', 8, 1, 'cannot stand between \\[ and \\]'],
    ['train[]', 6, 2, 'nothing stands between'],
    ['train[:]', 7, 1, 'needs one boundary'],
    ['train[5]', 7, 1, 'a number alone says which shard'],
    ['train[1:2:3]', 7, 5, 'one colon'],
    ['train[a:]', 7, 1, 'no boundary'],
    ['train[1.5:]', 7, 3, 'no whole number'],
    ['train[:1__0]', 8, 4, 'no whole number'],
    ['train[:1.2.3%]', 8, 6, 'no number'],
    ['train+', 7, 1, 'the name of a split is missing'],
    ['', 1, 1, 'the name of a split is missing'],
    ['all[:10%]', 5, 4, 'all is read as a whole'],
    ['test+train[:1001]', 6, 12, 'train has not so many examples'],
    ['train[-1001:]', 1, 13, 'train has not so many examples'],
    ['train[5:5]', 1, 10, 'no example is in this'],
    ['train[9:5]', 1, 10, 'no example is in this'],
  ])('%s is marked at column %i, %i wide', (expression, column, width, message) => {
    const error = refusal(expression);
    expect(error.code).toBe('SPLIT_INVALID');
    expect(error.exitCode).toBe(2);
    const [said, line, mark] = error.message.split('\n');
    expect(said).toMatch(new RegExp(`^.*${message}.*, at column ${column}$`));
    expect(line).toBe(`  ${expression}`);
    expect(mark).toBe(`${' '.repeat(column + 1)}${'^'.repeat(width)}`);
    expect(error.expected).toBeDefined();
  });

  it('says which splits there are', () => {
    expect(refusal('validation').expected).toBe(
      'train (1000 examples, shards: 3), test (99 examples, shards: 1)',
    );
    expect(refusal({ split: 'validation' }).found).toBe('validation');
  });
});
