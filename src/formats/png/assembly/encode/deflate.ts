/** zlib's deflate of a filtered image, level 6, memLevel 9 (RFC 1950 around RFC 1951). */
import { adler32 } from '../shared/adler32';
import { align, open } from './bits';
import { addLiteral, addMatch, clear, flush } from './block';
import {
  insert,
  insertAll,
  longestMatch,
  MAX_DISTANCE,
  MIN_LOOKAHEAD,
  matchStart,
  reset,
  WINDOW_SIZE,
} from './chains';
import { WINDOW } from './memory';

/** zlib's MIN_MATCH, and max_lazy of level 6: behind a match as long as that no better one is sought. */
const MIN_MATCH: i32 = 3;
const MAX_LAZY: i32 = 16;
/** "No match": zlib's MIN_MATCH - 1. */
const NONE: i32 = 2;

/** The first position of zlib's window, a multiple of its size, and where the input ends that it has read. */
let base: i32 = 0;
let fed: i32 = 0;
/** Where the row ends whose bytes zlib is given. */
let rowEnd: i32 = 0;

/**
 * Compresses the `length` bytes at WINDOW, rows of `rowLength` bytes, to `out`, and returns the end. Matches
 * shorter than `shortest` are dropped: 6 under Z_FILTERED, 3 under the default strategy.
 */
export function deflate(length: i32, rowLength: i32, shortest: i32, out: usize): usize {
  store<u16>(out, header(length));
  open(out + 2);
  compress(length, rowLength, shortest);
  const end = align();
  store<u32>(end, bswap(adler32(WINDOW, WINDOW + length)));
  return end + 4;
}

/**
 * CMF and FLG (RFC 1950, 2.2), with the least window that holds the input, as libpng's optimize_cmf leaves
 * it, and level 2 of 3.
 */
function header(length: i32): u16 {
  let info: u32 = 0;
  while (info < 7 && length > 256 << info) info++;
  if (length > 16384) info = 7;
  const value = (((info << 4) | 8) << 8) | 0x80;
  return bswap<u16>(<u16>(value + 31 - (value % 31)));
}

/** zlib's deflate_slow: a match is taken only when the one a byte later is not longer. */
function compress(length: i32, rowLength: i32, shortest: i32): void {
  reset(length, shortest);
  clear();
  base = 0;
  rowEnd = 0;
  // Where zlib's window never slides, it does not matter what it has read.
  fed = length < WINDOW_SIZE + MAX_DISTANCE ? i32.MAX_VALUE : 0;
  let blockStart = 0;
  let found = NONE;
  let pending = false;
  let at = 0;
  for (;;) {
    if (fed - at < MIN_LOOKAHEAD) feed(at, length, rowLength);
    const lookahead = length - at;
    if (lookahead === 0) break;
    const newest = lookahead >= MIN_MATCH ? insert(at) : -1;
    const previous = found;
    const previousStart = matchStart;
    found = NONE;
    if (newest > base && previous < MAX_LAZY && at - newest <= MAX_DISTANCE) {
      found = longestMatch(at, newest, base, previous);
      if (found < shortest) found = NONE;
    }
    if (previous >= MIN_MATCH && found <= previous) {
      const full = addMatch(previous, at - 1 - previousStart);
      const end = at - 1 + previous;
      insertAll(at + 1, min(end, length - 2));
      at = end;
      pending = false;
      found = NONE;
      if (full) blockStart = endBlock(blockStart, at);
    } else {
      if (pending && addLiteral(load<u8>(at, WINDOW - 1))) blockStart = endBlock(blockStart, at);
      pending = true;
      at++;
    }
  }
  if (pending) addLiteral(load<u8>(at, WINDOW - 1));
  flush(WINDOW + blockStart, at - blockStart, blockStart >= base, true);
}

function endBlock(blockStart: i32, at: i32): i32 {
  flush(WINDOW + blockStart, at - blockStart, blockStart >= base, false);
  return at;
}

/**
 * zlib's fill_window, for what the window's place decides: which strings can still be matched, and whether a
 * block's input is still there to be stored. libpng gives the input row by row, so that the window may slide
 * one position earlier than it would otherwise.
 */
function feed(at: i32, length: i32, rowLength: i32): void {
  do {
    if (at - base >= WINDOW_SIZE + MAX_DISTANCE) base += WINDOW_SIZE;
    if (fed === length) return;
    if (fed === rowEnd) rowEnd += rowLength;
    fed = min(rowEnd, base + 2 * WINDOW_SIZE);
  } while (fed - at < MIN_LOOKAHEAD);
}
