/**
 * The hash chains that deflate finds matches with, as zlib has them (deflate.c), in another form: where a
 * string of three equal bytes follows another one, both are one link, for zlib's chains hold each of them. A
 * link stands for the positions from its first to its newest; a search counts them all against its budget but
 * looks only at those that zlib would take. Thus runs cost no more than other strings, and the matches are
 * the same.
 */
import { fill, HEAD, LINKS, WINDOW } from './memory';

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
 * What is added to a position in HEAD (i32 a hash: the newest position). It grows with each image, so that
 * what older images left there lies before the window; LINKS (two i32 a link, at its newest position: its
 * first position, and the newest one of the link before) is only read where the image at hand has written it.
 */
let origin: i32 = 1;

/** Where the match that {@link longestMatch} found starts. */
export let matchStart: i32 = 0;

/**
 * Where {@link origin} starts anew, with the table cleared; far enough from overflow for an image of any
 * size.
 */
const LAST_ORIGIN: i32 = 1 << 26;

/** Forgets the positions of the image before, which had `length` bytes, as has the next one. */
export function reset(length: i32): void {
  origin += length;
  if (origin > LAST_ORIGIN) {
    fill(HEAD, 4 << 16, 0);
    origin = 1;
  }
}

/**
 * zlib's UPDATE_HASH over three bytes for memLevel 9: 16 bits, 6 of shift. `bytes` are these, the first one
 * lowest.
 */
function hash(bytes: u32): u32 {
  return ((bytes << 12) ^ ((bytes >>> 2) & 0x3fc0) ^ ((bytes >>> 16) & 0xff)) & 0xffff;
}

/** Where in LINKS the link lies whose newest position is given. */
function slot(newest: i32): usize {
  return (newest & MASK) << 3;
}

/**
 * Adds the string at `at`, and returns the newest one before it of the same hash; not in the window when
 * there is none.
 */
export function insert(at: i32): i32 {
  const bytes = load<u32>(at, WINDOW);
  const head = HEAD + (hash(bytes) << 2);
  const newest = load<i32>(head) - origin;
  store<i32>(head, at + origin);
  const before = load<u32>(at, WINDOW - 1);
  const own = u64(u32(at)) | (u64(u32(newest)) << 32);
  store<u64>(
    slot(at),
    select<u64>(load<u64>(slot(at - 1), LINKS), own, u32(before === rotl(before, 8)) & u32(at > 0)),
    LINKS,
  );
  return newest;
}

/** Adds the strings from `from` to before `to`; there is one before. */
export function insertAll(from: i32, to: i32): void {
  for (let at = from; at < to; at++) {
    const before = load<u32>(at, WINDOW - 1);
    if (before === rotl(before, 8)) {
      const last = min(at - 1 + runLength(at - 1, to + 2 - at + 1), to + 2) - 3;
      store<i32>(HEAD + (hash(before) << 2), last + origin);
      store<u64>(slot(last), load<u64>(slot(at - 1), LINKS), LINKS);
      at = last;
    } else {
      insert(at);
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
 * `previous`, or `previous`. The search starts at `newest` and ends behind `limit`; of matches of the same
 * length the nearest is taken. `lookahead` is what is left of the input.
 */
export function longestMatch(at: i32, newest: i32, limit: i32, previous: i32, lookahead: i32): i32 {
  const longest = min(lookahead, MAX_MATCH);
  const bytes = load<u32>(at, WINDOW) << 8;
  return (bytes ^ (bytes << 8)) >>> 16 === 0
    ? longestForRun(at, newest, limit, previous, longest)
    : longestForOther(at, newest, limit, previous, longest);
}

function budgetFor(previous: i32): i32 {
  return previous >= GOOD_LENGTH ? MAX_CHAIN >> 2 : MAX_CHAIN;
}

/** For a string of three bytes that are not equal, which no link of more than one position can match. */
function longestForOther(at: i32, newest: i32, limit: i32, previous: i32, longest: i32): i32 {
  const nice = min(NICE_LENGTH, longest);
  let budget = budgetFor(previous);
  let best = previous;
  let end: u32 = load<u16>(at + best, WINDOW - 1);
  let candidate = newest;
  do {
    const first = load<i32>(slot(candidate), LINKS);
    const older = load<i32>(slot(candidate), LINKS + 4);
    if (load<u16>(candidate + best, WINDOW - 1) === end) {
      const length = common(candidate, at, 0, longest);
      if (length > best) {
        best = length;
        matchStart = candidate;
        if (length >= nice) break;
        end = load<u16>(at + best, WINDOW - 1);
      }
    }
    budget -= candidate - first + 1;
    candidate = older;
  } while (candidate > limit && budget > 0);
  return best;
}

/** For a string of three equal bytes, the start of a run of them. */
function longestForRun(at: i32, newest: i32, limit: i32, previous: i32, longest: i32): i32 {
  const nice = min(NICE_LENGTH, longest);
  const run = runLength(at, longest);
  const byte: u32 = load<u8>(at, WINDOW);
  let budget = budgetFor(previous);
  let best = previous;
  let candidate = newest;
  if (candidate === at - 1 && load<u8>(candidate, WINDOW) === byte) {
    // The same run: it is longer at each of the link's positions, so that all of them match the rest of it
    // and no more.
    if (run > best) {
      best = run;
      matchStart = candidate;
      if (run >= nice) return best;
    }
    budget -= candidate - load<i32>(slot(candidate), LINKS) + 1;
    candidate = load<i32>(slot(candidate), LINKS + 4);
    if (candidate <= limit || budget <= 0) return best;
  }
  // An older run ends with three of its bytes at its link's newest position, four at the one before it, and
  // so on: each candidate matches one byte more, until one matches as much as there is of the run here; that
  // one alone may go on behind the run.
  const useful = min(run, nice);
  let end: u32 = load<u16>(at + best, WINDOW - 1);
  do {
    const first = load<i32>(slot(candidate), LINKS);
    const older = load<i32>(slot(candidate), LINKS + 4);
    const links = candidate - max(first, limit + 1) + 1;
    const length = min(useful, 2 + min(links, budget));
    const start = candidate + 3 - length;
    if (load<u16>(start + best, WINDOW - 1) === end && isRun(candidate, byte)) {
      const total = length === run ? common(start, at, run, longest) : length;
      if (total > best) {
        best = total;
        matchStart = start;
        if (total >= nice) break;
        end = load<u16>(at + best, WINDOW - 1);
      }
    }
    budget -= links;
    candidate = older;
  } while (candidate > limit && budget > 0);
  return best;
}

/** Whether the string at `at` is three times `byte`; equal hashes need not come of equal strings. */
function isRun(at: i32, byte: u32): bool {
  return ((load<u32>(at, WINDOW) ^ (byte * 0x010101)) & 0xffffff) === 0;
}
