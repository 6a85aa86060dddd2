/** Inflate (RFC 1951) of a stream whose length is known. */
import { END_OF_BLOCK } from '../shared/symbols';
import { build, INVALID, SUBTABLE } from './huffman';
import {
  CODE_LENGTHS,
  DISTANCE_SYMBOLS,
  DISTANCES,
  FIXED_DISTANCES,
  FIXED_LITERALS,
  LENGTH_ORDER,
  LENGTH_SYMBOLS,
  LITERALS,
  PRECODE,
} from './memory';

/** Bits of the index of a table. */
const LITERAL_BITS: u32 = 9;
const DISTANCE_BITS: u32 = 8;
const PRECODE_BITS: u32 = 7;

/** Bits that are read and not taken, the next one lowest, and how many: what is above them may be bits that come. */
let hold: u64 = 0;
let held: u32 = 0;
/** The next byte to be read, and the end of the input. */
let at: usize = 0;
let limit: usize = 0;
/** Where the output begins, where the next byte of it goes, and its end. */
let first: usize = 0;
let out: usize = 0;
let outEnd: usize = 0;

/** Of a stream that was refused: whether it has more than the output has room for, and whether it came to its own end. */
export let overflowed: bool = false;
export let ended: bool = false;

/** How many bytes the last stream made. */
export function inflated(): usize {
  return out - first;
}

/** Makes the fixed codes (RFC 1951, 3.2.6). */
export function initialize(): void {
  memory.fill(CODE_LENGTHS, 8, 144);
  memory.fill(CODE_LENGTHS + 144, 9, 112);
  memory.fill(CODE_LENGTHS + 256, 7, 24);
  memory.fill(CODE_LENGTHS + 280, 8, 8);
  build(CODE_LENGTHS, 288, LITERAL_BITS, FIXED_LITERALS);
  memory.fill(CODE_LENGTHS, 5, 32);
  build(CODE_LENGTHS, 32, DISTANCE_BITS, FIXED_DISTANCES);
}

/**
 * Inflates what lies from `start` to before `end` to `to`, `length` bytes of it exactly. Up to 15 bytes behind may be
 * overwritten.
 *
 * @returns the end of the stream, or 0 where it is damaged, or of another length
 */
export function inflate(start: usize, end: usize, to: usize, length: usize): usize {
  hold = 0;
  held = 0;
  at = start;
  limit = end;
  first = to;
  out = to;
  outEnd = to + length;
  overflowed = false;
  ended = false;
  let last = false;
  while (!last) {
    refill();
    last = take(1) !== 0;
    const type = take(2);
    if (type === 3) return 0;
    if (type === 0) {
      if (!stored()) return 0;
    } else if (type === 1) {
      if (!compressed(FIXED_LITERALS, FIXED_DISTANCES)) return 0;
    } else if (!readCodes() || !compressed(LITERALS, DISTANCES)) return 0;
    if (isPastEnd()) return 0;
  }
  ended = true;
  return out === outEnd ? at - (held >>> 3) : 0;
}

/** Has 56 bits at hand at least; those past the end are whatever lies there. */
function refill(): void {
  hold |= load<u64>(at) << held;
  at += (63 - held) >>> 3;
  held |= 56;
}

/** Whether bits were taken that lie behind the end. */
function isPastEnd(): bool {
  return at - (held >>> 3) > limit;
}

function take(count: u32): u32 {
  const value = <u32>hold & (((<u32>1) << count) - 1);
  hold >>>= count;
  held -= count;
  return value;
}

function overflow(): bool {
  overflowed = true;
  return false;
}

/** A block that is not compressed (RFC 1951, 3.2.4). */
function stored(): bool {
  at -= held >>> 3;
  hold = 0;
  held = 0;
  if (at + 4 > limit) return false;
  const length = <usize>load<u16>(at);
  if ((length ^ <usize>load<u16>(at, 2)) !== 0xffff) return false;
  at += 4;
  if (at + length > limit) return false;
  if (out + length > outEnd) return overflow();
  memory.copy(out, at, length);
  at += length;
  out += length;
  return true;
}

/** The codes of a dynamic block (RFC 1951, 3.2.7). */
function readCodes(): bool {
  const literals = take(5) + 257;
  const distances = take(5) + 1;
  const lengths = take(4) + 4;
  if (literals > 286 || distances > 30) return false;
  v128.store(CODE_LENGTHS, i8x16.splat(0));
  store<u32>(CODE_LENGTHS, 0, 16);
  refill();
  for (let i: u32 = 0; i < lengths; i++) {
    // 19 times 3 bits are 57.
    if (i === 18) refill();
    store<u8>(CODE_LENGTHS + load<u8>(LENGTH_ORDER + i), <u8>take(3));
  }
  if (!build(CODE_LENGTHS, 19, PRECODE_BITS, PRECODE)) return false;
  if (!readLengths(literals + distances)) return false;
  // Without an end the block would have none.
  if (load<u8>(CODE_LENGTHS + END_OF_BLOCK) === 0) return false;
  return (
    build(CODE_LENGTHS, literals, LITERAL_BITS, LITERALS) &&
    build(CODE_LENGTHS + literals, distances, DISTANCE_BITS, DISTANCES)
  );
}

function readLengths(count: u32): bool {
  for (let filled: u32 = 0; filled < count; ) {
    refill();
    if (at - 8 > limit) return false;
    const entry = load<u32>(PRECODE + ((<usize>hold & 127) << 2));
    if ((entry & INVALID) !== 0) return false;
    take(entry & 0xff);
    const symbol = entry >>> 8;
    if (symbol < 16) {
      store<u8>(CODE_LENGTHS + filled++, <u8>symbol);
      continue;
    }
    let length: u8 = 0;
    let times: u32;
    if (symbol === 16) {
      if (filled === 0) return false;
      length = load<u8>(CODE_LENGTHS + filled - 1);
      times = 3 + take(2);
    } else times = symbol === 17 ? 3 + take(3) : 11 + take(7);
    if (filled + times > count) return false;
    for (let i: u32 = 0; i < times; i++) store<u8>(CODE_LENGTHS + filled + i, length);
    filled += times;
  }
  return true;
}

/** The literals and matches of a block, with the tables of its codes. */
function compressed(literals: usize, distances: usize): bool {
  while (true) {
    refill();
    // What is read ahead is 8 bytes at most.
    if (at - 8 > limit) return false;
    let entry = load<u32>(literals + ((<usize>hold & ((1 << LITERAL_BITS) - 1)) << 2));
    if (entry < END_OF_BLOCK << 8) {
      if (out === outEnd) return overflow();
      take(entry & 0xff);
      store<u8>(out++, <u8>(entry >>> 8));
      // There are bits enough for another one.
      entry = load<u32>(literals + ((<usize>hold & ((1 << LITERAL_BITS) - 1)) << 2));
      if (entry < END_OF_BLOCK << 8) {
        if (out === outEnd) return overflow();
        take(entry & 0xff);
        store<u8>(out++, <u8>(entry >>> 8));
        continue;
      }
      // A length and its distance take 48 bits at most.
      refill();
    }
    entry = resolved(entry, literals, LITERAL_BITS);
    if ((entry & INVALID) !== 0) return false;
    const symbol = entry >>> 8;
    if (symbol === END_OF_BLOCK) return true;
    if (symbol < END_OF_BLOCK) {
      if (out === outEnd) return overflow();
      store<u8>(out++, <u8>symbol);
      continue;
    }
    if (symbol > 285) return false;
    const length = meant(load<u32>(LENGTH_SYMBOLS + ((<usize>(symbol - 257)) << 2)));
    entry = load<u32>(distances + ((<usize>hold & ((1 << DISTANCE_BITS) - 1)) << 2));
    entry = resolved(entry, distances, DISTANCE_BITS);
    if ((entry & INVALID) !== 0 || entry >>> 8 > 29) return false;
    const distance = meant(load<u32>(DISTANCE_SYMBOLS + ((<usize>(entry >>> 8)) << 2)));
    if (<usize>distance > out - first) return false;
    if (out + length > outEnd) return overflow();
    copy(distance, length);
  }
}

/** The entry of a whole code, its bits taken. */
function resolved(entry: u32, table: usize, bits: u32): u32 {
  if ((entry & SUBTABLE) === 0) {
    take(entry & 0xff);
    return entry;
  }
  take(bits);
  const index = ((entry & ~SUBTABLE) >>> 8) + (<u32>hold & (((<u32>1) << (entry & 0xff)) - 1));
  const long = load<u32>(table + ((<usize>index) << 2));
  take(long & 0xff);
  return long;
}

/** The value of a symbol with its extra bits. */
function meant(symbol: u32): u32 {
  return (symbol & 0xffff) + take(symbol >>> 16);
}

/** Copies what stands `distance` back, which may overlap what it makes. */
function copy(distance: usize, length: usize): void {
  const end = out + length;
  if (distance >= 16) {
    for (let to = out; to < end; to += 16) v128.store(to, v128.load(to - distance));
  } else if (distance === 1) {
    const value = i8x16.splat(load<i8>(out - 1));
    for (let to = out; to < end; to += 16) v128.store(to, value);
  } else {
    for (let to = out; to < end; to++) store<u8>(to, load<u8>(to - distance));
  }
  out = end;
}
