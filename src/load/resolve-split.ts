import { roundHalfToEven } from '../plan/round.js';
import { parseSplit } from './split-expression.js';
import { type Place, type SplitSize, splitFault, splitsThere } from './split-fault.js';
import type { EvenSplit, ReadInstruction, SplitSpec } from './split-spec.js';

/** Examples of a split by their places in it, `end` not included; none where it is not behind `start`. */
export interface SplitSlice {
  split: string;
  start: number;
  end: number;
}

/** Examples of one shard, counted within it, `end` not included. */
export interface ShardSlice {
  split: string;
  /** Number of the shard, from 0. */
  shard: number;
  start: number;
  end: number;
  /** Place of the shard's first example in its split. */
  shardStart: number;
}

/**
 * The slices that an expression means, one a term, in its order; TFDS's rules (`to_absolute` in
 * `tensorflow_datasets/core/splits.py` and `subsplits_utils.py`).
 *
 * @param splits those that there are, in their order
 * @throws {DatasetError} `SPLIT_INVALID`
 */
export function resolveSplit(spec: SplitSpec, splits: readonly SplitSize[]): SplitSlice[] {
  if (typeof spec === 'string')
    return parseSplit(spec).flatMap((term) =>
      term.whole
        ? splits.map(({ name, rows }) => ({ split: name, start: 0, end: rows }))
        : [resolveInstruction(term.instruction, splits, term.place)],
    );
  if (typeof spec !== 'object' || spec === null || Array.isArray(spec))
    throw splitFault('this is no split', undefined, {
      expected: 'a text such as train[:10%], an instruction, or what evenSplits and addSplits give',
      found: Array.isArray(spec) ? 'a list' : String(spec),
    });
  if ('sum' in spec) return spec.sum.flatMap((one) => resolveSplit(one, splits));
  if ('of' in spec) return resolveSplit(spec.of, splits).map((slice) => evenPart(slice, spec));
  return [resolveInstruction(spec, splits, undefined)];
}

function resolveInstruction(
  { split, from, to, unit = 'abs', rounding = 'closest' }: ReadInstruction,
  splits: readonly SplitSize[],
  place: Place | undefined,
): SplitSlice {
  const size = splits.find(({ name }) => name === split);
  if (size === undefined)
    throw splitFault(`there is no split ${split}`, nameOf(place, split), {
      expected: splitsThere(splits),
      found: split,
    });
  const { rows, shardLengths } = size;
  checkWord('unit', unit, ['%', 'abs', 'shard']);
  checkWord('rounding', rounding, ['closest', 'pct1_dropremainder']);
  expectNumbers({ split, from, to, unit, rounding }, rows);
  let start = 0;
  let end = rows;
  if (unit === 'shard') {
    if (from !== undefined) start = rowsIn(shardLengths.slice(0, from));
    if (to !== undefined) end = rowsIn(shardLengths.slice(0, to <= 0 ? shardLengths.length + to : to));
  } else {
    const examples = (boundary: number): number =>
      unit === 'abs' ? boundary : percentOf(boundary, rows, rounding);
    if (from !== undefined) start = examples(from);
    if (to !== undefined) end = examples(to);
  }
  if (Math.abs(start) > rows || Math.abs(end) > rows)
    throw splitFault(`${split} has not so many examples`, place, {
      expected: splitsThere([size]),
      found: `${start}:${end}`,
    });
  // The sums make 0 of -0.
  return { split, start: (start < 0 ? rows : 0) + start, end: (end < 0 ? rows : 0) + end };
}

/** What an expression cannot say wrong, and an instruction can. */
function expectNumbers({ from, to, unit, rounding }: ReadInstruction, rows: number): void {
  for (const boundary of [from, to]) {
    if (boundary === undefined) continue;
    if (unit === '%' && !(Math.abs(boundary) <= 100))
      throw splitFault('a percentage goes beyond the whole split', undefined, {
        expected: '-100 to 100',
        found: String(boundary),
      });
    if (!Number.isInteger(boundary) && (unit !== '%' || rounding === 'pct1_dropremainder'))
      throw splitFault('a boundary is no whole number', undefined, { found: String(boundary) });
    if (rounding === 'pct1_dropremainder' && unit === '%' && rows < 100)
      throw splitFault('pct1_dropremainder takes nothing of a split of fewer than 100 examples', undefined, {
        expected: 'closest',
        found: `${rows} examples`,
      });
  }
}

/** Another unit would be taken for one of these, and other examples be read than are meant. */
function checkWord<T extends string>(field: string, word: T, words: readonly T[]): void {
  if (!words.includes(word))
    throw splitFault(`there is no such ${field}`, undefined, {
      expected: words.join(', '),
      found: String(word),
    });
}

/** Python's float arithmetic, and its `round`. */
function percentOf(percent: number, rows: number, rounding: ReadInstruction['rounding']): number {
  return rounding === 'closest' ? roundHalfToEven(percent * rows, 100) : percent * Math.trunc(rows / 100);
}

function rowsIn(shardLengths: readonly number[]): number {
  return shardLengths.reduce((sum, length) => sum + length, 0);
}

function evenPart({ split, start, end }: SplitSlice, { part, parts, dropRemainder }: EvenSplit): SplitSlice {
  const rows = end - start;
  if (rows < 0)
    throw splitFault(`what is to be cut into even parts ends before it begins`, undefined, {
      found: `${split}[${start}:${end}]`,
    });
  const size = Math.floor(rows / parts);
  const over = dropRemainder ? 0 : rows % parts;
  const cut = (number: number): number => start + size * number + Math.min(number, over);
  return { split, start: cut(part), end: cut(part + 1) };
}

/** The name alone of a term. */
function nameOf(place: Place | undefined, name: string): Place | undefined {
  return place === undefined ? undefined : { ...place, end: place.start + name.length };
}

/**
 * The shards that hold the examples of these slices, and which of theirs are meant; shards that hold none do not come.
 *
 * @throws {DatasetError} `SPLIT_INVALID` where there is no example at all, as TFDS refuses it
 */
export function shardSlices(
  slices: readonly SplitSlice[],
  splits: readonly SplitSize[],
  spec: SplitSpec,
): ShardSlice[] {
  const found = slices.flatMap((slice) => {
    let shardStart = 0;
    return (splits.find(({ name }) => name === slice.split)?.shardLengths ?? []).flatMap((length, shard) => {
      const here = shardStart;
      shardStart += length;
      const start = Math.max(0, slice.start - here);
      const end = Math.min(length, slice.end - here);
      return start < end ? [{ split: slice.split, shard, start, end, shardStart: here }] : [];
    });
  });
  if (found.length > 0) return found;
  const place = typeof spec === 'string' ? { expression: spec, start: 0, end: spec.length } : undefined;
  throw splitFault('no example is in this', place, {
    expected: splitsThere(splits),
    found: slices.map(({ split, start, end }) => `${split}[${start}:${end}]`).join('+'),
  });
}
