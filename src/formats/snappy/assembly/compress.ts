import { copyVectors, INPUT, output, TABLE, TABLE_BITS } from './memory';

/** How far back a copy reaches: its offset has 16 bits at most here. */
const WINDOW: usize = 0xffff;
/** Bytes that a hash is of, and that a match has at least. */
const HASHED: usize = 4;
/** How many bits a hash has at least: emptying so small a table is no work. */
const FEWEST_BITS: u32 = 8;

/**
 * Compresses the `length` bytes at {@link INPUT}, and returns how many it makes of them; they are at {@link output}.
 * One pass that takes the first match that it sees, as Google's own compressor does. What it gives follows from these
 * bytes alone: the table of places is empty at first, and no byte behind the input is looked at.
 */
export function compress(length: usize): usize {
  let to = writeLength(output, length);
  const end = INPUT + length;
  let literal = INPUT;
  if (length > HASHED) {
    const bits = min<u32>(TABLE_BITS, max<u32>(FEWEST_BITS, 32 - clz<u32>(<u32>length - 1)));
    const shift = 32 - bits;
    memory.fill(TABLE, 0, 4 << bits);
    const last = end - HASHED;
    let at = INPUT;
    while (at <= last) {
      // The longer nothing is found, the farther apart are the places that are tried.
      let tries: usize = 32;
      let match: usize = 0;
      while (at <= last) {
        match = replace(at, shift);
        if (at - match <= WINDOW && load<u32>(match) === load<u32>(at)) break;
        at += tries++ >>> 5;
      }
      if (at > last) break;
      while (at > literal && match > INPUT && load<u8>(at - 1) === load<u8>(match - 1)) {
        at--;
        match--;
      }
      if (at > literal) to = writeLiteral(to, literal, at - literal);
      const matched = matchLength(match, at, end);
      to = writeCopy(to, at - match, matched);
      at += matched;
      literal = at;
      if (at <= last) replace(at - 1, shift);
    }
  }
  if (literal < end) to = writeLiteral(to, literal, end - literal);
  return to - output;
}

/** Puts a place into the table, and returns the one that was there, or 0. */
function replace(at: usize, shift: u32): usize {
  const slot = TABLE + ((<usize>((load<u32>(at) * 0x1e35a7bd) >>> shift)) << 2);
  const before = <usize>load<u32>(slot);
  store<u32>(slot, <u32>at);
  return before;
}

/** How many bytes from `match` on are as those from `at` to before `end`. */
function matchLength(match: usize, at: usize, end: usize): usize {
  const start = at;
  while (at + 8 <= end) {
    const difference = load<u64>(match) ^ load<u64>(at);
    if (difference !== 0) return at - start + (<usize>ctz(difference) >>> 3);
    match += 8;
    at += 8;
  }
  while (at < end && load<u8>(match) === load<u8>(at)) {
    match++;
    at++;
  }
  return at - start;
}

/** The length of the input, seven bits a byte, the lower ones first. */
function writeLength(to: usize, length: usize): usize {
  while (length >= 0x80) {
    store<u8>(to++, <u8>(length | 0x80));
    length >>>= 7;
  }
  store<u8>(to++, <u8>length);
  return to;
}

/** Tag 00: a literal, of which the length less one stands in the tag, or, from 60 on, in one to four bytes behind it. */
function writeLiteral(to: usize, from: usize, length: usize): usize {
  const n = length - 1;
  if (n < 60) {
    store<u8>(to++, <u8>(n << 2));
  } else {
    const bytes: usize = n < 0x100 ? 1 : n < 0x10000 ? 2 : n < 0x1000000 ? 3 : 4;
    store<u8>(to, <u8>((59 + bytes) << 2));
    store<u32>(to, <u32>n, 1);
    to += 1 + bytes;
  }
  copyVectors(to, from, length);
  return to + length;
}

/** Copies of 64 bytes at most; none is shorter than 4, so that the last may be of the short form. */
function writeCopy(to: usize, offset: usize, length: usize): usize {
  while (length >= 68) {
    to = writeLongCopy(to, offset, 64);
    length -= 64;
  }
  if (length > 64) {
    to = writeLongCopy(to, offset, 60);
    length -= 60;
  }
  if (length >= 12 || offset >= 2048) return writeLongCopy(to, offset, length);
  // Tag 01: 4 to 11 bytes, an offset of 11 bits, the upper three in the tag.
  store<u8>(to, <u8>(1 | ((length - 4) << 2) | ((offset >>> 8) << 5)));
  store<u8>(to, <u8>offset, 1);
  return to + 2;
}

/** Tag 10: 1 to 64 bytes, an offset of 16 bits. */
function writeLongCopy(to: usize, offset: usize, length: usize): usize {
  store<u8>(to, <u8>(2 | ((length - 1) << 2)));
  store<u16>(to, <u16>offset, 1);
  return to + 3;
}
