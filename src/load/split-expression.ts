import { type Place, splitFault } from './split-fault.js';
import type { ReadInstruction, SplitUnit } from './split-spec.js';

/** A term of an expression, and where it stands; `whole` stands for every split of the data set. */
export type Term = { place: Place } & ({ whole: true } | { whole: false; instruction: ReadInstruction });

/** A boundary as it is written: its digits, its unit, and where it stands. */
interface Boundary {
  digits: string;
  unit: SplitUnit | undefined;
  place: Place;
}

/** The word for all splits. */
const ALL = 'all';
/** What Python calls white space and letters; digits of other scripts are not taken, though Python takes them. */
const SPACE = '[\\s\\x1c-\\x1f\\x85]';
const PLUS = new RegExp(`${SPACE}*\\+${SPACE}*`, 'gu');
const NAME = /^[\p{L}\p{N}_-]*/u;
const SELECTOR = /^[\p{L}\p{N}_%:.-]*/u;
const BOUNDARY = /^(-?[\d_.]+)(%|shard)?$/;
/** Numbers as Python's `int` and `float` read them: an underscore between two digits says nothing. */
const DIGITS = '\\d(?:_?\\d)*';
const INTEGER = new RegExp(`^-?${DIGITS}$`);
const DECIMAL = new RegExp(`^-?(?:${DIGITS}(?:\\.(?:${DIGITS})?)?|\\.${DIGITS})$`);

const HOW =
  'a split such as train, train[:10%], train[100:200], train[-5%:], train[2shard], all, or several with +';

/**
 * The terms of an expression: TFDS's own language (`tensorflow_datasets/core/splits.py`, `from_spec`),
 *
 *     expression  term { "+" term }        white space may stand around "+" alone
 *     term        "all" | name [ "[" slice "]" ]
 *     slice       [ boundary ] ":" [ boundary ]      one boundary at least
 *               | number "shard"                     that shard alone
 *     boundary    [ "-" ] number [ "%" | "shard" ]   the unit of one counts for both; a fraction with "%" only
 *
 * @throws {DatasetError} `SPLIT_INVALID`, with the place
 */
export function parseSplit(expression: string): Term[] {
  const terms: Term[] = [];
  let start = 0;
  for (const plus of expression.matchAll(PLUS)) {
    terms.push(parseTerm({ expression, start, end: plus.index }));
    start = plus.index + plus[0].length;
  }
  terms.push(parseTerm({ expression, start, end: expression.length }));
  return terms;
}

function parseTerm(place: Place): Term {
  const { expression, start } = place;
  // Python's `$` matches before a line's end too.
  const text = expression.slice(start, place.end).replace(/\n$/, '');
  const end = start + text.length;
  const fail = (problem: string, from: number, to = from + 1): never => {
    throw splitFault(problem, { expression, start: from, end: Math.min(to, end) }, { expected: HOW });
  };
  const [name = ''] = NAME.exec(text) ?? [];
  if (name === '') return fail('the name of a split is missing', start);
  const open = start + name.length;
  if (open === end)
    return name === ALL ? { place, whole: true } : { place, whole: false, instruction: { split: name } };
  if (expression[open] !== '[') return fail('only [ or + can come behind the name of a split', open);
  const [selector = ''] = SELECTOR.exec(text.slice(name.length + 1)) ?? [];
  const close = open + 1 + selector.length;
  if (close === end) return fail('a ] is missing', close);
  if (expression[close] !== ']') return fail('this cannot stand between [ and ]', close);
  if (selector === '') return fail('nothing stands between [ and ]', open, close + 1);
  if (close + 1 !== end) return fail('only + can come behind a ]', close + 1, end);
  const slice = { expression, start: open + 1, end: close };
  if (name === ALL) throw splitFault('all is read as a whole, and has no slices', slice, { expected: ALL });
  return { place, whole: false, instruction: { split: name, ...parseSlice(slice) } };
}

function parseSlice(place: Place): Omit<ReadInstruction, 'split'> {
  const { expression, start, end } = place;
  const boundaries: (Boundary | undefined)[] = [];
  let at = start;
  for (const text of expression.slice(start, end).split(':')) {
    boundaries.push(parseBoundary(text, { expression, start: at, end: at + text.length }));
    at += text.length + 1;
  }
  const [from, to] = boundaries;
  if (boundaries.length > 2) throw splitFault('a slice has one colon', place, { expected: HOW });
  if (boundaries.length === 1) return parseSingle(from, place);
  const unit = from?.unit ?? to?.unit ?? 'abs';
  if (from === undefined && to === undefined)
    throw splitFault('a slice needs one boundary at least', place, { expected: HOW });
  return {
    from: from === undefined ? undefined : numberOf(from, unit),
    to: to === undefined ? undefined : numberOf(to, unit),
    unit,
  };
}

/** `[2shard]`: one shard. */
function parseSingle(boundary: Boundary | undefined, place: Place): Omit<ReadInstruction, 'split'> {
  if (boundary?.unit !== 'shard')
    throw splitFault('a number alone says which shard; examples and percentages need a colon', place, {
      expected: 'such as [2shard], or [2:3]',
    });
  const from = numberOf(boundary, 'shard');
  return { from, to: from + 1, unit: 'shard' };
}

function parseBoundary(text: string, place: Place): Boundary | undefined {
  if (text === '') return undefined;
  const [, digits, unit] = BOUNDARY.exec(text) ?? [];
  if (digits === undefined)
    throw splitFault('this is no boundary', place, {
      expected: 'a number, with %, with shard, or with nothing',
    });
  return { digits, unit: unit === '%' || unit === 'shard' ? unit : undefined, place };
}

function numberOf({ digits, place }: Boundary, unit: SplitUnit): number {
  const isNumber = (unit === '%' ? DECIMAL : INTEGER).test(digits);
  if (!isNumber)
    throw splitFault(`this is no ${unit === '%' ? 'number' : 'whole number'}`, place, {
      expected: unit === '%' ? 'such as 12.5' : 'such as 1_000, without a fraction',
    });
  const value = Number(digits.replaceAll('_', ''));
  if (unit === '%' && Math.abs(value) > 100)
    throw splitFault('a percentage goes beyond the whole split', place, { expected: '-100% to 100%' });
  return value;
}
