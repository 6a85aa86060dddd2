import { ByteBuffer } from './byte-buffer.js';

/** Types of fields and of elements (Thrift's `thrift-compact-protocol.md`). */
const COMPACT = { true: 1, false: 2, i8: 3, i32: 5, i64: 6, binary: 8, list: 9, struct: 12 } as const;

const STOP = 0;

const TEXT = new TextEncoder();

/**
 * Writes structs in Thrift's Compact Protocol, as parquet-format's README asks for. The fields of a struct come in ascending
 * order of their numbers, at most 15 apart, which is true of all structs here.
 */
export class CompactWriter {
  readonly buffer = new ByteBuffer(512);
  #lastField = 0;

  /** A struct on its own, or as an element of a list. */
  struct(writeFields: () => void): void {
    const outer = this.#lastField;
    this.#lastField = 0;
    writeFields();
    this.buffer.byte(STOP);
    this.#lastField = outer;
  }

  structField(field: number, writeFields: () => void): void {
    this.#header(field, COMPACT.struct);
    this.struct(writeFields);
  }

  /** A boolean's value stands in the type of its field. */
  boolean(field: number, value: boolean): void {
    this.#header(field, value ? COMPACT.true : COMPACT.false);
  }

  /** A single byte as it is, no varint. */
  i8(field: number, value: number): void {
    this.#header(field, COMPACT.i8);
    this.buffer.byte(value);
  }

  i32(field: number, value: number): void {
    this.#header(field, COMPACT.i32);
    this.#i32(value);
  }

  /** From 0 to 2^52: nothing that is written here is negative. */
  i64(field: number, value: number): void {
    this.#header(field, COMPACT.i64);
    this.#i64(value);
  }

  binary(field: number, value: Uint8Array): void {
    this.#header(field, COMPACT.binary);
    this.#binary(value);
  }

  string(field: number, value: string): void {
    this.binary(field, TEXT.encode(value));
  }

  /**
   * Booleans in a list take a byte each, 1 or 2. Thrift's own libraries give type 1 to such a list, and the readers of some
   * others refuse a 0 for false.
   */
  booleans(field: number, values: readonly boolean[]): void {
    this.#list(field, COMPACT.true, values.length);
    for (const value of values) this.buffer.byte(value ? COMPACT.true : COMPACT.false);
  }

  i32s(field: number, values: readonly number[]): void {
    this.#list(field, COMPACT.i32, values.length);
    for (const value of values) this.#i32(value);
  }

  i64s(field: number, values: readonly number[]): void {
    this.#list(field, COMPACT.i64, values.length);
    for (const value of values) this.#i64(value);
  }

  binaries(field: number, values: readonly Uint8Array[]): void {
    this.#list(field, COMPACT.binary, values.length);
    for (const value of values) this.#binary(value);
  }

  strings(field: number, values: readonly string[]): void {
    this.binaries(
      field,
      values.map((value) => TEXT.encode(value)),
    );
  }

  structs<T>(field: number, values: readonly T[], writeFields: (value: T) => void): void {
    this.#list(field, COMPACT.struct, values.length);
    for (const value of values) this.struct(() => writeFields(value));
  }

  #header(field: number, type: number): void {
    const delta = field - this.#lastField;
    if (delta < 1 || delta > 15)
      throw new Error(`Thrift field ${field} comes after field ${this.#lastField}`);
    this.buffer.byte((delta << 4) | type);
    this.#lastField = field;
  }

  #list(field: number, type: number, length: number): void {
    this.#header(field, COMPACT.list);
    if (length < 15) {
      this.buffer.byte((length << 4) | type);
    } else {
      this.buffer.byte(0xf0 | type);
      this.buffer.varint(length);
    }
  }

  /** Zigzag: 0, -1, 1, -2 become 0, 1, 2, 3. */
  #i32(value: number): void {
    this.buffer.varint(((value << 1) ^ (value >> 31)) >>> 0);
  }

  #i64(value: number): void {
    this.buffer.varint(value * 2);
  }

  #binary(value: Uint8Array): void {
    this.buffer.varint(value.length);
    this.buffer.append(value);
  }
}
