import { type Blocks, blocksByVariance, blocksOf } from './blocks.js';
import { byDistance, type ClosePair, ClosestPairs } from './closest.js';
import type { GatheredExamples } from './gather.js';

/** The closest pairs of pictures that are not identical. */
export interface NearestPairs {
  /** Whether every pair was looked at; otherwise some may be missing. */
  exhaustive: boolean;
  /** Of the same class, in different splits and in the same, the closest of each class. */
  acrossSplits: ClosePair[];
  withinSplit: ClosePair[];
  differentLabels: ClosePair[];
}

/** Up to this many rows, all pairs are compared. */
const ALL_PAIRS = 8_000;
/** Beyond that, those in the same leaf of one of these trees. */
const TREES = 4;
const LEAF = 256;
/** How many blocks are compared before the others. */
const FIRST_BLOCKS = 16;
/** Blocks are rounded to 24 bits: a bound counts only where it is beyond that. */
const ROUNDING = 1 + 1e-4;
/** How many pairs are kept of a class where there are few classes, where there are many, and of all where there are no labels. */
const KEPT = { few: 3, many: 1, different: 24, unlabelled: 24 } as const;
const MANY_CLASSES = 20;

/**
 * Searches for the closest pairs. Distances are exact. Which pairs are compared is not all of them where there are many rows: in each of
 * four k-d trees of the blocks, the rows are halved at the median of the block that varies most (in the second tree, second
 * most, and so on) until 256 or fewer are left, and these are compared with each other.
 */
export function nearestPairs(gathered: GatheredExamples, hasLabels: boolean): NearestPairs {
  const search = new Search(gathered, hasLabels);
  const { rows } = gathered;
  const exhaustive = rows <= ALL_PAIRS;
  for (let tree = 0; tree < (exhaustive ? 1 : TREES); tree++) {
    const all = Uint32Array.from({ length: rows }, (_, row) => row);
    for (const leaf of leaves(all, search.blocks, tree, exhaustive ? rows : LEAF)) search.compare(leaf);
  }
  return { exhaustive, ...search.result() };
}

/** Cuts rows in halves until no more than `most` are left, and gives these. The order within `rows` changes. */
function* leaves(rows: Uint32Array, blocks: Blocks, rank: number, most: number): Generator<Uint32Array> {
  if (rows.length <= most) {
    yield rows;
    return;
  }
  const order = blocksByVariance(blocks, rows, Math.max(1, rows.length >> 8));
  const block = order[Math.min(rank, blocks.count - 1)] ?? 0;
  const middle = rows.length >> 1;
  const keys = Float32Array.from(rows, (row) => blocks.values[row * blocks.count + block] ?? 0);
  partition(rows, keys, keys.toSorted()[middle] ?? 0, middle);
  yield* leaves(rows.subarray(0, middle), blocks, rank, most);
  yield* leaves(rows.subarray(middle), blocks, rank, most);
}

/** Puts the `left` rows with the smallest keys before the others; both keep their order. `median` is the key that parts them. */
function partition(rows: Uint32Array, keys: Float32Array, median: number, left: number): void {
  const old = rows.slice();
  let equal = left;
  for (const key of keys) if (key < median) equal--;
  let [low, high] = [0, left];
  for (const [at, row] of old.entries()) {
    const key = keys[at] ?? 0;
    const isLeft = key < median || (key === median && equal-- > 0);
    rows[isLeft ? low++ : high++] = row;
  }
}

class Search {
  readonly blocks: Blocks;
  readonly #gathered: GatheredExamples;
  readonly #size: number;
  /** For each class those within a split, those across; at last those of different labels. */
  readonly #kinds: ClosestPairs[];
  readonly #classOf: Uint32Array;
  /** Number of the group of identical images that a row is of, or -1. */
  readonly #groupOf: Int32Array;

  constructor(gathered: GatheredExamples, hasLabels: boolean) {
    this.#gathered = gathered;
    const { pictures, rows, labels, reduced, identical } = gathered;
    this.#size = pictures.length / rows;
    this.blocks = blocksOf(pictures, reduced);
    const classes = [...new Set(labels)].sort((a, b) => a - b);
    const numbers = new Map(classes.map((label, number) => [label, number]));
    this.#classOf = Uint32Array.from(labels, (label) => numbers.get(label) ?? 0);
    const most = !hasLabels ? KEPT.unlabelled : classes.length > MANY_CLASSES ? KEPT.many : KEPT.few;
    this.#kinds = classes.flatMap(() => [new ClosestPairs(most), new ClosestPairs(most)]);
    this.#kinds.push(new ClosestPairs(KEPT.different));
    this.#groupOf = new Int32Array(rows).fill(-1);
    for (const [number, group] of identical.entries()) for (const row of group) this.#groupOf[row] = number;
  }

  /** Compares each of these rows with each. */
  compare(rows: Uint32Array): void {
    const { count, values } = this.blocks;
    // Side by side in memory, which is what makes it fast.
    const own = { count, values: new Float32Array(rows.length * count) };
    for (const [at, row] of rows.entries())
      own.values.set(values.subarray(row * count, (row + 1) * count), at * count);
    for (let one = 0; one < rows.length; one++)
      for (let other = one + 1; other < rows.length; other++) {
        const [first, second] = [rows[one] ?? 0, rows[other] ?? 0];
        const kind = this.#kindOf(first, second);
        if (isBeyond(own, one, other, kind.limit * ROUNDING)) continue;
        const group = this.#groupOf[first] ?? -1;
        if (group >= 0 && group === this.#groupOf[second]) continue;
        kind.offer(first, second, this.#squared(first, second, kind.limit));
      }
  }

  #kindOf(first: number, second: number): ClosestPairs {
    const own = this.#classOf[first] ?? 0;
    const { splits } = this.#gathered;
    const across = splits[first] === splits[second] ? 0 : 1;
    const number = own === this.#classOf[second] ? own * 2 + across : this.#kinds.length - 1;
    const kind = this.#kinds[number];
    if (kind === undefined) throw new Error(`there is no kind ${number}`);
    return kind;
  }

  /** The squared distance of two pictures, or, where it is beyond the limit, as much of it as shows that. */
  #squared(first: number, second: number, limit: number): number {
    const { pictures } = this.#gathered;
    const [a, b] = [first * this.#size, second * this.#size];
    let sum = 0;
    for (let start = 0; start < this.#size && sum < limit; start += 56) {
      const end = Math.min(this.#size, start + 56);
      for (let at = start; at < end; at++) {
        const difference = (pictures[a + at] ?? 0) - (pictures[b + at] ?? 0);
        sum += difference * difference;
      }
    }
    return sum;
  }

  result(): Omit<NearestPairs, 'exhaustive'> {
    const ofClasses = this.#kinds.slice(0, -1);
    const pairs = (odd: number): ClosePair[] =>
      ofClasses
        .filter((_, number) => number % 2 === odd)
        .flatMap((kind) => kind.pairs)
        .sort(byDistance);
    return {
      withinSplit: pairs(0),
      acrossSplits: pairs(1),
      differentLabels: this.#kinds.at(-1)?.pairs ?? [],
    };
  }
}

/** Whether the squared distance of two rows' blocks is greater than a limit. */
function isBeyond({ count, values }: Blocks, one: number, other: number, limit: number): boolean {
  const [a, b] = [one * count, other * count];
  const first = Math.min(FIRST_BLOCKS, count);
  let sum = 0;
  for (let at = 0; at < first; at++) {
    const difference = (values[a + at] ?? 0) - (values[b + at] ?? 0);
    sum += difference * difference;
  }
  if (sum > limit) return true;
  for (let at = first; at < count; at++) {
    const difference = (values[a + at] ?? 0) - (values[b + at] ?? 0);
    sum += difference * difference;
  }
  return sum > limit;
}
