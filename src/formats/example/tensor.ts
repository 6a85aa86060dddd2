import {
  copyLittleEndian,
  type IntegerDType,
  integerReader,
  isInteger,
  type ReadInteger,
} from '../../arrays/elements.js';
import { DTYPES, type ElementLayout, valuesOf } from '../../dataset/feature.js';
import { DatasetError } from '../../errors.js';
import { floatBitsOf } from '../float16.js';
import type { ValueEncoder } from './write.js';
import { FeatureList } from './write.js';

/**
 * Values of a row at most. Each may take ten bytes in an Example, which, as all messages of Protocol Buffers, must stay below
 * 2^31; and a reader needs several times as much.
 */
export const MAX_TENSOR_VALUES = 2 ** 26;

/**
 * Encodes tensors as TFDS does (`tensorflow_datasets/core/example_serializer.py`, `_item_to_tf_feature`):
 *
 * - integers as an `Int64List`. A bool is 0 or 1 in it. A uint64 is the int64 of the same bits, and TFDS takes it back so
 *   (`features/tensor_feature.py`, `_get_value_and_shape`).
 * - float16 and float32 as a `FloatList`: a float holds every half.
 * - float64 as a `BytesList` of one value, TFDS's `Encoding.BYTES`, which has the bytes of numpy's little-endian array. There is
 *   no list of doubles, and without that encoding TFDS cuts them to float32 without a word.
 *
 * @throws {DatasetError} `IDX_DIMENSIONS` where a row has more than {@link MAX_TENSOR_VALUES} values
 */
export function tensorEncoder({
  shape,
  ...layout
}: ElementLayout & { shape: readonly number[] }): ValueEncoder {
  const count = valuesOf(shape);
  if (!Number.isInteger(count) || count < 1 || count > MAX_TENSOR_VALUES) {
    throw new DatasetError('IDX_DIMENSIONS', 'rows of this shape cannot be prepared', {
      expected: `1 to ${MAX_TENSOR_VALUES} values a row`,
      found: shape.join(' x '),
      next: 'Cut the data into smaller rows.',
    });
  }
  const { dtype, littleEndian = false } = layout;
  if (!isInteger(dtype)) return new FloatEncoder(count, layout);
  return DTYPES[dtype].bytes === 8
    ? new LongEncoder(count, littleEndian)
    : new IntegerEncoder(count, integerReader(dtype, littleEndian), dtype);
}

/** Writes all elements of a row at `out[at]`. */
type WriteElements = (elements: Uint8Array, out: Uint8Array, at: number) => void;

/** How floating-point numbers are written, and how many bytes each takes. */
function floatWriter(layout: ElementLayout): { bytes: number; write: WriteElements } {
  const { dtype, littleEndian = false } = layout;
  if (dtype === 'float16') return { bytes: 4, write: littleEndian ? writeLittleHalves : writeBigHalves };
  if (dtype === 'float32') return { bytes: 4, write: littleEndian ? writeLittleFloats : writeBigFloats };
  return { bytes: 8, write: (elements, out, at) => copyLittleEndian(elements, layout, out, at) };
}

/** Floating-point numbers, which all take as many bytes. */
class FloatEncoder implements ValueEncoder {
  readonly list: ValueEncoder['list'];
  readonly length: number;
  readonly maxLength: number;
  readonly #writeElements: WriteElements;
  readonly #rowBytes: number;
  #elements: Uint8Array = new Uint8Array(0);

  constructor(count: number, layout: ElementLayout) {
    const { bytes, write } = floatWriter(layout);
    this.list = layout.dtype === 'float64' ? FeatureList.BYTES : FeatureList.FLOAT;
    this.length = count * bytes;
    this.maxLength = this.length;
    this.#writeElements = write;
    this.#rowBytes = count * DTYPES[layout.dtype].bytes;
  }

  measure(elements: Uint8Array, start: number): void {
    this.#elements = elements.subarray(start, start + this.#rowBytes);
  }

  write(out: Uint8Array, at: number): void {
    this.#writeElements(this.#elements, out, at);
  }
}

/** The bit that makes a NaN a quiet one, in its byte and in its 32 bits. */
const QUIET_BYTE = 0x40;
const QUIET = 0x400000;

/**
 * float32 from big-endian to little-endian. Python hands a `FloatList` its values as doubles, and going there and back makes
 * a signaling NaN a quiet one (IEEE 754, 6.2): so does this, by its bit. All other bits stay.
 */
function writeBigFloats(elements: Uint8Array, out: Uint8Array, at: number): void {
  for (let byte = 0; byte < elements.length; byte += 4) {
    const [first, second] = [elements[byte]!, elements[byte + 1]!];
    const [third, last] = [elements[byte + 2]!, elements[byte + 3]!];
    const nan = (first & 0x7f) === 0x7f && second >= 0x80 && ((second & 0x7f) | third | last) !== 0;
    out[at + byte] = last;
    out[at + byte + 1] = third;
    out[at + byte + 2] = nan ? second | QUIET_BYTE : second;
    out[at + byte + 3] = first;
  }
}

/** The same of float32 that is little-endian: most of the time nothing is left to do but to look for NaNs. */
function writeLittleFloats(elements: Uint8Array, out: Uint8Array, at: number): void {
  out.set(elements, at);
  for (let byte = 0; byte < elements.length; byte += 4) {
    if ((elements[byte + 3]! & 0x7f) !== 0x7f) continue;
    const second = elements[byte + 2]!;
    if (second >= 0x80 && ((second & 0x7f) | elements[byte + 1]! | elements[byte]!) !== 0)
      out[at + byte + 2] = second | QUIET_BYTE;
  }
}

function writeBigHalves(elements: Uint8Array, out: Uint8Array, at: number): void {
  for (let byte = 0; byte < elements.length; byte += 2)
    writeHalf((elements[byte]! << 8) | elements[byte + 1]!, out, at + 2 * byte);
}

function writeLittleHalves(elements: Uint8Array, out: Uint8Array, at: number): void {
  for (let byte = 0; byte < elements.length; byte += 2)
    writeHalf(elements[byte]! | (elements[byte + 1]! << 8), out, at + 2 * byte);
}

/** A half as a float, of which a NaN is quiet, as above. */
function writeHalf(half: number, out: Uint8Array, at: number): void {
  const bits = floatBitsOf(half) | ((half & 0x7fff) > 0x7c00 ? QUIET : 0);
  out[at] = bits;
  out[at + 1] = bits >> 8;
  out[at + 2] = bits >> 16;
  out[at + 3] = bits >> 24;
}

/** Bytes of the varint of a negative number: it is one of 64 bits in two's complement. */
const NEGATIVE_BYTES = 10;

/** Most bytes of the varint of a value. */
function maxVarintBytes(dtype: IntegerDType): number {
  const { bytes, kind } = DTYPES[dtype];
  if (kind === 'bool') return 1;
  return kind === 'signed' ? NEGATIVE_BYTES : Math.ceil((bytes * 8) / 7);
}

/** Integers of 32 bits at most as packed varints of 64 bits. */
class IntegerEncoder implements ValueEncoder {
  readonly list = FeatureList.INT64;
  readonly maxLength: number;
  length = 0;
  readonly #read: ReadInteger;
  readonly #size: number;
  readonly #rowBytes: number;
  #elements: Uint8Array = new Uint8Array(0);
  #start = 0;

  constructor(count: number, read: ReadInteger, dtype: IntegerDType) {
    const { bytes } = DTYPES[dtype];
    this.maxLength = count * maxVarintBytes(dtype);
    this.#read = read;
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
      to = writeInt(this.#read(this.#elements, from), out, to);
  }
}

/** Integers of 64 bits as packed varints of as many, which are the same whether their bits mean a signed number or not. */
class LongEncoder implements ValueEncoder {
  readonly list = FeatureList.INT64;
  readonly maxLength: number;
  length = 0;
  readonly #readHalf: ReadInteger;
  /** Where in an element its lower 32 bits are, and its upper ones. */
  readonly #lowAt: number;
  readonly #highAt: number;
  readonly #rowBytes: number;
  #elements: Uint8Array = new Uint8Array(0);
  #start = 0;

  constructor(count: number, littleEndian: boolean) {
    this.maxLength = count * NEGATIVE_BYTES;
    this.#readHalf = integerReader('uint32', littleEndian);
    this.#lowAt = littleEndian ? 0 : 4;
    this.#highAt = 4 - this.#lowAt;
    this.#rowBytes = count * 8;
  }

  measure(elements: Uint8Array, start: number): void {
    this.#elements = elements;
    this.#start = start;
    this.length = 0;
    for (let at = start; at < start + this.#rowBytes; at += 8) {
      const high = this.#readHalf(elements, at + this.#highAt);
      this.length +=
        high === 0
          ? varintBytes(this.#readHalf(elements, at + this.#lowAt))
          : Math.ceil((64 - Math.clz32(high)) / 7);
    }
  }

  write(out: Uint8Array, at: number): void {
    const end = this.#start + this.#rowBytes;
    let to = at;
    for (let from = this.#start; from < end; from += 8) {
      let low = this.#readHalf(this.#elements, from + this.#lowAt);
      for (let high = this.#readHalf(this.#elements, from + this.#highAt); high !== 0; high >>>= 7) {
        out[to++] = (low & 0x7f) | 0x80;
        low = ((low >>> 7) | (high << 25)) >>> 0;
      }
      to = writeInt(low, out, to);
    }
  }
}

function varintBytes(value: number): number {
  if (value < 0) return NEGATIVE_BYTES;
  if (value < 2 ** 7) return 1;
  if (value < 2 ** 14) return 2;
  if (value < 2 ** 21) return 3;
  return value < 2 ** 28 ? 4 : 5;
}

/** Writes a number of 32 bits, signed or not, as a varint of 64, and returns the offset behind it. */
function writeInt(value: number, out: Uint8Array, offset: number): number {
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
