/** Type codes of IDX, with the element type and its bytes. */
export const TYPES = [
  [8, 'uint8', 1],
  [9, 'int8', 1],
  [11, 'int16', 2],
  [12, 'int32', 4],
  [13, 'float32', 4],
  [14, 'float64', 8],
] as const;

/** What the head of each IDX file says. */
export const IDX = { format: 'IDX', littleEndian: false } as const;

/** The head of an IDX file. */
export function idxHead(type: number, ...dimensions: number[]): Uint8Array {
  const head = Buffer.alloc(4 + 4 * dimensions.length);
  head.set([0, 0, type, dimensions.length]);
  dimensions.forEach((size, dimension) => {
    head.writeUInt32BE(size, 4 + 4 * dimension);
  });
  return Uint8Array.from(head);
}

/** An IDX file of unsigned bytes that count up. */
export function idxFile(...dimensions: number[]): Uint8Array {
  const length = dimensions.reduce((product, size) => product * size, 1);
  return Uint8Array.of(...idxHead(8, ...dimensions), ...Uint8Array.from({ length }, (_, at) => at + 1));
}
