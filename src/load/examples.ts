import type { Table } from '#apache-arrow';
import { DatasetError } from '../errors.js';
import type { FormatName } from '../formats/formats.js';
import { OpenBatch, PLACE } from './batch.js';
import { type CellReader, cellOf, cellReader } from './cells.js';
import type { DatasetInfo } from './info.js';
import type { BatchOf, BatchValue, ExampleOf, FeatureValue, Kinds } from './kinds.js';
import type { BatchOptions } from './options.js';
import { Pairs, supervisedKeys } from './pairs.js';
import type { ShardSlice } from './resolve-split.js';
import { inFile, type PlacedRow, type RowSource, readRows } from './rows.js';

/**
 * Examples of a data set, to be gone through as often as one likes; the files are read each time. `K` are the features
 * that are read.
 */
export class Examples<K extends Kinds> implements AsyncIterable<ExampleOf<K>> {
  readonly info: DatasetInfo;
  /** How many there are. */
  readonly count: number;
  /** The format that they are read from. */
  readonly format: FormatName;
  readonly kinds: K;
  readonly #source: RowSource;

  /** @param kinds are features of the data set, of their kinds */
  constructor(source: RowSource, kinds: K) {
    this.info = source.info;
    this.format = source.format;
    this.kinds = kinds;
    this.count = source.slices.reduce((sum, { start, end }) => sum + end - start, 0);
    this.#source = source;
  }

  /** @throws {DatasetError} what is wrong with a file, a record or an image, naming it */
  async *[Symbol.asyncIterator](): AsyncGenerator<ExampleOf<K>, void, undefined> {
    const readers = this.#readers();
    const hasPlace = this.#hasPlace();
    for await (const rows of readRows(this.#source))
      for (const placed of rows) {
        const example = exampleOf(placed, readers, hasPlace);
        if (!isExample(example, this.kinds)) throw new Error('an example lacks a feature');
        yield example;
      }
  }

  /** The first so many of them, or all. */
  take(count: number): Examples<K> {
    expectCount(count, 0);
    const slices: ShardSlice[] = [];
    let left = count;
    for (const slice of this.#source.slices) {
      if (left === 0) break;
      const end = Math.min(slice.end, slice.start + left);
      left -= end - slice.start;
      slices.push({ ...slice, end });
    }
    return new Examples({ ...this.#source, slices }, this.kinds);
  }

  /**
   * So many examples at a time, each feature as one array: see `BatchValueOf`.
   *
   * @throws {DatasetError} as the iteration does, and `USAGE`
   */
  batch(size: number, { dropRemainder = false }: BatchOptions = {}): AsyncIterable<BatchOf<K>> {
    expectCount(size, 1);
    return { [Symbol.asyncIterator]: () => this.#batches(size, dropRemainder) };
  }

  async *#batches(size: number, dropRemainder: boolean): AsyncGenerator<BatchOf<K>, void, undefined> {
    const readers = this.#readers();
    let left = dropRemainder ? this.count - (this.count % size) : this.count;
    let open = left > 0 ? new OpenBatch(readers, Math.min(size, left)) : undefined;
    for await (const rows of readRows(this.#source))
      for (const placed of rows) {
        if (open === undefined) return;
        if (!open.push(placed)) continue;
        const batch = open.values(this.#hasPlace());
        if (!isBatch(batch, this.kinds)) throw new Error('a batch lacks a feature');
        yield batch;
        left -= open.rows;
        open = left > 0 ? new OpenBatch(readers, Math.min(size, left)) : undefined;
      }
  }

  /**
   * Pairs of what a model is given and what it is to find, by the manifest's `supervisedKeys`.
   *
   * @throws {DatasetError} `FEATURES` where the data set names no such pair, or its features are not read
   */
  asSupervised(): Pairs<K> {
    return new Pairs(this, supervisedKeys(this.info, this.kinds));
  }

  /**
   * All of them as a table of the package `apache-arrow`, which must be installed: `place`, and a column for each feature.
   * Numbers with a shape are fixed-size lists, labels int32, encoded images and texts binary.
   *
   * @throws {DatasetError} as the iteration does, and `USAGE` where the package is missing
   */
  async toArrowTable(): Promise<Table> {
    const { arrowTable } = await import('./arrow-table.js');
    const readers = this.#readers();
    const whole = new OpenBatch(readers, this.count);
    for await (const rows of readRows(this.#source)) for (const placed of rows) whole.push(placed);
    return arrowTable(whole.values(this.#hasPlace()), readers, this.count);
  }

  #hasPlace(): boolean {
    return !Object.hasOwn(this.kinds, PLACE);
  }

  #readers(): CellReader[] {
    return this.info.features.flatMap((feature) => {
      const kind = this.kinds[feature.name];
      return kind === undefined ? [] : [cellReader(feature, kind)];
    });
  }
}

function exampleOf(
  placed: PlacedRow,
  readers: readonly CellReader[],
  hasPlace: boolean,
): Record<string, FeatureValue> {
  const example: Record<string, FeatureValue> = {};
  if (hasPlace) example[PLACE] = placed.place;
  try {
    for (const reader of readers) example[reader.name] = reader.value(cellOf(placed.row, reader.name));
  } catch (error) {
    throw inFile(error, placed.file, placed.record);
  }
  return example;
}

/** The kinds of features are checked before there is an example: what is left is that each has a value. */
function isExample<K extends Kinds>(
  example: Readonly<Record<string, FeatureValue>>,
  kinds: K,
): example is ExampleOf<K> {
  for (const name in kinds) if (example[name] === undefined) return false;
  return true;
}

/** The same of a batch. */
function isBatch<K extends Kinds>(
  batch: Readonly<Record<string, BatchValue>>,
  kinds: K,
): batch is BatchOf<K> {
  for (const name in kinds) if (batch[name] === undefined) return false;
  return true;
}

function expectCount(count: number, least: number): void {
  if (Number.isSafeInteger(count) && count >= least) return;
  throw new DatasetError('USAGE', 'this is no number of examples', {
    expected: `a whole number, ${least} at least`,
    found: String(count),
  });
}
