/** Names of all element types: those that numpy, TFDS and Arrow share, as far as TFDS's `Tensor` takes them and numpy has them. */
export const DTYPE_NAMES = [
  'bool',
  'uint8',
  'int8',
  'uint16',
  'int16',
  'uint32',
  'int32',
  'uint64',
  'int64',
  'float16',
  'float32',
  'float64',
] as const;

/** Name of an element type. */
export type DType = (typeof DTYPE_NAMES)[number];

/** What is known of an element type: bytes of a value in an array, and what it is. */
interface ElementType {
  bytes: 1 | 2 | 4 | 8;
  kind: 'bool' | 'unsigned' | 'signed' | 'float';
}

/** The element types by their names. */
export const DTYPES: Readonly<Record<DType, ElementType>> = {
  bool: { bytes: 1, kind: 'bool' },
  uint8: { bytes: 1, kind: 'unsigned' },
  int8: { bytes: 1, kind: 'signed' },
  uint16: { bytes: 2, kind: 'unsigned' },
  int16: { bytes: 2, kind: 'signed' },
  uint32: { bytes: 4, kind: 'unsigned' },
  int32: { bytes: 4, kind: 'signed' },
  uint64: { bytes: 8, kind: 'unsigned' },
  int64: { bytes: 8, kind: 'signed' },
  float16: { bytes: 2, kind: 'float' },
  float32: { bytes: 4, kind: 'float' },
  float64: { bytes: 8, kind: 'float' },
};

/** How the elements of rows stand in memory, as an array's file has them. */
export interface ElementLayout {
  dtype: DType;
  /** Whether the least byte of an element comes first; IDX has the greatest first (default: no). */
  littleEndian?: boolean | undefined;
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

/** Bytes of one row in an array's file. */
export function rowBytesOf({ dtype, shape }: { dtype: DType; shape: readonly number[] }): number {
  return valuesOf(shape) * DTYPES[dtype].bytes;
}

/** How TFDS encodes a tensor of this type (`tfds.features.Encoding`), whose own choice is `none`; see {@link tensorEncoder}. */
export function tensorEncoding(dtype: DType): 'none' | 'bytes' {
  return dtype === 'float64' ? 'bytes' : 'none';
}
