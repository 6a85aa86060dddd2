import type { PublishedFeature } from '../directory/features.js';
import type { ShardRow } from '../directory/shard-rows.js';
import { decodeFault, fault } from '../errors.js';
import { floatsOfHalves } from '../formats/float16.js';
import { createPngDecoder, type PngDecoder } from '../formats/png/decode.js';
import type { Cell, Numbers } from '../rows/cell.js';
import type { Findings } from './findings.js';

/** A row that is what the features say. */
export interface CheckedRow {
  /** Tensors are numbers, however they were encoded. */
  cells: ReadonlyMap<string, Cell>;
  /** The same as they stand there. */
  stored: ReadonlyMap<string, Cell>;
  /** The samples of each image. */
  samples: ReadonlyMap<string, Uint8Array>;
}

type FeatureOf<K extends PublishedFeature['kind']> = Extract<PublishedFeature, { kind: K }>;

/** Checks rows against the features; it has a decoder for the images of each. */
export class RowChecker {
  readonly #features: readonly PublishedFeature[];
  readonly #findings: Findings;
  readonly #decoders = new Map<string, PngDecoder>();

  /** `findings` is told of features that are not looked into. */
  constructor(features: readonly PublishedFeature[], findings: Findings) {
    this.#features = features;
    this.#findings = findings;
  }

  /**
   * Checks that a row has each of the features and no other, of the right kind and size, every image decoded and every label
   * a class.
   *
   * @throws {DatasetError} `EXAMPLE_INVALID`, `IMAGE_INVALID`, `LABEL_RANGE`
   */
  check(row: ShardRow): CheckedRow {
    const features = this.#features;
    const samples = new Map<string, Uint8Array>();
    const cells = new Map(row.cells);
    for (const feature of features) {
      if (feature.kind === 'other') {
        this.#findings.skip(`the feature ${feature.name}`, `${feature.className} is not looked into`);
        continue;
      }
      const cell = row.cells.get(feature.name);
      if (cell === undefined)
        throw fault('EXAMPLE_INVALID', `the feature ${feature.name} is missing`, {
          expected: features.map(({ name }) => name).join(', '),
          found: [...row.cells.keys()].join(', '),
        });
      if (feature.kind === 'image') {
        const image = this.#samplesOf(feature, cell);
        if (image !== undefined) samples.set(feature.name, image);
      } else if (feature.kind === 'label') checkLabel(feature, cell);
      else cells.set(feature.name, checkTensor(feature, cell));
    }
    // One of another class may stand as several, or as none.
    const isAll = features.every(({ kind }) => kind !== 'other');
    if (isAll && row.cells.size !== features.length)
      throw fault('EXAMPLE_INVALID', 'it has features that features.json does not know', {
        expected: features.map(({ name }) => name).join(', '),
        found: [...row.cells.keys()].join(', '),
      });
    return { cells, stored: row.cells, samples };
  }

  #samplesOf({ name, dtype, shape }: FeatureOf<'image'>, cell: Cell): Uint8Array | undefined {
    const [height = 0, width = 0, channels = 0] = shape;
    const size = height * width * channels;
    if (dtype !== 'uint8' || shape.length !== 3 || size === 0) {
      this.#findings.skip(
        `the images of ${name}`,
        `images of ${dtype} in the shape ${shape.join('x')} are not decoded`,
      );
      return undefined;
    }
    if ('numbers' in cell) {
      if (cell.numbers.length === size) return Uint8Array.from(cell.numbers, Number);
      throw fault('EXAMPLE_INVALID', `${name} has another size than features.json says`, {
        expected: `${size} samples`,
        found: String(cell.numbers.length),
      });
    }
    try {
      const decoder = this.#decoders.get(name) ?? createPngDecoder({ height, width, channels, depth: 8 });
      this.#decoders.set(name, decoder);
      const samples = new Uint8Array(size);
      decoder.decode(cell.bytes, samples, 0);
      return samples;
    } catch (error) {
      throw decodeFault(error, 'IMAGE_INVALID', `the PNG of ${name}`);
    }
  }
}

function checkLabel({ name, classes }: FeatureOf<'label'>, cell: Cell): void {
  const label = 'numbers' in cell && cell.numbers.length === 1 ? cell.numbers[0] : undefined;
  if (label === undefined) throw fault('EXAMPLE_INVALID', `${name} is not one number`);
  if (label >= 0 && label < classes) return;
  throw fault('LABEL_RANGE', `${name} is outside the classes`, {
    expected: `0 to ${classes - 1}`,
    found: String(label),
  });
}

/** Gives a tensor's elements as numbers. */
function checkTensor({ name, dtype, shape, encoding }: FeatureOf<'tensor'>, cell: Cell): Cell {
  const size = shape.reduce((product, length) => product * length, 1);
  const isText = dtype === 'string' || dtype === 'object';
  const numbers =
    encoding === 'bytes' && 'bytes' in cell ? elementsOf(cell.bytes, dtype) : valuesIn(cell, dtype);
  const found = 'numbers' in numbers ? `${numbers.numbers.length} numbers` : 'a binary value';
  if (isText ? 'bytes' in cell : 'numbers' in numbers && numbers.numbers.length === size)
    return isText ? cell : numbers;
  throw fault('EXAMPLE_INVALID', `${name} is not what features.json says`, {
    expected: isText ? 'a binary value' : `${size} numbers of ${dtype}`,
    found,
  });
}

/** An Example has uint64 as the int64 of the same bits. */
function valuesIn(cell: Cell, dtype: string): Cell {
  if (dtype !== 'uint64' || !('numbers' in cell) || cell.numbers instanceof BigUint64Array) return cell;
  return { numbers: BigUint64Array.from(cell.numbers, BigInt) };
}

/** What reads elements of a type, each of so many bytes, that an Example has as bytes. */
const ELEMENTS: Readonly<Record<string, [bytes: number, read: (bytes: Uint8Array) => Numbers] | undefined>> =
  {
    bool: [1, (bytes) => bytes],
    uint8: [1, (bytes) => bytes],
    int8: [1, (bytes) => new Int8Array(Uint8Array.from(bytes).buffer)],
    uint16: [2, (bytes) => new Uint16Array(Uint8Array.from(bytes).buffer)],
    int16: [2, (bytes) => new Int16Array(Uint8Array.from(bytes).buffer)],
    uint32: [4, (bytes) => new Uint32Array(Uint8Array.from(bytes).buffer)],
    int32: [4, (bytes) => new Int32Array(Uint8Array.from(bytes).buffer)],
    uint64: [8, (bytes) => new BigUint64Array(Uint8Array.from(bytes).buffer)],
    int64: [8, (bytes) => new BigInt64Array(Uint8Array.from(bytes).buffer)],
    float16: [2, floatsOfHalves],
    float32: [4, (bytes) => new Float32Array(Uint8Array.from(bytes).buffer)],
    float64: [8, (bytes) => new Float64Array(Uint8Array.from(bytes).buffer)],
  };

/** The elements of a tensor that an Example has as bytes, TFDS's `Encoding.BYTES`; of other types they are left as they are. */
function elementsOf(bytes: Uint8Array, dtype: string): Cell {
  const [size, read] = ELEMENTS[dtype] ?? [];
  return size === undefined || read === undefined || bytes.length % size !== 0
    ? { bytes }
    : { numbers: read(bytes) };
}

/**
 * Whether two formats hold the same of a feature. An image may stand as PNG in one and as samples in the other.
 *
 * @param samples those of the first, where the feature is an image
 */
export function isSame(first: Cell, second: Cell | undefined, samples: Uint8Array | undefined): boolean {
  if (second === undefined) return false;
  if ('bytes' in first && 'bytes' in second) return Buffer.compare(first.bytes, second.bytes) === 0;
  if ('numbers' in first && 'numbers' in second) return sameNumbers(first.numbers, second.numbers);
  return samples !== undefined && 'numbers' in second && sameNumbers(samples, second.numbers);
}

function sameNumbers(first: Numbers, second: Numbers): boolean {
  if (first.length !== second.length) return false;
  if (first instanceof Uint8Array && second instanceof Uint8Array) return Buffer.compare(first, second) === 0;
  for (let at = 0; at < first.length; at++) if (!sameNumber(first[at], second[at])) return false;
  return true;
}

/** An Example has integers of 64 bits alone, and columns those of the tensor's type. */
function sameNumber(first: number | bigint | undefined, second: number | bigint | undefined): boolean {
  if (first === undefined || second === undefined) return false;
  if (typeof first === typeof second) {
    return Object.is(first, second);
  }
  return (
    (typeof first === 'bigint' || Number.isInteger(first)) &&
    (typeof second === 'bigint' || Number.isInteger(second)) &&
    BigInt(first) === BigInt(second)
  );
}
