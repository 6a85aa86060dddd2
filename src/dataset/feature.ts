/** Element types by the names that numpy, TFDS and Arrow share: bytes of a value, and what it is. */
export const DTYPES = {
  uint8: { bytes: 1, kind: 'unsigned' },
  int8: { bytes: 1, kind: 'signed' },
  int16: { bytes: 2, kind: 'signed' },
  int32: { bytes: 4, kind: 'signed' },
  float32: { bytes: 4, kind: 'float' },
  float64: { bytes: 8, kind: 'float' },
} as const satisfies Record<string, { bytes: number; kind: 'unsigned' | 'signed' | 'float' }>;

/** Name of an element type. */
export type DType = keyof typeof DTYPES;

/** Names of all element types. */
export const DTYPE_NAMES = [
  'uint8',
  'int8',
  'int16',
  'int32',
  'float32',
  'float64',
] as const satisfies DType[];

/** What a data set holds beside its labels: TFDS's `Image`, or TFDS's `Tensor`. */
export type InputFeature =
  | {
      kind: 'image';
      name: string;
      dtype: 'uint8';
      shape: readonly [height: number, width: number, channels: number];
    }
  /** Of one row; a scalar's shape has no dimensions. */
  | { kind: 'tensor'; name: string; dtype: DType; shape: readonly number[] };

/** The features of a data set's rows. */
export interface RowFeatures {
  input: InputFeature;
  /** Name of the label; none where the rows have no labels. */
  label?: string | undefined;
}

/** How many values a shape has. */
export function valuesOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

/** Bytes of one row in the file of an array. */
export function rowBytesOf({ dtype, shape }: { dtype: DType; shape: readonly number[] }): number {
  return valuesOf(shape) * DTYPES[dtype].bytes;
}

/** How TFDS encodes a tensor of this type (`tfds.features.Encoding`); see {@link tensorEncoder}. */
export function tensorEncoding(dtype: DType): 'none' | 'bytes' {
  return dtype === 'float64' ? 'bytes' : 'none';
}
