/**
 * A block of deflate: its symbols, and the choice of how they are written (zlib's _tr_tally and
 * _tr_flush_block).
 */
import { END_OF_BLOCK } from '../shared/symbols';
import { align, copy, held, hold, position, resume, write } from './bits';
import {
  build,
  CODE_LENGTHS,
  CODES,
  FREQUENCIES,
  fixedBits,
  lastSymbol,
  reverse,
  totalBits,
} from './huffman';
import { DISTANCES, FIXED_DISTANCES, FIXED_LITERALS, fill, LENGTHS, LITERALS, RUNS, SYMBOLS } from './memory';
import {
  DISTANCE_COUNT,
  DISTANCE_EXTRA,
  distanceBase,
  distanceSymbol,
  LENGTH_COUNT,
  LENGTH_EXTRA,
  LITERAL_COUNT,
  LITERAL_EXTRA,
  lengthBase,
  lengthOrder,
  lengthSymbol,
} from './symbols';

/** A block ends with this symbol: zlib's sym_end for memLevel 9, 2^15 - 1. */
const CAPACITY: u32 = 32767;

/** Block types (RFC 1951, 3.2.3). */
const STORED: u32 = 0;
const FIXED: u32 = 1;
const DYNAMIC: u32 = 2;

/** How many symbols the block has so far. */
let count: u32 = 0;

/** Fills the fixed codes (RFC 1951, 3.2.6). */
export function initialize(): void {
  for (let symbol: u32 = 0; symbol < LITERAL_COUNT; symbol++) {
    if (symbol < 144) assignFixed(symbol, 0x30 + symbol, 8);
    else if (symbol < 256) assignFixed(symbol, 0x190 + symbol - 144, 9);
    else if (symbol < 280) assignFixed(symbol, symbol - 256, 7);
    else assignFixed(symbol, 0xc0 + symbol - 280, 8);
  }
  for (let symbol: u32 = 0; symbol < DISTANCE_COUNT; symbol++) {
    store<u32>(symbol << 2, (5 << 16) | reverse(symbol, 5), FIXED_DISTANCES + CODES);
  }
}

function assignFixed(symbol: u32, code: u32, length: u32): void {
  store<u32>(symbol << 2, (length << 16) | reverse(code, length), FIXED_LITERALS + CODES);
}

/** Starts a block without symbols. */
export function clear(): void {
  fill(LITERALS + FREQUENCIES, LITERAL_COUNT << 2, 0);
  fill(DISTANCES + FREQUENCIES, DISTANCE_COUNT << 2, 0);
  fill(LENGTHS + FREQUENCIES, LENGTH_COUNT << 2, 0);
  store<u32>(END_OF_BLOCK << 2, 1, LITERALS + FREQUENCIES);
  count = 0;
}

/** Adds a literal; true when the block has to end. */
export function addLiteral(byte: u32): bool {
  store<u32>(count << 2, byte, SYMBOLS);
  tally(LITERALS, byte, 1);
  return ++count === CAPACITY;
}

/**
 * Adds a match, distance << 16 | length - 3, which is more than any literal; true when the block has to end.
 */
export function addMatch(length: u32, distance: u32): bool {
  store<u32>(count << 2, (distance << 16) | (length - 3), SYMBOLS);
  tally(LITERALS, lengthSymbol(length - 3), 1);
  tally(DISTANCES, distanceSymbol(distance - 1), 1);
  return ++count === CAPACITY;
}

function tally(alphabet: usize, symbol: u32, times: u32): void {
  const frequency = alphabet + FREQUENCIES + (symbol << 2);
  store<u32>(frequency, load<u32>(frequency) + times);
}

/**
 * Writes the block in the shortest of the three ways and starts the next one. `bytes` and `length` are the
 * input that it stands for; `storable` is false where zlib has that input no longer in its window.
 */
export function flush(bytes: usize, length: u32, storable: bool, last: bool): void {
  build(LITERALS, LITERAL_COUNT, LITERAL_EXTRA, FIXED_LITERALS);
  const lastLiteral = lastSymbol;
  let staticBits = fixedBits;
  let dynamicBits = totalBits;
  build(DISTANCES, DISTANCE_COUNT, DISTANCE_EXTRA, FIXED_DISTANCES);
  const lastDistance = lastSymbol;
  staticBits += fixedBits;
  dynamicBits += totalBits;

  let runs = encodeLengths(LITERALS, lastLiteral, RUNS);
  runs = encodeLengths(DISTANCES, lastDistance, runs);
  build(LENGTHS, LENGTH_COUNT, LENGTH_EXTRA, LENGTHS);
  let lastRank: u32 = LENGTH_COUNT - 1;
  while (lastRank >= 4 && load<u8>(lengthOrder(lastRank), LENGTHS + CODE_LENGTHS) === 0) lastRank--;
  dynamicBits += totalBits + 3 * (lastRank + 1) + 5 + 5 + 4;

  // Three bits of header; zlib compares whole bytes, and takes the fixed codes where they are no longer.
  const dynamicLength = (dynamicBits + 3 + 7) >>> 3;
  const fixedLength = (staticBits + 3 + 7) >>> 3;
  if (storable && length + 4 <= min(fixedLength, dynamicLength)) {
    write((STORED << 1) | u32(last), 3);
    align();
    write(length | ((length ^ 0xffff) << 16), 32);
    copy(bytes, length);
  } else if (fixedLength <= dynamicLength) {
    write((FIXED << 1) | u32(last), 3);
    writeSymbols(FIXED_LITERALS, FIXED_DISTANCES);
  } else {
    write((DYNAMIC << 1) | u32(last), 3);
    writeCodes(lastLiteral, lastDistance, lastRank, runs);
    writeSymbols(LITERALS, DISTANCES);
  }
  clear();
}

/**
 * Run length encodes the code lengths up to `last` (RFC 1951, 3.2.7; zlib's scan_tree), to u16 = value << 5 |
 * symbol, where value is what the extra bits hold. Counts the symbols, and returns the end.
 */
function encodeLengths(alphabet: usize, last: u32, runs: usize): usize {
  const lengths = alphabet + CODE_LENGTHS;
  let to = runs;
  let start: u32 = 0;
  for (let at: u32 = 0; at <= last; at += 16) {
    // A bit for each length that the next one does not equal; behind the last one nothing counts.
    let ends = i8x16.bitmask(i8x16.ne(v128.load(lengths + at), v128.load(lengths + at, 1)));
    if (at + 16 > last) ends = (ends | (1 << (last - at))) & ((2 << (last - at)) - 1);
    for (; ends !== 0; ends &= ends - 1) {
      const end = at + ctz(ends) + 1;
      to = encodeRun(load<u8>(lengths + start), end - start, to);
      start = end;
    }
  }
  return to;
}

/** One code length, `run` times. */
function encodeRun(length: u32, run: u32, runs: usize): usize {
  let to = runs;
  let left = run;
  if (left >= 3 + u32(length !== 0)) {
    if (length === 0) {
      for (; left >= 3; to += 2) {
        const repeated = min<u32>(left, 138);
        store<u16>(to, repeated < 11 ? ((repeated - 3) << 5) | 17 : ((repeated - 11) << 5) | 18);
        tally(LENGTHS, repeated < 11 ? 17 : 18, 1);
        left -= repeated;
      }
    } else {
      store<u16>(to, length);
      tally(LENGTHS, length, 1);
      left--;
      for (to += 2; left >= 3; to += 2) {
        const repeated = min<u32>(left, 6);
        store<u16>(to, ((repeated - 3) << 5) | 16);
        tally(LENGTHS, 16, 1);
        left -= repeated;
      }
    }
  }
  // Three at most.
  store<u64>(to, u64(length) * 0x000100010001);
  tally(LENGTHS, length, left);
  return to + (left << 1);
}

/**
 * The header of a dynamic block: the counts, the lengths of the length codes, then the lengths of both
 * alphabets.
 */
function writeCodes(lastLiteral: u32, lastDistance: u32, lastRank: u32, runs: usize): void {
  write((lastLiteral - 256) | (lastDistance << 5) | ((lastRank - 3) << 10), 14);
  for (let rank: u32 = 0; rank <= lastRank; rank++)
    write(load<u8>(lengthOrder(rank), LENGTHS + CODE_LENGTHS), 3);
  for (let at = RUNS; at < runs; at += 2) {
    const run: u32 = load<u16>(at);
    const code = load<u32>((run & 31) << 2, LENGTHS + CODES);
    const length = code >>> 16;
    write((code & 0xffff) | ((run >>> 5) << length), length + load<u8>(run & 31, LENGTH_EXTRA));
  }
}

/**
 * All symbols and the end of the block. What bits.ts does stands here once more: its state in local variables
 * is faster.
 */
function writeSymbols(literals: usize, distances: usize): void {
  let to = position;
  let bits = hold;
  let total = held;
  store<u32>(count << 2, END_OF_BLOCK, SYMBOLS);
  const end = SYMBOLS + (count << 2);
  for (let at = SYMBOLS; at <= end; at += 4) {
    const symbol = load<u32>(at);
    if (symbol <= END_OF_BLOCK) {
      const code = load<u32>(literals + (symbol << 2), CODES);
      bits |= u64(code & 0xffff) << total;
      total += code >>> 16;
    } else {
      // 48 bits at most, behind 7: the length's code, its extra bits, the distance's code, its extra bits.
      const length = symbol & 0xff;
      const ofLength = lengthSymbol(length);
      const lengthCode = load<u32>(literals + (ofLength << 2), CODES);
      bits |= u64(lengthCode & 0xffff) << total;
      total += lengthCode >>> 16;
      bits |= u64(length - lengthBase(ofLength)) << total;
      total += load<u8>(ofLength, LITERAL_EXTRA);
      const distance = (symbol >>> 16) - 1;
      const ofDistance = distanceSymbol(distance);
      const distanceCode = load<u32>(distances + (ofDistance << 2), CODES);
      bits |= u64(distanceCode & 0xffff) << total;
      total += distanceCode >>> 16;
      bits |= u64(distance - distanceBase(ofDistance)) << total;
      total += load<u8>(ofDistance, DISTANCE_EXTRA);
    }
    store<u64>(to, bits);
    to += total >>> 3;
    bits >>>= total & ~7;
    total &= 7;
  }
  resume(to, bits, total);
}
