/** Two rows, the smaller number first, and the squared distance of their pictures. */
export interface ClosePair {
  first: number;
  second: number;
  squared: number;
}

/** The closest pairs of one kind, at most so many. */
export class ClosestPairs {
  readonly pairs: ClosePair[] = [];
  /** A pair that is to get in must be closer than this. */
  limit = Number.POSITIVE_INFINITY;
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** Takes a pair where it is close enough and not there yet. */
  offer(one: number, other: number, squared: number): void {
    if (squared >= this.limit) return;
    const [first, second] = one < other ? [one, other] : [other, one];
    if (this.pairs.some((pair) => pair.first === first && pair.second === second)) return;
    this.pairs.push({ first, second, squared });
    this.pairs.sort(byDistance);
    if (this.pairs.length > this.#most) this.pairs.pop();
    if (this.pairs.length === this.#most) this.limit = this.pairs.at(-1)?.squared ?? this.limit;
  }
}

/** The closest first, and of equals the one with the smaller rows. */
export function byDistance(a: ClosePair, b: ClosePair): number {
  return a.squared - b.squared || a.first - b.first || a.second - b.second;
}
