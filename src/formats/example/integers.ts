import { type IntegerDType, integerReader, type ReadInteger } from '../../arrays/elements.js';
import { DTYPES } from '../../dataset/feature.js';
import { FeatureList, type ValueEncoder } from './write.js';

/** Bytes of the varint of a negative number: it is one of 64 bits in two's complement. */
const NEGATIVE_BYTES = 10;

/** Most bytes of the varint of a value. */
function maxVarintBytes(dtype: IntegerDType): number {
  const { bytes, kind } = DTYPES[dtype];
  if (kind === 'bool') return 1;
  return kind === 'signed' ? NEGATIVE_BYTES : Math.ceil((bytes * 8) / 7);
}

/** Integers of 32 bits at most as packed varints of 64 bits. */
export class IntegerEncoder implements ValueEncoder {
  readonly list = FeatureList.INT64;
  readonly maxLength: number;
  length = 0;
  readonly #read: ReadInteger;
  readonly #size: number;
  readonly #rowBytes: number;
  #elements: Uint8Array = new Uint8Array(0);
  #start = 0;

  constructor(count: number, dtype: IntegerDType, littleEndian: boolean) {
    const { bytes } = DTYPES[dtype];
    this.maxLength = count * maxVarintBytes(dtype);
    this.#read = integerReader(dtype, littleEndian);
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
export class LongEncoder implements ValueEncoder {
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
