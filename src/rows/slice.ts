/** Rows of a split as framed records, in the order of their hashes, which is that of shards; all arrays lie in shared memory. */
export interface EncodedSlice {
  /** Position of the first of its rows among those that are encoded: all of the split, or a range of it. */
  firstPosition: number;
  rows: number;
  /** TFRecord records, one behind the other. */
  records: Uint8Array;
  /** `rows + 1` offsets into `records`: the record `i` of the slice is `offsets[i]` to `offsets[i + 1]`. */
  offsets: Uint32Array;
  /** Where the value of each row's input begins in `records`: of an image, the PNG. */
  imageStarts: Uint32Array;
  /** Where it ends. */
  imageEnds: Uint32Array;
  /** The number of each row in its split. */
  rowNumbers: Uint32Array;
  /** The first 32 bits of each row's hash. */
  hashes: Uint32Array;
  /** The rows' labels; zeros where they have none. */
  labels: Uint32Array;
  /** The samples, little-endian, where they were wanted. */
  samples?: Uint8Array;
}

/** The arrays of a slice that have a number for each row. */
export type SliceIndex = Omit<EncodedSlice, 'firstPosition' | 'rows' | 'records' | 'samples'>;

/** How many bytes the index of so many rows takes. */
export function sliceIndexBytes(rows: number): number {
  return (6 * rows + 1) * 4;
}

/** The index of `rows` rows in a buffer that has room for it, one array behind the other. */
export function sliceIndex(buffer: ArrayBufferLike, rows: number): SliceIndex {
  const array = (number: number, length: number): Uint32Array =>
    new Uint32Array(buffer, number * rows * 4, length);
  return {
    imageStarts: array(0, rows),
    imageEnds: array(1, rows),
    rowNumbers: array(2, rows),
    hashes: array(3, rows),
    labels: array(4, rows),
    offsets: array(5, rows + 1),
  };
}

/** The slice in memory of its own, no more than it takes. */
export function keptSlice(slice: EncodedSlice): EncodedSlice {
  const { firstPosition, rows, records, samples } = slice;
  const index = sliceIndex(new SharedArrayBuffer(sliceIndexBytes(rows)), rows);
  index.imageStarts.set(slice.imageStarts);
  index.imageEnds.set(slice.imageEnds);
  index.rowNumbers.set(slice.rowNumbers);
  index.hashes.set(slice.hashes);
  index.labels.set(slice.labels);
  index.offsets.set(slice.offsets);
  return {
    firstPosition,
    rows,
    records: copyOf(records, mappedMemory),
    ...index,
    ...(samples === undefined ? {} : { samples: copyOf(samples, mappedMemory) }),
  };
}

/** Gives shared memory. */
export type Memory = (bytes: number) => Uint8Array<SharedArrayBuffer>;

/** Memory out of a room, piece behind piece; without one, each piece is by itself. */
export function memoryIn(room: SharedArrayBuffer | undefined): Memory {
  let taken = 0;
  return (bytes) => {
    if (room === undefined) return new Uint8Array(new SharedArrayBuffer(bytes));
    taken += bytes;
    return new Uint8Array(room, taken - bytes, bytes);
  };
}

/**
 * Memory that is declared as growable is mapped by itself, and is the system's again when it is collected; what others leave to
 * the system's allocator, that may keep for good.
 */
const mappedMemory: Memory = (bytes) =>
  new Uint8Array(new SharedArrayBuffer(bytes, { maxByteLength: bytes }), 0, bytes);

/** The same bytes in other memory. */
export function copyOf(bytes: Uint8Array, memory: Memory): Uint8Array {
  const copy = memory(bytes.length);
  copy.set(bytes);
  return copy;
}
