import { copyLittleEndian, type IntegerDType, integerReader } from '../../arrays/elements.js';
import { DTYPES, type DType, valuesOf } from '../../dataset/feature.js';
import { DatasetError } from '../../errors.js';
import type { ValueEncoder } from './write.js';
import { FeatureList } from './write.js';

/**
 * Values of a row at most. Each may take ten bytes in an Example, which, as all messages of Protocol Buffers, must stay below
 * 2^31; and a reader needs several times as much.
 */
export const MAX_TENSOR_VALUES = 2 ** 26;

/**
 * Encodes tensors as TFDS does (`tensorflow_datasets/core/example_serializer.py`): integers as an `Int64List`, float32 as a
 * `FloatList`. There is no list of doubles: TFDS would cut them to float32 without a word, so that they are kept as its
 * `Encoding.BYTES` has them, the bytes of numpy's little-endian array.
 *
 * @throws {DatasetError} `IDX_DIMENSIONS` where a row has more than {@link MAX_TENSOR_VALUES} values
 */
export function tensorEncoder({ dtype, shape }: { dtype: DType; shape: readonly number[] }): ValueEncoder {
  const count = valuesOf(shape);
  if (!Number.isInteger(count) || count < 1 || count > MAX_TENSOR_VALUES) {
    throw new DatasetError('IDX_DIMENSIONS', 'rows of this shape cannot be prepared', {
      expected: `1 to ${MAX_TENSOR_VALUES} values a row`,
      found: shape.join(' x '),
      next: 'Cut the data into smaller rows.',
    });
  }
  if (dtype === 'float32') return new FixedEncoder(FeatureList.FLOAT, count * 4, writeFloats);
  if (dtype === 'float64') return new FixedEncoder(FeatureList.BYTES, count * 8, writeDoubles);
  return new IntegerEncoder(dtype, count);
}

/** Writes all elements, as an IDX file has them, at `out[at]`. */
type WriteElements = (elements: Uint8Array, out: Uint8Array, at: number) => void;

/** Values that take as many bytes as their elements. */
class FixedEncoder implements ValueEncoder {
  readonly list: ValueEncoder['list'];
  readonly length: number;
  readonly maxLength: number;
  readonly #writeElements: WriteElements;
  #elements: Uint8Array = new Uint8Array(0);

  constructor(list: ValueEncoder['list'], length: number, writeElements: WriteElements) {
    this.list = list;
    this.length = length;
    this.maxLength = length;
    this.#writeElements = writeElements;
  }

  measure(elements: Uint8Array, start: number): void {
    this.#elements = elements.subarray(start, start + this.length);
  }

  write(out: Uint8Array, at: number): void {
    this.#writeElements(this.#elements, out, at);
  }
}

/**
 * float32 from big-endian to little-endian. Python hands a `FloatList` its values as doubles, and going there and back makes
 * a signaling NaN a quiet one (IEEE 754, 6.2): so does this, by its bit. All other bits stay.
 */
function writeFloats(elements: Uint8Array, out: Uint8Array, at: number): void {
  for (let byte = 0; byte < elements.length; byte += 4) {
    const [first, second] = [elements[byte]!, elements[byte + 1]!];
    const [third, last] = [elements[byte + 2]!, elements[byte + 3]!];
    const nan = (first & 0x7f) === 0x7f && second >= 0x80 && ((second & 0x7f) | third | last) !== 0;
    out[at + byte] = last;
    out[at + byte + 1] = third;
    out[at + byte + 2] = nan ? second | 0x40 : second;
    out[at + byte + 3] = first;
  }
}

function writeDoubles(elements: Uint8Array, out: Uint8Array, at: number): void {
  copyLittleEndian(elements, out, at, 8);
}

/** Bytes of the varint of a negative number: it is one of 64 bits in two's complement. */
const NEGATIVE_BYTES = 10;

/** Integers as packed varints of 64 bits. */
class IntegerEncoder implements ValueEncoder {
  readonly list = FeatureList.INT64;
  readonly maxLength: number;
  length = 0;
  readonly #read: ReturnType<typeof integerReader>;
  readonly #size: number;
  readonly #rowBytes: number;
  #elements: Uint8Array = new Uint8Array(0);
  #start = 0;

  constructor(dtype: IntegerDType, count: number) {
    const { bytes, kind } = DTYPES[dtype];
    this.maxLength = count * (kind === 'unsigned' ? 2 : NEGATIVE_BYTES);
    this.#read = integerReader(dtype);
    this.#size = bytes;
    this.#rowBytes = count * bytes;
  }

  measure(elements: Uint8Array, start: number): void {
    this.#elements = elements;
    this.#start = start;
    this.length = 0;
    for (let at = start; at < start + this.#rowBytes; at += this.#size)
      this.length += varintBytes(this.#read(elements, at));
  }

  write(out: Uint8Array, at: number): void {
    const end = this.#start + this.#rowBytes;
    let to = at;
    for (let from = this.#start; from < end; from += this.#size)
      to = writeInt32(this.#read(this.#elements, from), out, to);
  }
}

function varintBytes(value: number): number {
  if (value < 0) return NEGATIVE_BYTES;
  if (value < 2 ** 7) return 1;
  if (value < 2 ** 14) return 2;
  if (value < 2 ** 21) return 3;
  return value < 2 ** 28 ? 4 : 5;
}

/** Writes a number of 32 bits as a varint of 64, and returns the offset behind it. */
function writeInt32(value: number, out: Uint8Array, offset: number): number {
  let at = offset;
  if (value >= 0) {
    let rest = value;
    for (; rest >= 0x80; rest >>>= 7) out[at++] = (rest & 0x7f) | 0x80;
    out[at++] = rest;
    return at;
  }
  for (let shift = 0; shift < 28; shift += 7) out[at++] = ((value >>> shift) & 0x7f) | 0x80;
  out[at++] = (value >>> 28) | 0xf0;
  for (let byte = 0; byte < 4; byte++) out[at++] = 0xff;
  out[at++] = 0x01;
  return at;
}
