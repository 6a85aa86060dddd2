/**
 * The hash chains that deflate finds matches with. zlib (deflate.c) chains strings by a hash of their first
 * three bytes, and a search looks at so many of a chain, newest first; of what it finds, Z_FILTERED drops what
 * is shorter than six bytes. The matches here are the same, but less is looked at for them:
 *
 * - A chain has the strings with one hash of their key, which is as many bytes as the shortest match that
 *   counts. The rule that decides is still zlib's: each string has its ordinal in zlib's chain, and the
 *   difference of two tells how many strings zlib looks at to come from the one to the other.
 * - Where a string whose key is one byte over and over follows another one of that byte, both are one link,
 *   which stands for the positions from its first to its newest; a search takes of them what zlib would.
 *   Thus runs cost no more than other strings.
 */
import { COUNTERS, fill, HEAD, LINKS, ORDINALS, WINDOW } from './memory';

/**
 * zlib's w_size for windowBits 15. libpng takes less for small images, but always so much that no match is
 * out of reach.
 */
export const WINDOW_SIZE: i32 = 32768;
/** zlib's MIN_LOOKAHEAD: what it wants to have behind a position before it compresses it. */
export const MIN_LOOKAHEAD: i32 = 262;
/** zlib's MAX_DIST. */
export const MAX_DISTANCE: i32 = WINDOW_SIZE - MIN_LOOKAHEAD;

/**
 * Parameters of level 6: candidates looked at, a quarter of it behind a match this long, and a length that
 * ends the search.
 */
const MAX_CHAIN: i32 = 128;
const GOOD_LENGTH: i32 = 8;
const NICE_LENGTH: i32 = 128;
const MAX_MATCH: i32 = 258;
const MASK: i32 = WINDOW_SIZE - 1;

/**
 * A key's hash is the highest bits of its product with an odd number (Knuth's multiplicative hashing). There
 * are four times as many hashes as positions in the window, so that a search seldom meets other keys, and
 * small images need little of the cache.
 */
const HASH_FACTOR: u64 = (0x9e3779b9 << 32) | 0x7f4a7c15;
const MAX_HASH_BITS: i32 = 17;
let hashShift: u64 = 0;

/** Bytes of a key, 8 at most, and by how many bits eight bytes are shifted to the left to leave these. */
let keyLength: i32 = 0;
let keyShift: u64 = 0;

/**
 * What is added to a position in HEAD (i32 a hash: the newest position). It grows with each image, so that
 * what older images left there lies before the window; LINKS (two i32 a link, at its newest position: its
 * first position, and the newest one of the link before) and ORDINALS (u16 a position) are only read where
 * the image at hand has written them. COUNTERS (u16 a hash of three bytes: the newest ordinal) go on from
 * image to image, for what matters is the difference of two ordinals within the window, modulo 2^16.
 */
let origin: i32 = 1;

/** Where the match that {@link longestMatch} found starts. */
export let matchStart: i32 = 0;

/**
 * Where {@link origin} starts anew, with the table cleared; far enough from overflow for an image of any
 * size.
 */
const LAST_ORIGIN: i32 = 1 << 26;

/** Where the input ends. */
let inputEnd: i32 = 0;

/** Forgets the image before, which had `length` bytes, as has the next one. No match is shorter than `shortest`. */
export function reset(length: i32, shortest: i32): void {
  inputEnd = length;
  keyLength = shortest;
  keyShift = 64 - 8 * u64(shortest);
  hashShift = 64 - u64(min(MAX_HASH_BITS, 34 - clz(length)));
  origin += length;
  if (origin > LAST_ORIGIN) {
    fill(HEAD, 4 << MAX_HASH_BITS, 0);
    origin = 1;
  }
}

/** Where in HEAD the newest string is whose key has the hash of the one at `at`. */
function head(at: i32): usize {
  return HEAD + (usize(((load<u64>(at, WINDOW) << keyShift) * HASH_FACTOR) >>> hashShift) << 2);
}

/**
 * Where in COUNTERS the newest ordinal of zlib's chain is, which has the strings with one UPDATE_HASH over
 * three bytes: for memLevel 9, 16 bits, 6 of shift. `bytes` are these, the first one lowest.
 */
function counter(bytes: u32): usize {
  const hash = ((bytes << 12) ^ ((bytes >>> 2) & 0x3fc0) ^ ((bytes >>> 16) & 0xff)) & 0xffff;
  return COUNTERS + (hash << 1);
}

/** Where in LINKS the link lies whose newest position is given. */
function slot(newest: i32): usize {
  return (newest & MASK) << 3;
}

/** The next string of zlib's chain that has the bytes at `at`, `times` of which follow each other up to `at`. */
function count(at: i32, times: u32): void {
  const newest = counter(load<u32>(at, WINDOW));
  const ordinal = load<u16>(newest) + times;
  store<u16>(newest, ordinal);
  store<u16>((at & MASK) << 1, ordinal, ORDINALS);
}

/** How many strings zlib looks at from the one at `at` until it comes to the one at `candidate`, that one included. */
function steps(at: i32, candidate: i32): i32 {
  const from: u32 = load<u16>((at & MASK) << 1, ORDINALS);
  return (from - load<u16>((candidate & MASK) << 1, ORDINALS)) & 0xffff;
}

/** Whether all bytes of the key at `at`, and the one before it, are equal. */
function continuesRun(at: i32): bool {
  return (load<u64>(at, WINDOW) ^ load<u64>(at, WINDOW - 1)) << keyShift === 0;
}

/**
 * Adds the string at `at`, and returns the newest one before it whose key has the same hash; not in the
 * window when there is none.
 */
export function insert(at: i32): i32 {
  const newest = insertLink(at);
  if (continuesRun(at) && at > 0) store<u64>(slot(at), load<u64>(slot(at - 1), LINKS), LINKS);
  return newest;
}

/** {@link insert} of a string that continues no run. */
function insertLink(at: i32): i32 {
  count(at, 1);
  const place = head(at);
  const newest = load<i32>(place) - origin;
  store<i32>(place, at + origin);
  store<u64>(slot(at), u64(u32(at)) | (u64(u32(newest)) << 32), LINKS);
  return newest;
}

/** Adds the strings from `from` to before `to`; there is one before. */
export function insertAll(from: i32, to: i32): void {
  for (let at = from; at < to; at++) {
    if (continuesRun(at)) {
      const last = at - 1 + runLength(at - 1, to + keyLength - at) - keyLength;
      count(last, last - at + 1);
      store<i32>(head(last), last + origin);
      store<u64>(slot(last), load<u64>(slot(at - 1), LINKS), LINKS);
      at = last;
    } else {
      insertLink(at);
    }
  }
}

/** How many bytes from `at` on equal the one at `at`: `longest` at most. */
function runLength(at: i32, longest: i32): i32 {
  const four = u64(load<u8>(at, WINDOW)) * 0x01010101;
  const bytes = four | (four << 32);
  for (let length = 0; length < longest; length += 8) {
    const difference = load<u64>(at + length, WINDOW) ^ bytes;
    if (difference !== 0) return min(longest, length + (i32(ctz(difference)) >>> 3));
  }
  return longest;
}

/**
 * How many bytes at `a` and at `b` are equal: `longest` at most, of which the first `known` are known to be.
 */
function common(a: i32, b: i32, known: i32, longest: i32): i32 {
  for (let length = known; length < longest; length += 8) {
    const difference = load<u64>(a + length, WINDOW) ^ load<u64>(b + length, WINDOW);
    if (difference !== 0) return min(longest, length + (i32(ctz(difference)) >>> 3));
  }
  return longest;
}

/**
 * zlib's longest_match: the length of the longest match for the string at `at` that is longer than
 * `previous`, or `previous`, and where that is less than a key, any length that is. The search starts at
 * `newest` and ends where the window does, whose first position is `base`; of matches of the same length the
 * nearest is taken.
 */
export function longestMatch(at: i32, newest: i32, base: i32, previous: i32): i32 {
  return (load<u64>(at, WINDOW) ^ load<u64>(at, WINDOW + 1)) << (keyShift + 8) === 0
    ? longestForRun(at, newest, base, previous)
    : longestForOther(at, newest, base, previous);
}

/**
 * How many strings zlib looks at to come to `candidate`, at most. One at MAX_DIST is taken only where it is
 * the first: zlib tests the distance of the first as `<=`, that of the others as `<`.
 */
function budgetFor(at: i32, candidate: i32, previous: i32): i32 {
  if (at - candidate === MAX_DISTANCE) return 1;
  return previous >= GOOD_LENGTH ? MAX_CHAIN >> 2 : MAX_CHAIN;
}

/** For a string whose key is not one byte over and over, which no link of more than one position can match. */
function longestForOther(at: i32, newest: i32, base: i32, previous: i32): i32 {
  const longest = min(inputEnd - at, MAX_MATCH);
  const nice = min(NICE_LENGTH, longest);
  const limit = max(base, at - MAX_DISTANCE - 1);
  let best = max(previous, keyLength - 1);
  let end: u32 = load<u16>(at + best, WINDOW - 1);
  let candidate = newest;
  do {
    if (isSameKey(candidate, at)) {
      if (steps(at, candidate) > budgetFor(at, candidate, previous)) break;
      if (load<u16>(candidate + best, WINDOW - 1) === end) {
        const length = common(candidate, at, keyLength, longest);
        if (length > best) {
          best = length;
          matchStart = candidate;
          if (length >= nice) break;
          end = load<u16>(at + best, WINDOW - 1);
        }
      }
    }
    candidate = load<i32>(slot(candidate), LINKS + 4);
  } while (candidate > limit);
  return best;
}

/** For a string whose key is one byte over and over, the start of a run of it. */
function longestForRun(at: i32, newest: i32, base: i32, previous: i32): i32 {
  const longest = min(inputEnd - at, MAX_MATCH);
  const nice = min(NICE_LENGTH, longest);
  const run = runLength(at, longest);
  let best = max(previous, keyLength - 1);
  let candidate = newest;
  if (candidate === at - 1 && load<u8>(candidate, WINDOW) === load<u8>(at, WINDOW)) {
    // The same run: it is longer at each of the link's positions, so that all of them match the rest of it
    // and no more.
    if (run > best) {
      best = run;
      matchStart = candidate;
      if (run >= nice) return best;
    }
    candidate = load<i32>(slot(candidate), LINKS + 4);
  }
  // An older run ends with a key of its bytes at its link's newest position, one byte more at the one before
  // it, and so on: each candidate matches one byte more, until one matches as much as there is of the run
  // here; that one alone may go on behind the run.
  const useful = min(run, nice);
  const limit = max(base, at - MAX_DISTANCE - 1);
  for (; candidate > limit; candidate = load<i32>(slot(candidate), LINKS + 4)) {
    if (!isSameKey(candidate, at)) continue;
    const left = budgetFor(at, candidate, previous) - steps(at, candidate);
    if (left < 0) break;
    const first = max(load<i32>(slot(candidate), LINKS), max(base, at - MAX_DISTANCE) + 1);
    const length = min(useful, keyLength + min(left, max(candidate - first, 0)));
    const start = candidate + keyLength - length;
    const total = length === run ? common(start, at, run, longest) : length;
    if (total > best) {
      best = total;
      matchStart = start;
      if (total >= nice) break;
    }
  }
  return best;
}

/** Whether two keys are equal; equal hashes need not come of equal keys. */
function isSameKey(a: i32, b: i32): bool {
  return (load<u64>(a, WINDOW) ^ load<u64>(b, WINDOW)) << keyShift === 0;
}
