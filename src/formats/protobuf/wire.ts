/** Protocol Buffers' wire format, read: https://protobuf.dev/programming-guides/encoding. */

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

/** One field as it stands on the wire. */
export class WireField {
  constructor(
    readonly number: number,
    readonly wireType: number,
    readonly content: Uint8Array,
  ) {}

  /** The content of a length-delimited field: bytes, text, or a message. */
  bytes(): Uint8Array {
    this.#expectType(LENGTH_DELIMITED);
    return this.content;
  }

  /** The varints of a repeated field, packed or not, as signed 64-bit integers. */
  varints(): bigint[] {
    this.#expectType(VARINT, LENGTH_DELIMITED);
    const reader = new WireReader(this.content);
    const values: bigint[] = [];
    while (!reader.atEnd) values.push(BigInt.asIntN(64, reader.varint()));
    return values;
  }

  /** The floats of a repeated field, packed or not. */
  floats(): number[] {
    this.#expectType(FIXED32, LENGTH_DELIMITED);
    const { buffer, byteOffset, byteLength } = this.content;
    if (byteLength % 4 !== 0) throw new RangeError(`field ${this.number} ends inside a float`);
    const view = new DataView(buffer, byteOffset, byteLength);
    return Array.from({ length: byteLength / 4 }, (_, at) => view.getFloat32(4 * at, true));
  }

  #expectType(...types: number[]): void {
    if (!types.includes(this.wireType))
      throw new RangeError(`field ${this.number} has wire type ${this.wireType}, not ${types.join(' or ')}`);
  }
}

/** Walks over the fields of a message. Every method throws a `RangeError` where the bytes end too soon. */
export class WireReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Whether everything is read. */
  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** The fields, in the order of the wire. */
  *fields(): Generator<WireField> {
    while (!this.atEnd) {
      const tag = this.#number();
      const wireType = tag & 7;
      yield new WireField(Math.floor(tag / 8), wireType, this.#take(this.#contentLength(wireType)));
    }
  }

  /** The next varint, unsigned. */
  varint(): bigint {
    const start = this.#at;
    const short = this.#shortVarint();
    if (short !== undefined) return BigInt(short);
    this.#at = start;
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
    throw new RangeError('a varint has more than ten bytes');
  }

  /** The next varint as a number, which holds every tag and every length that there can be. */
  #number(): number {
    const start = this.#at;
    const short = this.#shortVarint();
    if (short !== undefined) return short;
    this.#at = start;
    return Number(this.varint());
  }

  /** The next varint where it has four bytes at most, as nearly all have; else `undefined`. */
  #shortVarint(): number | undefined {
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.#byte();
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
    return undefined;
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new RangeError('the bytes end inside a field');
    this.#at++;
    return byte;
  }

  #contentLength(wireType: number): number {
    if (wireType === LENGTH_DELIMITED) return this.#number();
    if (wireType === FIXED64) return 8;
    if (wireType === FIXED32) return 4;
    if (wireType !== VARINT) throw new RangeError(`wire type ${wireType}`);
    let end = this.#at;
    while ((this.#bytes[end] ?? 0) >= 128) end++;
    return end + 1 - this.#at;
  }

  #take(length: number): Uint8Array {
    const taken = this.#bytes.subarray(this.#at, this.#at + length);
    if (taken.length !== length) throw new RangeError('the bytes end inside a field');
    this.#at += length;
    return taken;
  }
}
