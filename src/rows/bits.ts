/** Bools of one bit each, as Arrow and Parquet have them: from the least bit of the first byte on, the last byte filled up with zeros. */

/** Packs bools that come piece after piece, a byte each. */
export class BitPacker {
  readonly bytes: Uint8Array;
  #bits = 0;

  /** @param bits how many will come */
  constructor(bits: number) {
    this.bytes = new Uint8Array(Math.ceil(bits / 8));
  }

  /** Packs bytes that are 0 or 1. */
  append(bools: Uint8Array): void {
    let bit = this.#bits;
    for (let at = 0; at < bools.length; at++, bit++) this.bytes[bit >>> 3]! |= bools[at]! << (bit & 7);
    this.#bits = bit;
  }
}

/** The first `count` bools of some that are packed, a byte each. */
export function unpackBits(packed: Uint8Array, count: number): Uint8Array {
  const bools = new Uint8Array(count);
  for (let bit = 0; bit < count; bit++) bools[bit] = (packed[bit >>> 3]! >>> (bit & 7)) & 1;
  return bools;
}
