import { DTYPES, type DType } from '../dataset/feature.js';

/** The NaN that stands for all of an element type, and the bits of the exponent, which no number has all of, in the top 16 bits. */
const NANS: Readonly<Partial<Record<DType, { nan: number; exponent: number }>>> = {
  float16: { nan: 0x7e00, exponent: 0x7c00 },
  float32: { nan: 0x7fc0, exponent: 0x7f80 },
};

/**
 * The same little-endian elements with one NaN for all: a `FloatList` makes quiet ones of signaling ones, and of those of float16 it
 * keeps no more than that they are NaNs, so that TFRecord and an archive differ in their bits. Elements of other types are given back
 * as they are.
 */
export function withOneNaN(elements: Uint8Array, dtype: DType): Uint8Array {
  const one = NANS[dtype];
  if (one === undefined) return elements;
  const { bytes } = DTYPES[dtype];
  const changed = elements.slice();
  const view = new DataView(changed.buffer, changed.byteOffset, changed.length);
  for (let at = 0; at < changed.length; at += bytes) {
    const top = at + bytes - 2;
    const high = view.getUint16(top, true) & 0x7fff;
    const low = bytes === 2 ? 0 : view.getUint16(at, true);
    if (high < one.exponent || (high === one.exponent && low === 0)) continue;
    view.setUint16(top, one.nan, true);
    if (bytes > 2) view.setUint16(at, 0, true);
  }
  return changed;
}
