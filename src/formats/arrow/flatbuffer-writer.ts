/** What a reference takes, and an entry of a vtable. */
const REFERENCE_BYTES = 4;
const ENTRY_BYTES = 2;

type Bits = 8 | 16 | 32 | 64;

const TEXT = new TextEncoder();

/**
 * Builds a FlatBuffer (flatbuffers.dev, "FlatBuffer Internals") from its back to its front, as Google's builders do:
 * what is referred to is written before what refers to it. A place is told by how many bytes there are from it to the end.
 */
export class FlatBufferBuilder {
  #bytes = new Uint8Array(1024);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;
  /** The largest number of bytes that anything was aligned to. */
  #alignment = 1;
  /** The places of the fields of the table under construction, by their numbers. */
  #fields: (number | undefined)[] = [];
  /** The place of each vtable, by what is in it: tables of the same form share one. */
  readonly #vtables = new Map<string, number>();

  /** Writes a string, with a zero behind it, and gives its place. */
  string(text: string): number {
    const utf8 = TEXT.encode(text);
    this.#align(REFERENCE_BYTES, utf8.length + 1);
    this.#grow(1);
    const at = this.#grow(utf8.length);
    this.#bytes.set(utf8, at);
    return this.#int(32, utf8.length);
  }

  /** Writes a vector of references, and gives its place. */
  references(places: readonly number[]): number {
    this.#align(REFERENCE_BYTES, places.length * REFERENCE_BYTES);
    for (const place of places.toReversed()) this.#reference(place);
    return this.#int(32, places.length);
  }

  /** Writes a vector of structs, each of as many 64-bit numbers, and gives its place. */
  structs(structs: readonly (readonly number[])[]): number {
    const numbers = structs.flat().toReversed();
    this.#align(8, numbers.length * 8);
    for (const number of numbers) this.#int(64, number);
    return this.#int(32, structs.length);
  }

  /** Writes a table with the fields that `writeFields` adds, and gives its place. */
  table(writeFields: () => void): number {
    const end = this.#length;
    this.#fields = [];
    writeFields();
    const table = this.#int(32, 0);
    const entries = Array.from(this.#fields, (place) => (place === undefined ? 0 : table - place));
    const vtable = this.#vtable([(entries.length + 2) * ENTRY_BYTES, table - end, ...entries]);
    this.#view.setInt32(this.#bytes.length - table, vtable - table, true);
    return table;
  }

  /** A field that refers to a string, a vector or a table. */
  referenceField(field: number, place: number): void {
    this.#fields[field] = this.#reference(place);
  }

  /** A number of as many bits. 0 is what a reader takes where there is none, and left out. */
  intField(field: number, bits: Bits, value: number): void {
    if (value !== 0) this.#fields[field] = this.#int(bits, value);
  }

  /** Makes the table at `root` the buffer's own, and gives the whole buffer. */
  finish(root: number): Uint8Array<ArrayBuffer> {
    this.#align(Math.max(this.#alignment, REFERENCE_BYTES), REFERENCE_BYTES);
    this.#reference(root);
    return this.#bytes.subarray(this.#bytes.length - this.#length);
  }

  /** Writes zeros, as many as align to `size` what comes after `more` bytes to come. */
  #align(size: number, more: number): void {
    this.#alignment = Math.max(this.#alignment, size);
    const excess = (this.#length + more) % size;
    if (excess > 0) this.#grow(size - excess);
  }

  /** Makes room for as many bytes, zeros, before what there is, and tells where in the memory they begin. */
  #grow(bytes: number): number {
    this.#length += bytes;
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(2 ** Math.ceil(Math.log2(this.#length)));
      grown.set(this.#bytes, grown.length - this.#bytes.length);
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return this.#bytes.length - this.#length;
  }

  /** Writes how far it is from here to a place behind, and gives the place of that. */
  #reference(place: number): number {
    this.#align(REFERENCE_BYTES, 0);
    return this.#int(32, this.#length + REFERENCE_BYTES - place);
  }

  /** Writes a number of as many bits, aligned to its own size, and gives its place. */
  #int(bits: Bits, value: number): number {
    this.#align(bits / 8, 0);
    const at = this.#grow(bits / 8);
    if (bits === 8) this.#view.setInt8(at, value);
    else if (bits === 16) this.#view.setInt16(at, value, true);
    else if (bits === 32) this.#view.setInt32(at, value, true);
    else this.#view.setBigInt64(at, BigInt(value), true);
    return this.#length;
  }

  /** A vtable: its size, the table's, and how far into the table each field is, 0 where there is none. */
  #vtable(entries: readonly number[]): number {
    const form = entries.join();
    const known = this.#vtables.get(form);
    if (known !== undefined) return known;
    for (const entry of entries.toReversed()) this.#int(16, entry);
    this.#vtables.set(form, this.#length);
    return this.#length;
  }
}
