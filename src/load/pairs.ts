import { fault } from '../errors.js';
import type { DatasetInfo } from './info.js';
import type { BatchOf, BatchPairOf, ExampleOf, Kinds, PairOf } from './kinds.js';
import type { BatchOptions } from './options.js';

/** The names of the two features that make a pair. */
export interface SupervisedKeys {
  input: string;
  label: string;
}

/** Examples to make pairs of. */
export interface ExampleSource<K extends Kinds> extends AsyncIterable<ExampleOf<K>> {
  readonly count: number;
  take(count: number): ExampleSource<K>;
  batch(size: number, options?: BatchOptions): AsyncIterable<BatchOf<K>>;
}

/** Examples as pairs of what a model is given and what it is to find: TFDS's `as_supervised`. */
export class Pairs<K extends Kinds> implements AsyncIterable<PairOf<K>> {
  /** How many there are. */
  readonly count: number;
  readonly #examples: ExampleSource<K>;
  readonly #keys: SupervisedKeys;

  /** @param keys are among the features of the examples */
  constructor(examples: ExampleSource<K>, keys: SupervisedKeys) {
    this.count = examples.count;
    this.#examples = examples;
    this.#keys = keys;
  }

  /** As the examples are gone through. */
  async *[Symbol.asyncIterator](): AsyncGenerator<PairOf<K>, void, undefined> {
    const { input, label } = this.#keys;
    for await (const example of this.#examples) {
      const values: Readonly<Record<string, unknown>> = example;
      const pair = [values[input], values[label]] as const;
      if (!isPair<K>(pair)) throw new Error('an example lacks a feature');
      yield pair;
    }
  }

  /** The first so many of them, or all. */
  take(count: number): Pairs<K> {
    return new Pairs(this.#examples.take(count), this.#keys);
  }

  /** So many pairs at a time: two arrays. */
  batch(size: number, options?: BatchOptions): AsyncIterable<BatchPairOf<K>> {
    const batches = this.#examples.batch(size, options);
    return { [Symbol.asyncIterator]: () => pairBatches<K>(batches, this.#keys) };
  }
}

async function* pairBatches<K extends Kinds>(
  batches: AsyncIterable<Readonly<Record<string, unknown>>>,
  { input, label }: SupervisedKeys,
): AsyncGenerator<BatchPairOf<K>, void, undefined> {
  for await (const batch of batches) {
    const pair = [batch[input], batch[label]] as const;
    if (!isBatchPair<K>(pair)) throw new Error('a batch lacks a feature');
    yield pair;
  }
}

/** {@link supervisedKeys} has looked at the kinds. */
function isPair<K extends Kinds>(pair: readonly [unknown, unknown]): pair is PairOf<K> {
  return pair[0] !== undefined && typeof pair[1] === 'number';
}

function isBatchPair<K extends Kinds>(pair: readonly [unknown, unknown]): pair is BatchPairOf<K> {
  return pair[0] !== undefined && pair[1] instanceof Int32Array;
}

/**
 * The features that make a pair, by the manifest.
 *
 * @throws {DatasetError} `FEATURES` where it names none, or they are not read, or the second one is no label
 */
export function supervisedKeys({ supervisedKeys: keys }: DatasetInfo, kinds: Kinds): SupervisedKeys {
  const [input, label, ...more] = keys;
  const isReadAs = (name: (typeof keys)[number] | undefined, asLabel: boolean): name is string =>
    typeof name === 'string' && kinds[name] !== undefined && (kinds[name] === 'label') === asLabel;
  if (isReadAs(input, false) && isReadAs(label, true) && more.length === 0) return { input, label };
  throw fault('FEATURES', 'the data set has no pair of an input and a label that is read', {
    expected: 'two supervisedKeys, an input and a label, both among the features that are read',
    found: `supervisedKeys: ${keysText(keys) || 'none'}; read: ${Object.keys(kinds).join(', ')}`,
    next: 'Go through the examples without asSupervised.',
  });
}

/** The keys with commas between them; those that stand for several features in brackets. */
function keysText(keys: DatasetInfo['supervisedKeys']): string {
  return keys.map((key) => (typeof key === 'string' ? key : `(${key.join(', ')})`)).join(', ');
}
