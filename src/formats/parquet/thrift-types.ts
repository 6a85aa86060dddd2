/** Types of fields and of elements in Thrift's Compact Protocol (`thrift-compact-protocol.md`); 0 ends a struct. */
export const CompactType = {
  STOP: 0,
  TRUE: 1,
  FALSE: 2,
  I8: 3,
  I16: 4,
  I32: 5,
  I64: 6,
  DOUBLE: 7,
  BINARY: 8,
  LIST: 9,
  STRUCT: 12,
} as const;

/** Where as many elements or more are in a list, their number stands behind its head. */
export const LONG_LIST = 15;
