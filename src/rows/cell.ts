/** Numbers in a row, flat: a label, or a tensor's elements in row-major order. 64-bit integers are bigints. */
export type Numbers =
  | readonly number[]
  | readonly bigint[]
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

/** What a row holds of one feature. */
export type Cell = { bytes: Uint8Array } | { numbers: Numbers };

/** A row of a column format: what stands in each column, and in each field of a struct under `column.field`. */
export type ColumnRow = ReadonlyMap<string, Cell>;

/** Rows of a file, from `start` up to, not including, `end`, counted from 0. */
export interface RowRange {
  start: number;
  end: number;
}

/** Every row of a file, however many there are. */
export const ALL_ROWS: RowRange = { start: 0, end: Number.POSITIVE_INFINITY };
