/**
 * Tables that a code of Huffman's is decoded with. The lowest bits of the stream, as many as the table has, are the index
 * of an entry: `symbol << 8 | bits of its code`. Where a code is longer, the entry leads to a table of its own for what is
 * behind: `SUBTABLE | its first entry << 8 | bits of its index`.
 *
 * A code's bits come first bit first, so that codes of a length follow one another in the order of their reversed bits; a
 * table for one bit more is the table twice.
 */
import { COUNTS, OFFSETS, SORTED } from './memory';

export const SUBTABLE: u32 = 0x80000000;
/** What no code has. */
export const INVALID: u32 = 0x40000000;
const MAX_BITS: u32 = 15;

/**
 * Makes the table of the code whose symbols have these lengths, u8 each, 0 for a symbol that does not occur. False where
 * no code has such lengths; one that leaves bits over is none (as with zlib), unless it has one symbol of one bit, or none.
 *
 * @param bits of the table's index
 */
export function build(lengths: usize, symbols: u32, bits: u32, table: usize): bool {
  const used = sort(lengths, symbols);
  if (used === 0) {
    fillWith(INVALID | 1, bits, table);
    return true;
  }
  let left: i32 = 1;
  let most: u32 = 0;
  for (let length: u32 = 1; length <= MAX_BITS; length++) {
    const count = countOf(length);
    left = (left << 1) - <i32>count;
    if (left < 0) return false;
    if (count > 0) most = length;
  }
  if (left > 0) {
    if (most !== 1) return false;
    store<u32>(table, ((<u32>load<u16>(SORTED)) << 8) | 1);
    store<u32>(table, INVALID | 1, 4);
    double(table, 1, bits);
    return true;
  }
  fillComplete(bits, table);
  return true;
}

/** Sorts the symbols that occur by their lengths; returns how many there are. */
function sort(lengths: usize, symbols: u32): u32 {
  memory.fill(COUNTS, 0, 64);
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const at = COUNTS + ((<usize>load<u8>(lengths + symbol)) << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
  let offset: u32 = 0;
  for (let length: u32 = 1; length <= MAX_BITS; length++) {
    store<u32>(OFFSETS + (length << 2), offset);
    offset += countOf(length);
  }
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const length = <usize>load<u8>(lengths + symbol);
    if (length === 0) continue;
    const at = OFFSETS + (length << 2);
    const place = load<u32>(at);
    store<u16>(SORTED + (place << 1), <u16>symbol);
    store<u32>(at, place + 1);
  }
  return offset;
}

function countOf(length: u32): u32 {
  return load<u32>(COUNTS + (length << 2));
}

/** The code that follows in the order of reversed bits: the highest zero becomes one, what is above it zeros. */
function following(code: u32, length: u32): u32 {
  const all = ((<u32>1) << length) - 1;
  const bit = (<u32>1) << (31 - clz(code ^ all));
  return (code & (bit - 1)) | bit;
}

function fillComplete(bits: u32, table: usize): void {
  let code: u32 = 0;
  let next = SORTED;
  let filled: u32 = 0;
  for (let length: u32 = 1; length <= bits; length++) {
    const count = countOf(length);
    if (filled > 0 || count > 0) {
      if (filled > 0) double(table, filled, length);
      filled = length;
    }
    for (let i: u32 = 0; i < count; i++) {
      store<u32>(table + ((<usize>code) << 2), ((<u32>load<u16>(next)) << 8) | length);
      next += 2;
      if (code === ((<u32>1) << length) - 1) {
        double(table, length, bits);
        return;
      }
      code = following(code, length);
    }
  }
  fillSubtables(bits, table, code, next);
}

/** Codes longer than `bits`, from `code` on, whose symbols are at `next`. */
function fillSubtables(bits: u32, table: usize, first: u32, next: usize): void {
  const mask = ((<u32>1) << bits) - 1;
  let code = first;
  let prefix: u32 = -1;
  let start: u32 = 0;
  let end: u32 = mask + 1;
  for (let length = bits + 1; length <= MAX_BITS; length++) {
    const count = countOf(length);
    for (let i: u32 = 0; i < count; i++) {
      if ((code & mask) !== prefix) {
        prefix = code & mask;
        start = end;
        const size = subtableBits(bits, length, count - i);
        end = start + ((<u32>1) << size);
        store<u32>(table + ((<usize>prefix) << 2), SUBTABLE | (start << 8) | size);
      }
      const entry = ((<u32>load<u16>(next)) << 8) | (length - bits);
      next += 2;
      for (let at = start + (code >>> bits); at < end; at += (<u32>1) << (length - bits))
        store<u32>(table + ((<usize>at) << 2), entry);
      if (code === ((<u32>1) << length) - 1) return;
      code = following(code, length);
    }
  }
}

/** Bits of the index of a subtable that begins with `left` codes of this length. */
function subtableBits(bits: u32, length: u32, left: u32): u32 {
  let size = length - bits;
  let used = left;
  while (used < (<u32>1) << size) {
    size++;
    used = (used << 1) + countOf(bits + size);
  }
  return size;
}

/** Makes a table of `from` bits one of `to` bits. */
function double(table: usize, from: u32, to: u32): void {
  for (let bits = from; bits < to; bits++) {
    const bytes: usize = (<usize>4) << bits;
    if (bytes < 16) {
      for (let i: usize = 0; i < bytes; i += 4) store<u32>(table + bytes + i, load<u32>(table + i));
    } else {
      for (let i: usize = 0; i < bytes; i += 16) v128.store(table + bytes + i, v128.load(table + i));
    }
  }
}

function fillWith(entry: u32, bits: u32, table: usize): void {
  const end = table + ((<usize>4) << bits);
  for (let at = table; at < end; at += 4) store<u32>(at, entry);
}
