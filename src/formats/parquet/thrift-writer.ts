import { ByteBuffer } from './byte-buffer.js';
import { CompactType, LONG_LIST } from './thrift-types.js';

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
    this.buffer.byte(CompactType.STOP);
    this.#lastField = outer;
  }

  structField(field: number, writeFields: () => void): void {
    this.#header(field, CompactType.STRUCT);
    this.struct(writeFields);
  }

  /** A boolean's value stands in the type of its field. */
  boolean(field: number, value: boolean): void {
    this.#header(field, value ? CompactType.TRUE : CompactType.FALSE);
  }

  /** A single byte as it is, no varint. */
  i8(field: number, value: number): void {
    this.#header(field, CompactType.I8);
    this.buffer.byte(value);
  }

  i32(field: number, value: number): void {
    this.#header(field, CompactType.I32);
    this.#i32(value);
  }

  /** From 0 to 2^52: nothing that is written here is negative. */
  i64(field: number, value: number): void {
    this.#header(field, CompactType.I64);
    this.#i64(value);
  }

  binary(field: number, value: Uint8Array): void {
    this.#header(field, CompactType.BINARY);
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
    this.#list(field, CompactType.TRUE, values.length);
    for (const value of values) this.buffer.byte(value ? CompactType.TRUE : CompactType.FALSE);
  }

  i32s(field: number, values: readonly number[]): void {
    this.#list(field, CompactType.I32, values.length);
    for (const value of values) this.#i32(value);
  }

  i64s(field: number, values: readonly number[]): void {
    this.#list(field, CompactType.I64, values.length);
    for (const value of values) this.#i64(value);
  }

  binaries(field: number, values: readonly Uint8Array[]): void {
    this.#list(field, CompactType.BINARY, values.length);
    for (const value of values) this.#binary(value);
  }

  strings(field: number, values: readonly string[]): void {
    this.binaries(
      field,
      values.map((value) => TEXT.encode(value)),
    );
  }

  structs<T>(field: number, values: readonly T[], writeFields: (value: T) => void): void {
    this.#list(field, CompactType.STRUCT, values.length);
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
    this.#header(field, CompactType.LIST);
    this.buffer.byte((Math.min(length, LONG_LIST) << 4) | type);
    if (length >= LONG_LIST) this.buffer.varint(length);
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
