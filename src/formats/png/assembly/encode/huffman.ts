/**
 * Huffman codes with exactly the lengths that zlib gives (build_tree, gen_bitlen and gen_codes of its
 * trees.c). Symbols of equal frequency get their lengths by the order in which zlib's heap gives them out, so
 * the heap is the same; what differs is that an entry holds all that the heap compares in one number.
 */
import { fill, TREE } from './memory';
import { LENGTH_COUNT } from './symbols';

/** An alphabet: u32 a symbol, how often it occurs in the block; */
export const FREQUENCIES: usize = 0;
/** u32 a symbol, length << 16 | code, the code's first bit lowest; */
export const CODES: usize = 0x480;
/** u8 a node, the length again, which is what is written; of inner nodes, the depth. */
export const CODE_LENGTHS: usize = 0x900;

/**
 * A heap entry: frequency << 15 | depth << 10 | node. Nodes are the symbols, then the inner nodes in the
 * order they are made.
 */
const FREQUENCY_SHIFT: u32 = 15;
const DEPTH: u32 = 0x7c00;
const DEPTH_ONE: u32 = 0x400;
const NODE: u32 = 0x3ff;
const MAX_FREQUENCY: u32 = 0xffff8000;
/** An entry that is larger than any. */
const NOTHING: u32 = 0xffffffff;

/** u32 an entry, the root at 1; everything behind the last entry is larger than any. */
const HEAP: usize = TREE;
/** u16 a node, in the order in which the heap gave them out. */
const ORDER: usize = TREE + 0x900;
/** u16 a symbol that occurs, ascending. */
const USED: usize = TREE + 0x1100;
/** u32 a length: how many symbols have it, then the next code of it. */
const COUNTS: usize = TREE + 0x1380;

const MAX_LENGTH: u32 = 15;

/** What {@link build} tells beside the codes: the last symbol that has one, */
export let lastSymbol: u32 = 0;
/** the bits that the block's symbols of this alphabet take, extra bits included, */
export let totalBits: u32 = 0;
/** and the bits that they would take under the fixed codes. */
export let fixedBits: u32 = 0;

/**
 * Gives codes to the symbols below `count` that occur, of at most 15 bits, and 7 in the alphabet of code lengths (RFC 1951,
 * 3.2.7). `extra` is their extra bits, u8 a symbol; `fixed` is an alphabet with the fixed codes.
 */
export function build(alphabet: usize, count: u32, extra: usize, fixed: usize): void {
  const longest: u32 = count === LENGTH_COUNT ? 7 : MAX_LENGTH;
  const used = collect(alphabet, count);
  const taken = merge(used, count);
  fill(alphabet + CODE_LENGTHS, count, 0);
  fill(COUNTS, 4 * (MAX_LENGTH + 1), 0);
  const overflow = assignLengths(alphabet, taken, count, longest);
  if (overflow > 0) shorten(alphabet, count, longest, overflow);
  assignCodes(alphabet, used, extra, fixed);
}

/** Puts the symbols that occur into the heap, unordered, and returns how many. */
function collect(alphabet: usize, count: u32): u32 {
  let used: u32 = 0;
  for (let symbol: u32 = 0; symbol < count; symbol++) {
    const frequency = load<u32>(alphabet + (symbol << 2), FREQUENCIES);
    store<u32>(used << 2, (frequency << FREQUENCY_SHIFT) | symbol, HEAP + 4);
    store<u16>(used << 1, symbol, USED);
    used += u32(frequency !== 0);
  }
  // zlib gives every alphabet two codes: the lowest symbols that have none occur once, although they are
  // never written.
  let last: u32 = used > 0 ? load<u16>((used - 1) << 1, USED) : -1;
  while (used < 2) {
    const symbol = <i32>last < 2 ? ++last : 0;
    store<u32>(used << 2, (1 << FREQUENCY_SHIFT) | symbol, HEAP + 4);
    store<u16>(used << 1, symbol, USED);
    used++;
  }
  if (load<u16>(USED) > load<u16>(USED + 2)) store<u32>(USED, load<u16>(USED + 2) | (load<u16>(USED) << 16));
  lastSymbol = last;
  return used;
}

/** Merges the two least nodes until one is left, and returns how many left the heap before it. */
function merge(used: u32, count: u32): u32 {
  fill(HEAP + 4 + (used << 2), (used + 2) << 2, 0xff);
  for (let i = used >>> 1; i >= 1; i--) sift(i, load<u32>(i << 2, HEAP), clz(i) - clz(used));
  let length = used;
  let node = count;
  let taken: u32 = 0;
  do {
    const first = load<u32>(HEAP + 4);
    const moved = load<u32>(length << 2, HEAP);
    store<u32>(length << 2, NOTHING, HEAP);
    length--;
    const levels = 31 - clz(length);
    sift(1, moved, levels);
    const second = load<u32>(HEAP + 4);
    store<u32>(taken << 1, (first & NODE) | ((second & NODE) << 16), ORDER);
    taken += 2;
    const depth = max(first & DEPTH, second & DEPTH) + DEPTH_ONE;
    sift(1, ((first & MAX_FREQUENCY) + (second & MAX_FREQUENCY)) | depth | node++, levels);
  } while (length >= 2);
  return taken;
}

/**
 * Moves `entry` down from `start`, below which the heap has `levels` levels, until no son is smaller, as
 * zlib's pqdownheap does: by frequency, then depth; of equal sons the right one goes up, and an entry that
 * equals its smaller son stays. There is no branch that depends on the entries, for these are hard to
 * predict: it walks the path of the smaller sons to its end, and each place on it gets the son while that is
 * smaller than `entry`, then `entry`, then what was there.
 */
function sift(start: u32, entry: u32, levels: u32): void {
  let at = start;
  let here = entry;
  let settled = false;
  for (let level: u32 = 0; level < levels; level++) {
    const left = load<u32>(at << 3, HEAP);
    const right = load<u32>(at << 3, HEAP + 4);
    const isRight = right <= (left | NODE);
    const son = select<u32>(right, left, isRight);
    const stays = entry <= (son | NODE);
    store<u32>(at << 2, select<u32>(here, select<u32>(entry, son, stays), settled), HEAP);
    at = (at << 1) + u32(isRight);
    here = son;
    settled = stays;
  }
  store<u32>(at << 2, select<u32>(here, entry, settled), HEAP);
}

/** Lengths from the root down; returns how many nodes, inner ones too, would lie deeper than `longest`. */
function assignLengths(alphabet: usize, taken: u32, count: u32, longest: u32): u32 {
  const lengths = alphabet + CODE_LENGTHS;
  let overflow: u32 = 0;
  let parent = lengths + count + (taken >>> 1) - 1;
  store<u8>(parent, 0);
  for (let at = ORDER + (taken << 1); at > ORDER; at -= 4, parent--) {
    let length: u32 = load<u8>(parent) + 1;
    if (length > longest) {
      length = longest;
      overflow += 2;
    }
    const first: u32 = load<u16>(at - 4);
    const second: u32 = load<u16>(at - 2);
    store<u8>(lengths + first, length);
    store<u8>(lengths + second, length);
    addCount(length, u32(first < count) + u32(second < count));
  }
  return overflow;
}

/**
 * Makes room in the tree for the symbols that were cut to `longest` bits, and gives the longest codes to the
 * rarest symbols anew.
 */
function shorten(alphabet: usize, count: u32, longest: u32, overflow: u32): void {
  for (let left = <i32>overflow; left > 0; left -= 2) {
    let length = longest - 1;
    while (load<u32>(length << 2, COUNTS) === 0) length--;
    addCount(length, -1);
    addCount(length + 1, 2);
    addCount(longest, -1);
  }
  let at = ORDER;
  for (let length = longest; length !== 0; length--) {
    for (let left = load<u32>(length << 2, COUNTS); left !== 0; at += 2) {
      const node: u32 = load<u16>(at);
      if (node >= count) continue;
      store<u8>(alphabet + node, length, CODE_LENGTHS);
      left--;
    }
  }
}

function addCount(length: u32, change: i32): void {
  store<u32>(length << 2, load<u32>(length << 2, COUNTS) + change, COUNTS);
}

/** Canonical codes (RFC 1951, 3.2.2), and the bits that all symbols take. */
function assignCodes(alphabet: usize, used: u32, extra: usize, fixed: usize): void {
  let next: u32 = 0;
  for (let length: u32 = 1; length <= MAX_LENGTH; length++) {
    const symbols = load<u32>(length << 2, COUNTS);
    next <<= 1;
    store<u32>(length << 2, next, COUNTS);
    next += symbols;
  }
  let total: u32 = 0;
  let totalFixed: u32 = 0;
  for (let i: u32 = 0; i < used; i++) {
    const symbol: u32 = load<u16>(i << 1, USED);
    const length: u32 = load<u8>(alphabet + symbol, CODE_LENGTHS);
    const code = load<u32>(length << 2, COUNTS);
    store<u32>(length << 2, code + 1, COUNTS);
    store<u32>(alphabet + (symbol << 2), (length << 16) | reverse(code, length), CODES);
    const frequency = load<u32>(alphabet + (symbol << 2), FREQUENCIES);
    const extraBits: u32 = load<u8>(extra + symbol);
    total += frequency * (length + extraBits);
    totalFixed += frequency * (load<u16>(fixed + (symbol << 2), CODES + 2) + extraBits);
  }
  totalBits = total;
  fixedBits = totalFixed;
}

/**
 * The low `length` bits of `code`, at most 16, in the other order: deflate writes codes highest bit first
 * (RFC 1951, 3.1.1).
 */
export function reverse(code: u32, length: u32): u32 {
  let bits = ((code & 0x5555) << 1) | ((code >>> 1) & 0x5555);
  bits = ((bits & 0x3333) << 2) | ((bits >>> 2) & 0x3333);
  bits = ((bits & 0x0f0f) << 4) | ((bits >>> 4) & 0x0f0f);
  bits = ((bits & 0x00ff) << 8) | (bits >>> 8);
  return bits >>> (16 - length);
}
