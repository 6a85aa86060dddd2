import type { DType } from '../dataset/feature.js';

/** Element types of IDX by their codes (the format's own description, at the foot of the MNIST database's home page). */
export const IDX_TYPES: ReadonlyMap<number, { name: string; dtype: DType }> = new Map([
  [8, { name: 'ubyte', dtype: 'uint8' }],
  [9, { name: 'byte', dtype: 'int8' }],
  [11, { name: 'short', dtype: 'int16' }],
  [12, { name: 'int', dtype: 'int32' }],
  [13, { name: 'float', dtype: 'float32' }],
  [14, { name: 'double', dtype: 'float64' }],
]);

/** What IDX calls an element type; `undefined` for one that it does not have. */
export function idxTypeName(dtype: DType): string | undefined {
  return [...IDX_TYPES.values()].find((type) => type.dtype === dtype)?.name;
}
