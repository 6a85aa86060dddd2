import { writeVarint } from '../protobuf/varint.js';

/** The longest varint of a number up to 2^53. */
const VARINT_BYTES = 8;

/** Bytes that grow at their end; emptied and filled again, their memory stays. */
export class ByteBuffer {
  /** Memory of at least `length` bytes. It is another one after {@link reserve}. */
  bytes: Uint8Array<ArrayBuffer>;
  length = 0;

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity);
  }

  /** Makes room for `more` bytes behind `length`, to be written by the caller. */
  reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.bytes.length));
    grown.set(this.filled());
    this.bytes = grown;
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  uint32(value: number): void {
    this.reserve(4);
    putUint32(this.bytes, this.length, value);
    this.length += 4;
  }

  /** Appends an unsigned LEB128 number (ULEB128), 0 to 2^53. */
  varint(value: number): void {
    this.reserve(VARINT_BYTES);
    this.length = writeVarint(value, this.bytes, this.length);
  }

  append(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** What has been appended, as a view that holds until the next change. */
  filled(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(0, this.length);
  }
}

/** Writes an unsigned 32-bit number at `at`, little-endian as all of Parquet's numbers. */
export function putUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
}
