import { evenSplits, type ReadInstruction, type SplitSpec } from '../../src/load/split-spec.js';
import { Random } from '../../src/plan/random.js';
import { shardRanges } from '../../src/plan/shards.js';

/** A data set as far as splits go: the lengths of its shards by the names of its splits. */
export interface SplitQuestions {
  splits: Readonly<Record<string, readonly number[]>>;
  specs: readonly SplitSpec[];
}

/** Rows and shards of the splits of each data set. */
const DATASETS: Readonly<Record<string, readonly [rows: number, shards: number]>>[] = [
  { train: [60_000, 1], test: [10_000, 1] },
  { train: [60_000, 8], test: [10_000, 3] },
  { train: [7, 3], test: [1, 1] },
  { train: [99, 1], validation: [100, 7], test: [101, 4] },
  { train: [697_932, 16], test: [116_323, 2] },
  { 'my-split_2': [1250, 5], test: [333, 333] },
  { train: [3, 1] },
];

const EXPRESSIONS = 560;
const INSTRUCTIONS = 80;
const CUTS = 60;

/** Questions over several data sets: the same ones each time. Most make sense; the others show where TFDS refuses. */
export function splitQuestions(): SplitQuestions[] {
  return DATASETS.map((dataset, number) => {
    const splits = Object.fromEntries(
      Object.entries(dataset).map(([name, [rows, shards]]) => [
        name,
        shardRanges(name, rows, shards).map(({ start, end }) => end - start),
      ]),
    );
    const maker = new SpecMaker(splits, Random.ofStream(8, number));
    const specs = [
      ...Array.from({ length: EXPRESSIONS }, () => maker.expression()),
      ...Array.from({ length: INSTRUCTIONS }, () => maker.instruction()),
      ...Array.from({ length: CUTS }, () => maker.cut(2)),
    ];
    return { splits, specs };
  });
}

/** Makes specs over some splits out of random numbers. */
class SpecMaker {
  readonly #splits: readonly (readonly [name: string, lengths: readonly number[]])[];
  readonly #random: Random;

  constructor(splits: Readonly<Record<string, readonly number[]>>, random: Random) {
    this.#splits = Object.entries(splits);
    this.#random = random;
  }

  /** One to three terms; one in eight is damaged by a character. */
  expression(): string {
    const terms = Array.from({ length: this.#one([1, 1, 1, 2, 2, 3]) }, () => this.#term());
    const text = terms.reduce((sum, term) => `${sum}${this.#one(['+', '+', ' + ', '+ ', ' +\t'])}${term}`);
    return this.#random.below(8) === 0 ? this.#damaged(text) : text;
  }

  instruction(): ReadInstruction {
    const [split, lengths] = this.#one(this.#splits);
    const unit = this.#one(['%', '%', 'abs', 'shard'] as const);
    const boundary = (): number | undefined =>
      this.#random.below(4) === 0 ? undefined : Number(this.#number(unit, lengths).replaceAll('_', ''));
    const [from, to] = [boundary(), boundary()];
    const isWhole = [from, to].every((one) => one === undefined || Number.isInteger(one));
    const roundings = ['closest', 'pct1_dropremainder', 'pct1_dropremainder'] as const;
    return { split, from, to, unit, rounding: isWhole ? this.#one(roundings) : 'closest' };
  }

  /** A part of an even cut: of an expression, of another part, or of a sum. */
  cut(depth: number): SplitSpec {
    const parts = 1 + this.#random.below(this.#one([3, 10, 200]));
    const inner = depth > 0 ? this.#one(['expression', 'expression', 'cut', 'sum']) : 'expression';
    const of =
      inner === 'cut'
        ? this.cut(depth - 1)
        : inner === 'sum'
          ? { sum: [this.expression(), this.instruction(), this.cut(0)] }
          : this.expression();
    return this.#one(evenSplits(of, parts, { dropRemainder: this.#random.below(2) === 0 }));
  }

  #term(): string {
    const [name, lengths] = this.#one(this.#splits);
    if (this.#random.below(30) === 0)
      return this.#one(['all', 'all', 'trian', 'Train', 'all[:5%]', '', 'train[]', 'train[:]', '[:5]']);
    if (this.#random.below(6) === 0) return name;
    const unit = this.#one(['%', '%', 'abs', 'abs', 'shard'] as const);
    if (unit === 'shard' && this.#random.below(4) === 0)
      return `${name}[${this.#number(unit, lengths)}shard]`;
    const boundary = (): string => {
      if (this.#random.below(4) === 0) return '';
      const own = unit === 'abs' ? '' : unit;
      return (
        this.#number(unit, lengths) + (this.#random.below(12) === 0 ? this.#one(['', '%', 'shard']) : own)
      );
    };
    return `${name}[${boundary()}:${boundary()}]`;
  }

  /** Mostly within the split. */
  #number(unit: '%' | 'abs' | 'shard', lengths: readonly number[]): string {
    const rows = lengths.reduce((sum, length) => sum + length, 0);
    const sign = this.#one(['', '', '-']);
    const beyond = this.#random.below(12) === 0 ? 2 : 0;
    if (unit === 'shard') return sign + this.#random.below(lengths.length + 2 + beyond);
    if (unit === 'abs') return sign + this.#underscored(this.#random.below(rows + 1 + beyond * 10));
    const whole = String(this.#random.below(101 + beyond));
    return sign + whole + this.#one(['', '', '', '.5', '.25', '.', '.123', '.0_5']);
  }

  #underscored(value: number): string {
    const digits = String(value);
    const at = digits.length - 3;
    return at > 0 && this.#random.below(4) === 0 ? `${digits.slice(0, at)}_${digits.slice(at)}` : digits;
  }

  /** A character more, less, or another. */
  #damaged(text: string): string {
    const at = this.#random.below(text.length + 1);
    const character = this.#one([...'[]:+%-_. 0 9shardtrain\n\t,é*']);
    const rest = text.slice(at + this.#random.below(2));
    return text.slice(0, at) + (this.#random.below(3) === 0 ? '' : character) + rest;
  }

  #one<T>(choices: readonly T[]): T {
    return choices[this.#random.below(choices.length)]!;
  }
}
