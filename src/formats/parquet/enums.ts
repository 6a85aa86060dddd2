/** The numbers of `parquet.thrift`'s enumerations, as far as they are used here. */

export const Type = {
  BOOLEAN: 0,
  INT32: 1,
  INT64: 2,
  FLOAT: 4,
  DOUBLE: 5,
  BYTE_ARRAY: 6,
  FIXED_LEN_BYTE_ARRAY: 7,
} as const;

export const ConvertedType = {
  UTF8: 0,
  LIST: 3,
  UINT_8: 11,
  UINT_16: 12,
  UINT_32: 13,
  UINT_64: 14,
  INT_8: 15,
  INT_16: 16,
} as const;

/** Members of the union `LogicalType`. */
export const LogicalType = { STRING: 1, LIST: 3, INTEGER: 10, FLOAT16: 15 } as const;

export const FieldRepetitionType = { REQUIRED: 0, OPTIONAL: 1, REPEATED: 2 } as const;

/**
 * Dictionaries are written by the older name in both of their pages: with pages of version 1, parquet-mr writes it so, and
 * some readers know no other.
 */
export const Encoding = { PLAIN: 0, PLAIN_DICTIONARY: 2, RLE: 3, RLE_DICTIONARY: 8 } as const;

export const CompressionCodec = { UNCOMPRESSED: 0, SNAPPY: 1, ZSTD: 6 } as const;

export const PageType = { DATA_PAGE: 0, DICTIONARY_PAGE: 2 } as const;

export const BoundaryOrder = { UNORDERED: 0, ASCENDING: 1, DESCENDING: 2 } as const;

/** Any number of an enumeration above. */
export type NumberOf<E extends Readonly<Record<string, number>>> = E[keyof E];

/** What a file begins and ends with (parquet-format, README.md, "File format"). */
export const MAGIC = 'PAR1';
/** What stands behind the metadata: their length, and the magic number. */
export const TAIL_BYTES = 8;
