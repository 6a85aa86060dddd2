import { DatasetError } from '../errors.js';

/** Which part of a split is read: TFDS's `ReadInstruction` (`tensorflow_datasets/core/splits.py`). */
export interface ReadInstruction {
  /** Name of the split. */
  split: string;
  /** The first that is read, from 0, or from the end where it is negative; from the start where there is none. */
  from?: number | undefined;
  /** What is no longer read, likewise; up to the end where there is none. */
  to?: number | undefined;
  /** What both count: examples (`abs`, the default), hundredths of the split, or shards. */
  unit?: SplitUnit | undefined;
  /**
   * How hundredths become examples: `closest` (the default), or `pct1_dropremainder`, which takes each hundredth for as many
   * examples as go into it whole, so that 5 % are five times 1 %; it takes whole hundredths alone.
   */
  rounding?: SplitRounding | undefined;
}

/** What boundaries count: hundredths, examples, or shards. */
export type SplitUnit = '%' | 'abs' | 'shard';
/** How hundredths become examples. */
export type SplitRounding = 'closest' | 'pct1_dropremainder';

/** One of the even parts that {@link evenSplits} cuts. */
export interface EvenSplit {
  /** What is cut. */
  of: SplitSpec;
  /** Which part, from 0. */
  part: number;
  parts: number;
  dropRemainder: boolean;
}

/** What {@link addSplits} makes: one after the other. */
export interface SplitSum {
  sum: readonly SplitSpec[];
}

/** What is to be read of a data set: an expression such as `train[:10%]+test`, or what stands for one. */
export type SplitSpec = string | ReadInstruction | EvenSplit | SplitSum;

/** How the parts of {@link evenSplits} are cut. */
export interface EvenSplitOptions {
  /** Leave out the examples that are over; else each of the first parts gets one of them. */
  dropRemainder?: boolean | undefined;
}

/** So many parts, where the compiler knows how many there are and it is 100 at most; else one at least. */
export type EvenSplits<N extends number, P extends EvenSplit[] = [EvenSplit]> = N extends unknown
  ? P['length'] extends N
    ? number extends N
      ? [EvenSplit, ...EvenSplit[]]
      : P
    : P['length'] extends 100
      ? [EvenSplit, ...EvenSplit[]]
      : EvenSplits<N, [...P, EvenSplit]>
  : never;

/**
 * Cuts a split, or each term of an expression, into `parts` parts of the same size that do not overlap (TFDS's
 * `even_splits`). They may be cut again, and added.
 *
 * @throws {DatasetError} `SPLIT_INVALID` where `parts` is no number of parts
 */
export function evenSplits<const N extends number>(
  split: SplitSpec,
  parts: N,
  options?: EvenSplitOptions,
): EvenSplits<N>;
export function evenSplits(
  split: SplitSpec,
  parts: number,
  { dropRemainder = false }: EvenSplitOptions = {},
): EvenSplit[] {
  if (!Number.isSafeInteger(parts) || parts < 1)
    throw new DatasetError('SPLIT_INVALID', 'a split cannot be cut into so many parts', {
      expected: 'a whole number, 1 at least',
      found: String(parts),
    });
  return Array.from({ length: parts }, (_, part) => ({ of: split, part, parts, dropRemainder }));
}

/** Several splits, one after the other: what `+` is in an expression. */
export function addSplits(...splits: readonly SplitSpec[]): SplitSum {
  return { sum: splits };
}
