import { DTYPES, type DType } from '../dataset/feature.js';
import { halvesOfFloats } from '../formats/float16.js';
import type { Numbers } from '../rows/cell.js';

/** Numbers as samples of a type, little-endian. */
export function sampleBytes(numbers: Numbers, dtype: DType): Uint8Array {
  const { bytes: size, kind } = DTYPES[dtype];
  if (dtype === 'float16')
    return halvesOfFloats(numbers instanceof Float32Array ? numbers : Float32Array.from(numbers, Number));
  // What has the type already is taken as it is, so that every kind of NaN stays what it is.
  if (ArrayBuffer.isView(numbers) && numbers.BYTES_PER_ELEMENT === size)
    return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  const view = new DataView(new ArrayBuffer(numbers.length * size));
  for (let at = 0; at < numbers.length; at++) {
    const value = Number(numbers[at]);
    if (kind !== 'float' && size === 8) view.setBigInt64(at * 8, BigInt(numbers[at] ?? 0), true);
    else if (kind === 'float')
      size === 4 ? view.setFloat32(at * 4, value, true) : view.setFloat64(at * 8, value, true);
    else if (size === 1) view.setInt8(at, value);
    else if (size === 2) view.setInt16(at * 2, value, true);
    else view.setInt32(at * 4, value, true);
  }
  return new Uint8Array(view.buffer);
}
