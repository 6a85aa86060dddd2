import { DTYPES, type DType } from '../dataset/feature.js';

/** Elements as they stand in IDX files: big-endian. */

/** Turns the bytes of each of some elements of `size` bytes around. */
export function swapBytes(elements: Uint8Array, size: number): void {
  if (size === 1) return;
  for (let start = 0; start < elements.length; start += size)
    elements.subarray(start, start + size).reverse();
}

/** Copies big-endian elements of `size` bytes each, and turns the bytes of each around. */
export function copyLittleEndian(elements: Uint8Array, out: Uint8Array, at: number, size: number): void {
  if (size === 1) {
    out.set(elements, at);
    return;
  }
  for (let start = 0; start < elements.length; start += size)
    for (let byte = 0; byte < size; byte++) out[at + start + byte] = elements[start + size - 1 - byte]!;
}

/** Element types of integers. */
export type IntegerDType = Exclude<DType, 'float32' | 'float64'>;

/** Reads the integer that begins at `elements[at]`. */
export type ReadInteger = (elements: Uint8Array, at: number) => number;

const READ_INTEGER: Record<IntegerDType, ReadInteger> = {
  uint8: (elements, at) => elements[at]!,
  int8: (elements, at) => (elements[at]! << 24) >> 24,
  int16: (elements, at) => ((elements[at]! << 24) | (elements[at + 1]! << 16)) >> 16,
  int32: (elements, at) =>
    (elements[at]! << 24) | (elements[at + 1]! << 16) | (elements[at + 2]! << 8) | elements[at + 3]!,
};

/** How integers of a type are read. */
export function integerReader(dtype: IntegerDType): ReadInteger {
  return READ_INTEGER[dtype];
}

/** All integers of some elements. */
export function readIntegers(elements: Uint8Array, dtype: IntegerDType): Int32Array {
  const read = READ_INTEGER[dtype];
  const { bytes: size } = DTYPES[dtype];
  return Int32Array.from({ length: elements.length / size }, (_, at) => read(elements, at * size));
}
