import { copyLittleEndian } from '../../arrays/elements.js';
import { DTYPES, type ElementLayout } from '../../dataset/feature.js';
import { floatBitsOf } from '../float16.js';
import { FeatureList, type ValueEncoder } from './write.js';

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
export class FloatEncoder implements ValueEncoder {
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
