import type { ExplorerClass, ExplorerData } from '../data.js';

/** Names of rows: a row's number counts on from split to split, and people say `train 12`. */
export class Rows {
  readonly data: ExplorerData;
  readonly count: number;
  /** Of all rows, once they are read; empty where there are none. */
  labels: Int32Array = new Int32Array(0);
  readonly #byLabel: ReadonlyMap<number | null, ExplorerClass>;

  constructor(data: ExplorerData) {
    this.data = data;
    this.count = data.splits.reduce((sum, { rows }) => sum + rows, 0);
    this.#byLabel = new Map(data.classes.map((one) => [one.label, one]));
  }

  /** The split of a row, and its place there. */
  place(row: number): { split: string; index: number } {
    let start = 0;
    for (const { name, rows } of this.data.splits) {
      if (row < start + rows) return { split: name, index: row - start };
      start += rows;
    }
    throw new Error(`there is no row ${row}`);
  }

  /** The rows of a split, from the first to before the last; of all splits where it is not named. */
  range(split: string | undefined): readonly [start: number, end: number] {
    let start = 0;
    for (const { name, rows } of this.data.splits) {
      if (name === split) return [start, start + rows];
      start += rows;
    }
    return [0, start];
  }

  /** The rows of a split that have a label, or all of them. */
  select(split: string | undefined, label: number | undefined): Uint32Array {
    const [start, end] = this.range(split);
    const all = Uint32Array.from({ length: end - start }, (_, at) => start + at);
    return label === undefined ? all : all.filter((row) => this.labels[row] === label);
  }

  /** The name of a row's class, where there are classes and labels are read. */
  className(row: number): string | undefined {
    const label = this.labels[row];
    if (this.data.label === null || label === undefined) return undefined;
    return this.#byLabel.get(label)?.name ?? String(label);
  }

  /** A row in words: `train 12, label 7`. */
  say(row: number): string {
    const { split, index } = this.place(row);
    const name = this.className(row);
    const place = `${split} ${index.toLocaleString('en-US')}`;
    return name === undefined ? place : `${place}, ${this.data.label} ${name}`;
  }
}
