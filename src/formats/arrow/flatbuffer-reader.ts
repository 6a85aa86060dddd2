import { viewOf } from '../../fs/byte-source.js';

/** A vtable's own size and its table's stand before its entries. */
const VTABLE_HEAD_BYTES = 4;

/**
 * A table of a FlatBuffer, read (flatbuffers.dev, "FlatBuffer Internals"). Every method throws a `RangeError` where a
 * reference leads out of the buffer; references lead forward only, so that none goes round in circles.
 */
export class FlatTable {
  readonly #view: DataView;
  readonly #at: number;
  readonly #vtable: number;

  private constructor(view: DataView, at: number) {
    this.#view = view;
    this.#at = at;
    this.#vtable = at - view.getInt32(at, true);
  }

  /** The table that a buffer is. */
  static root(buffer: Uint8Array): FlatTable {
    const view = viewOf(buffer);
    return new FlatTable(view, view.getUint32(0, true));
  }

  /** A number of as many bits, unsigned up to 16 of them, and 0 where there is none. */
  int(field: number, bits: 8 | 16 | 32 | 64): number {
    const at = this.#place(field);
    if (at === undefined) return 0;
    if (bits === 8) return this.#view.getUint8(at);
    if (bits === 16) return this.#view.getUint16(at, true);
    return bits === 32 ? this.#view.getInt32(at, true) : this.#int64(at);
  }

  table(field: number): FlatTable | undefined {
    const at = this.#place(field);
    return at === undefined ? undefined : new FlatTable(this.#view, this.#referred(at));
  }

  /** A text, or an empty one where there is none. */
  string(field: number): string {
    const at = this.#place(field);
    if (at === undefined) return '';
    const start = this.#referred(at);
    const length = this.#length(start, 1);
    const { buffer, byteOffset } = this.#view;
    return new TextDecoder('utf-8', { fatal: false }).decode(
      new Uint8Array(buffer, byteOffset + start + 4, length),
    );
  }

  /** The tables of a vector. */
  tables(field: number): FlatTable[] {
    return this.#vector(field, 4).map((at) => new FlatTable(this.#view, this.#referred(at)));
  }

  /** The structs of a vector, each of as many 64-bit numbers. */
  structs(field: number, numbers: number): number[][] {
    return this.#vector(field, numbers * 8).map((at) =>
      Array.from({ length: numbers }, (_, number) => this.#int64(at + number * 8)),
    );
  }

  /** Where the elements of a vector are. */
  #vector(field: number, elementBytes: number): number[] {
    const at = this.#place(field);
    if (at === undefined) return [];
    const start = this.#referred(at);
    const length = this.#length(start, elementBytes);
    return Array.from({ length }, (_, element) => start + 4 + element * elementBytes);
  }

  #length(at: number, elementBytes: number): number {
    const length = this.#view.getUint32(at, true);
    if (at + 4 + length * elementBytes > this.#view.byteLength)
      throw new RangeError(`${length} elements are more than the metadata have room for`);
    return length;
  }

  #place(field: number): number | undefined {
    const entry = VTABLE_HEAD_BYTES + field * 2;
    if (entry + 2 > this.#view.getUint16(this.#vtable, true)) return undefined;
    const offset = this.#view.getUint16(this.#vtable + entry, true);
    return offset === 0 ? undefined : this.#at + offset;
  }

  #referred(at: number): number {
    return at + this.#view.getUint32(at, true);
  }

  #int64(at: number): number {
    const value = Number(this.#view.getBigInt64(at, true));
    if (!Number.isSafeInteger(value)) throw new RangeError(`the number ${value} is too large to be true`);
    return value;
  }
}
