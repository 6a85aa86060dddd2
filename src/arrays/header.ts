import { DTYPES, type DType } from '../dataset/feature.js';
import type { ErrorCode } from '../errors.js';
import { idxTypeName } from './idx-types.js';

/** The formats of files that arrays are read from. */
export type ArrayFormat = 'IDX' | 'NPY';

/** What the head of a file says of the array behind it: elements of one type, in C order. */
export interface ArrayHeader {
  format: ArrayFormat;
  dtype: DType;
  /** Whether an element's least significant byte comes first; of elements of one byte it says nothing. */
  littleEndian: boolean;
  /** Sizes of the dimensions; the first counts the rows. */
  dimensions: readonly number[];
}

/** Bytes of all elements that a head promises. */
export function elementsLength({ dtype, dimensions }: ArrayHeader): number {
  return dimensions.reduce((product, size) => product * size, DTYPES[dtype].bytes);
}

/** What a format calls an element type: IDX has names of its own for those that it knows. */
export function typeName(dtype: DType, format: ArrayFormat = 'IDX'): string {
  return (format === 'IDX' ? idxTypeName(dtype) : undefined) ?? dtype;
}

/** What can be wrong with an array, as the end of an error's code. */
type ArrayFault = 'TYPE' | 'DIMENSIONS' | 'TRUNCATED' | 'TRAILING';

/** The code of an error in an array of a format. */
export function faultCode(format: ArrayFormat, fault: ArrayFault): ErrorCode {
  return `${format}_${fault}`;
}
