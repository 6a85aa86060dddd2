import { viewOf } from '../../fs/byte-source.js';
import { CompactType, LONG_LIST } from './thrift-types.js';

/** A struct: its fields by their numbers. */
export type ThriftStruct = ReadonlyMap<number, ThriftValue>;
/** Integers are numbers as far as a double holds them exactly, which is true of all that is read here. */
export type ThriftValue = boolean | number | Uint8Array | readonly ThriftValue[] | ThriftStruct;

/** No struct of Parquet's lies deeper. */
const MAX_DEPTH = 16;

/** Reads structs in Thrift's Compact Protocol (`thrift-compact-protocol.md`). */
export class CompactReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  /** How many bytes are read. */
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
  }

  /** @throws RangeError where the bytes are no struct */
  struct(depth = 0): ThriftStruct {
    if (depth > MAX_DEPTH) throw new RangeError('structs lie too deep in one another');
    const fields = new Map<number, ThriftValue>();
    for (let field = 0; ; ) {
      const head = this.#byte();
      if (head === CompactType.STOP) return fields;
      field = head >> 4 === 0 ? this.#zigzag() : field + (head >> 4);
      if (fields.has(field)) throw new RangeError(`field ${field} comes twice`);
      const type = head & 15;
      // A boolean's value stands in the type of its field.
      const isBoolean = type === CompactType.TRUE || type === CompactType.FALSE;
      fields.set(field, isBoolean ? type === CompactType.TRUE : this.#value(type, depth));
    }
  }

  #value(type: number, depth: number): ThriftValue {
    switch (type) {
      // An element of a list: alone in a field, a boolean has no bytes.
      case CompactType.TRUE:
      case CompactType.FALSE:
        return this.#byte() === CompactType.TRUE;
      case CompactType.I8:
        return this.#view.getInt8(this.#skip(1));
      case CompactType.I16:
      case CompactType.I32:
      case CompactType.I64:
        return this.#zigzag();
      case CompactType.DOUBLE:
        return this.#view.getFloat64(this.#skip(8), true);
      case CompactType.BINARY:
        return this.#binary();
      case CompactType.LIST:
        return this.#list(depth);
      case CompactType.STRUCT:
        return this.struct(depth + 1);
      default:
        throw new RangeError(`no value has the type ${type}`);
    }
  }

  #binary(): Uint8Array {
    const length = this.#varint();
    const start = this.#skip(length);
    return this.#bytes.subarray(start, start + length);
  }

  #list(depth: number): ThriftValue[] {
    const head = this.#byte();
    const length = head >> 4 === LONG_LIST ? this.#varint() : head >> 4;
    if (length > this.#bytes.length - this.at) throw new RangeError(`a list cannot have ${length} elements`);
    if (depth > MAX_DEPTH) throw new RangeError('lists lie too deep in one another');
    return Array.from({ length }, () => this.#value(head & 15, depth + 1));
  }

  #byte(): number {
    return this.#view.getUint8(this.#skip(1));
  }

  #skip(length: number): number {
    const start = this.at;
    if (start + length > this.#bytes.length) throw new RangeError('the bytes end inside a struct');
    this.at += length;
    return start;
  }

  #varint(): number {
    let value = 0;
    for (let factor = 1; factor <= 2 ** 63; factor *= 128) {
      const byte = this.#byte();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
    throw new RangeError('a varint has more than ten bytes');
  }

  /** 0, 1, 2, 3 are 0, -1, 1, -2. */
  #zigzag(): number {
    const value = this.#varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}

/** A field that must be a number. */
export function numberIn(struct: ThriftStruct, field: number): number {
  const value = struct.get(field);
  if (typeof value === 'number') return value;
  throw new RangeError(`field ${field} of a struct is no number`);
}

/** A field that must be bytes, as text. */
export function textIn(struct: ThriftStruct, field: number): string {
  const value = struct.get(field);
  if (value instanceof Uint8Array) return textOf(value);
  throw new RangeError(`field ${field} of a struct is no text`);
}

/** A field that must be a struct. */
export function structIn(struct: ThriftStruct, field: number): ThriftStruct {
  return asStruct(struct.get(field));
}

/** The structs of a list; none where there is no such field. */
export function structsIn(struct: ThriftStruct, field: number): ThriftStruct[] {
  return listIn(struct, field).map(asStruct);
}

/** The texts of a list; none where there is no such field. */
export function textsIn(struct: ThriftStruct, field: number): string[] {
  return listIn(struct, field).map((value) => {
    if (value instanceof Uint8Array) return textOf(value);
    throw new RangeError(`field ${field} of a struct is no list of texts`);
  });
}

function listIn(struct: ThriftStruct, field: number): readonly ThriftValue[] {
  const value = struct.get(field) ?? [];
  if (isList(value)) return value;
  throw new RangeError(`field ${field} of a struct is no list`);
}

/** `Array.isArray` does not narrow a readonly array. */
function isList(value: ThriftValue): value is readonly ThriftValue[] {
  return Array.isArray(value);
}

function asStruct(value: ThriftValue | undefined): ThriftStruct {
  if (value instanceof Map) return value;
  throw new RangeError('a struct is missing');
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: false }).decode(bytes);
}
