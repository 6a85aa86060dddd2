/** Thrown where bytes are right as far as is known, but written in a way that is not read here. */
export class NotRead extends Error {}

/** Bytes that can be read at any place: a file, or memory. */
export interface ByteSource {
  /** How many there are. */
  readonly bytes: number;
  /**
   * The bytes `[offset, offset + length)`; they hold until the next read.
   *
   * @throws RangeError where that is not within the source
   */
  read(offset: number, length: number): Uint8Array;
}

/** @throws RangeError where the bytes `[offset, offset + length)` are not within a source */
export function expectWithin({ bytes }: ByteSource, offset: number, length: number): void {
  if (!(Number.isSafeInteger(offset) && offset >= 0 && length >= 0 && offset + length <= bytes))
    throw new RangeError(`${length} bytes at ${offset} are not within the ${bytes} that there are`);
}

/** A view of bytes for reading numbers. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A little-endian u64 that a double holds exactly. */
export function safeUint64(view: DataView, offset: number): number {
  const value = view.getUint32(offset, true) + view.getUint32(offset + 4, true) * 2 ** 32;
  if (!Number.isSafeInteger(value)) throw new RangeError(`the number ${value} is too large to be true`);
  return value;
}
