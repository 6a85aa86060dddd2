import { DTYPES, type DType, type ElementLayout } from '../dataset/feature.js';

/** Turns the bytes of each of some elements around. */
export function swapBytes(elements: Uint8Array, dtype: DType): void {
  const { bytes } = DTYPES[dtype];
  if (bytes === 1) return;
  for (let start = 0; start < elements.length; start += bytes)
    elements.subarray(start, start + bytes).reverse();
}

/** Copies elements, and gives each the bytes that a typed array has: the least first, and of a bool 0 or 1. */
export function copyLittleEndian(
  elements: Uint8Array,
  { dtype, littleEndian = false }: ElementLayout,
  out: Uint8Array,
  at: number,
): void {
  const size = DTYPES[dtype].bytes;
  if (dtype === 'bool') {
    for (let start = 0; start < elements.length; start++) out[at + start] = elements[start] === 0 ? 0 : 1;
  } else if (littleEndian || size === 1) {
    out.set(elements, at);
  } else {
    for (let start = 0; start < elements.length; start += size)
      for (let byte = 0; byte < size; byte++) out[at + start + byte] = elements[start + size - 1 - byte]!;
  }
}

/** Element types whose values are integers, bool among them. */
export type IntegerDType = Exclude<DType, 'float16' | 'float32' | 'float64'>;

/** Whether the values of an element type are integers. */
export function isInteger(dtype: DType): dtype is IntegerDType {
  return DTYPES[dtype].kind !== 'float';
}

/** Reads the integer that begins at `elements[at]`. Beyond 2^53 it is the nearest number that a double has. */
export type ReadInteger = (elements: Uint8Array, at: number) => number;

const ONE_BYTE = {
  // What is not zero is true, as to numpy.
  bool: (elements, at) => (elements[at] === 0 ? 0 : 1),
  uint8: (elements, at) => elements[at]!,
  int8: (elements, at) => (elements[at]! << 24) >> 24,
} satisfies Partial<Record<IntegerDType, ReadInteger>>;

const bigInt32: ReadInteger = (elements, at) =>
  (elements[at]! << 24) | (elements[at + 1]! << 16) | (elements[at + 2]! << 8) | elements[at + 3]!;

const littleInt32: ReadInteger = (elements, at) =>
  elements[at]! | (elements[at + 1]! << 8) | (elements[at + 2]! << 16) | (elements[at + 3]! << 24);

const BIG_ENDIAN: Record<IntegerDType, ReadInteger> = {
  ...ONE_BYTE,
  uint16: (elements, at) => (elements[at]! << 8) | elements[at + 1]!,
  int16: (elements, at) => ((elements[at]! << 24) | (elements[at + 1]! << 16)) >> 16,
  uint32: (elements, at) => bigInt32(elements, at) >>> 0,
  int32: bigInt32,
  uint64: (elements, at) => (bigInt32(elements, at) >>> 0) * 2 ** 32 + (bigInt32(elements, at + 4) >>> 0),
  int64: (elements, at) => bigInt32(elements, at) * 2 ** 32 + (bigInt32(elements, at + 4) >>> 0),
};

const LITTLE_ENDIAN: Record<IntegerDType, ReadInteger> = {
  ...ONE_BYTE,
  uint16: (elements, at) => elements[at]! | (elements[at + 1]! << 8),
  int16: (elements, at) => ((elements[at]! << 16) | (elements[at + 1]! << 24)) >> 16,
  uint32: (elements, at) => littleInt32(elements, at) >>> 0,
  int32: littleInt32,
  uint64: (elements, at) =>
    (littleInt32(elements, at + 4) >>> 0) * 2 ** 32 + (littleInt32(elements, at) >>> 0),
  int64: (elements, at) => littleInt32(elements, at + 4) * 2 ** 32 + (littleInt32(elements, at) >>> 0),
};

/** How integers of a type are read. */
export function integerReader(dtype: IntegerDType, littleEndian = false): ReadInteger {
  return (littleEndian ? LITTLE_ENDIAN : BIG_ENDIAN)[dtype];
}

/** All integers of some elements. */
export function readIntegers(
  elements: Uint8Array,
  { dtype, littleEndian }: ElementLayout & { dtype: IntegerDType },
): Float64Array {
  const read = integerReader(dtype, littleEndian);
  const { bytes: size } = DTYPES[dtype];
  return Float64Array.from({ length: elements.length / size }, (_, at) => read(elements, at * size));
}
