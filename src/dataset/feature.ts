/** Element types by the names that numpy, TFDS and Arrow share: bytes of a value, what it is, and what IDX calls it. */
export const DTYPES = {
  uint8: { bytes: 1, kind: 'unsigned', idx: 'ubyte' },
  int8: { bytes: 1, kind: 'signed', idx: 'byte' },
  int16: { bytes: 2, kind: 'signed', idx: 'short' },
  int32: { bytes: 4, kind: 'signed', idx: 'int' },
  float32: { bytes: 4, kind: 'float', idx: 'float' },
  float64: { bytes: 8, kind: 'float', idx: 'double' },
} as const satisfies Record<string, { bytes: number; kind: 'unsigned' | 'signed' | 'float'; idx: string }>;

/** Name of an element type. */
export type DType = keyof typeof DTYPES;

/** What IDX calls an element type. */
export type IdxType = (typeof DTYPES)[DType]['idx'];

/** Names of all element types. */
export const DTYPE_NAMES = [
  'uint8',
  'int8',
  'int16',
  'int32',
  'float32',
  'float64',
] as const satisfies DType[];

/** The element type that IDX calls so. */
export function dtypeOf(type: IdxType): DType {
  const dtype = DTYPE_NAMES.find((name) => DTYPES[name].idx === type);
  if (dtype === undefined) throw new Error(`IDX has no type ${type}`);
  return dtype;
}

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

/** Bytes of one row in an IDX file. */
export function rowBytesOf({ dtype, shape }: { dtype: DType; shape: readonly number[] }): number {
  return valuesOf(shape) * DTYPES[dtype].bytes;
}

/** How TFDS encodes a tensor of this type (`tfds.features.Encoding`); see {@link tensorEncoder}. */
export function tensorEncoding(dtype: DType): 'none' | 'bytes' {
  return dtype === 'float64' ? 'bytes' : 'none';
}
