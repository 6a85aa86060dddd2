/**
 * HighwayHash with a result of 64 bits (Alakuijala, Cox and Wassenberg, "Fast keyed hash/pseudo-random function using SIMD
 * multiply and permute", 2016; `highwayhash/hh_portable.h` of google/highwayhash). Its state is four vectors of four u64
 * lanes; JavaScript's integers have 32 bits, so each lane is two words here, the low one first.
 */

/** Bytes of a key, and of the packets that the hash takes at a time. */
const PACKET_BYTES = 32;
/** Bytes of a result. */
export const HASH_BYTES = 8;

/** Where the four vectors begin among the state's words; a vector has eight. */
const V0 = 0;
const V1 = 8;
const MUL0 = 16;
const MUL1 = 24;
const STATE_WORDS = 32;

/** The vectors' start values, which the algorithm's authors took from the digits of pi. */
const INITIAL_MUL0 = [
  0xfe4cce2f, 0xdbe6d5d5, 0x299f31d0, 0xa4093822, 0x03707344, 0x13198a2e, 0x85a308d3, 0x243f6a88,
];
const INITIAL_MUL1 = [
  0xcb0ef593, 0x3bd39e10, 0xb5f18a8c, 0xc0acf169, 0x34e90c6c, 0xbe5466cf, 0x38d01377, 0x452821e6,
];

/** How often the state goes through itself at the end; a longer result takes more. */
const PERMUTATIONS = 4;

/** Hashes byte strings with one key; its buffers serve every hash. */
export class HighwayHash {
  readonly #initial: Int32Array;
  readonly #state = new Int32Array(STATE_WORDS);
  readonly #lastPacket = new DataView(new ArrayBuffer(PACKET_BYTES));

  /** @param key 32 bytes: four u64, little-endian */
  constructor(key: Uint8Array) {
    this.#initial = initialState(new DataView(key.buffer, key.byteOffset, PACKET_BYTES));
  }

  /** Writes the hash of the bytes `[start, end)` of `data` as a little-endian u64 at `at`, into the same `data`. */
  hash(data: DataView, start: number, end: number, at: number): void {
    const state = this.#state;
    state.set(this.#initial);
    let packet = start;
    for (; packet + PACKET_BYTES <= end; packet += PACKET_BYTES) addPacket(state, data, packet);
    if (packet < end) {
      addLength(state, end - packet);
      fillLastPacket(this.#lastPacket, data, packet, end);
      addPacket(state, this.#lastPacket, 0);
    }
    for (let i = 0; i < PERMUTATIONS; i++) addPermuted(state);
    writeSum(state, data, at);
  }
}

function initialState(key: DataView): Int32Array {
  const state = new Int32Array(STATE_WORDS);
  for (let word = 0; word < 8; word++) {
    state[V0 + word] = INITIAL_MUL0[word]! ^ key.getInt32(4 * word, true);
    state[V1 + word] = INITIAL_MUL1[word]! ^ key.getInt32(4 * (word ^ 1), true);
    state[MUL0 + word] = INITIAL_MUL0[word]!;
    state[MUL1 + word] = INITIAL_MUL1[word]!;
  }
  return state;
}

function addPacket(state: Int32Array, data: DataView, at: number): void {
  mixLane(state, 0, data.getInt32(at, true), data.getInt32(at + 4, true));
  mixLane(state, 2, data.getInt32(at + 8, true), data.getInt32(at + 12, true));
  mixLane(state, 4, data.getInt32(at + 16, true), data.getInt32(at + 20, true));
  mixLane(state, 6, data.getInt32(at + 24, true), data.getInt32(at + 28, true));
  zipLanes(state);
}

/** The state's own vector v0 as a packet: its lanes changed crosswise, the halves of each exchanged. */
function addPermuted(state: Int32Array): void {
  const low0 = state[V0]!;
  const high0 = state[V0 + 1]!;
  const low1 = state[V0 + 2]!;
  const high1 = state[V0 + 3]!;
  const low2 = state[V0 + 4]!;
  const high2 = state[V0 + 5]!;
  const low3 = state[V0 + 6]!;
  const high3 = state[V0 + 7]!;
  mixLane(state, 0, high2, low2);
  mixLane(state, 2, high3, low3);
  mixLane(state, 4, high0, low0);
  mixLane(state, 6, high1, low1);
  zipLanes(state);
}

/**
 * One lane of a packet:
 *
 *     v1 += mul0 + word;  mul0 ^= low(v1) * high(v0)
 *     v0 += mul1;         mul1 ^= low(v0) * high(v1)
 */
function mixLane(state: Int32Array, lane: number, wordLow: number, wordHigh: number): void {
  const mul0Low = state[MUL0 + lane]!;
  const mul0High = state[MUL0 + lane + 1]!;
  const addLow = (mul0Low + wordLow) | 0;
  const addHigh = (mul0High + wordHigh + carry(mul0Low, wordLow, addLow)) | 0;
  const oldV1Low = state[V1 + lane]!;
  const v1Low = (oldV1Low + addLow) | 0;
  const v1High = (state[V1 + lane + 1]! + addHigh + carry(oldV1Low, addLow, v1Low)) | 0;
  state[V1 + lane] = v1Low;
  state[V1 + lane + 1] = v1High;

  const v0High = state[V0 + lane + 1]!;
  state[MUL0 + lane] = mul0Low ^ Math.imul(v1Low, v0High);
  state[MUL0 + lane + 1] = mul0High ^ multiplyHigh(v1Low, v0High);

  const mul1Low = state[MUL1 + lane]!;
  const mul1High = state[MUL1 + lane + 1]!;
  const oldV0Low = state[V0 + lane]!;
  const v0Low = (oldV0Low + mul1Low) | 0;
  state[V0 + lane] = v0Low;
  state[V0 + lane + 1] = v0High + mul1High + carry(oldV0Low, mul1Low, v0Low);

  state[MUL1 + lane] = mul1Low ^ Math.imul(v0Low, v1High);
  state[MUL1 + lane + 1] = mul1High ^ multiplyHigh(v0Low, v1High);
}

/**
 * What `a + b = sum` on 32 bits carries over, 0 or 1. A comparison would tell as well, but it is a branch that goes either
 * way as often, and half of the time for a hash went into wrong guesses.
 */
function carry(a: number, b: number, sum: number): number {
  return ((a & b) | ((a | b) & ~sum)) >>> 31;
}

/**
 * The upper word of the product of two u32. The product as a double and what is left of it without its low word are each off
 * by half of a last bit at the most, that is 2^10, so the quotient is within 2^-21 of the integer, and may be below it.
 */
function multiplyHigh(a: number, b: number): number {
  return (((a >>> 0) * (b >>> 0) - (Math.imul(a, b) >>> 0)) / 2 ** 32 + 0.5) | 0;
}

function zipLanes(state: Int32Array): void {
  addZipped(state, V0, V1);
  addZipped(state, V0 + 4, V1 + 4);
  addZipped(state, V1, V0);
  addZipped(state, V1 + 4, V0 + 4);
}

/**
 * Adds to the pair of lanes at `to` the bytes of the pair at `from` in the order in which multiplication mixes them best
 * ("zipper merge"): with the pair's bytes numbered 0 to 15, `3 12 2 5 14 1 15 0` and `11 4 10 13 9 6 8 7`.
 */
function addZipped(state: Int32Array, to: number, from: number): void {
  const low0 = state[from]!;
  const high0 = state[from + 1]!;
  const low1 = state[from + 2]!;
  const high1 = state[from + 3]!;
  addToLane(
    state,
    to,
    (low0 >>> 24) | ((high1 & 0xff) << 8) | (low0 & 0xff0000) | ((high0 & 0xff00) << 16),
    ((high1 >>> 16) & 0xff) | (low0 & 0xff00) | ((high1 >>> 8) & 0xff0000) | (low0 << 24),
  );
  addToLane(
    state,
    to + 2,
    (low1 >>> 24) | ((high0 & 0xff) << 8) | (low1 & 0xff0000) | ((high1 & 0xff00) << 16),
    ((low1 >>> 8) & 0xff) | ((high0 >>> 8) & 0xff00) | ((low1 & 0xff) << 16) | (high0 & 0xff000000),
  );
}

function addToLane(state: Int32Array, lane: number, low: number, high: number): void {
  const old = state[lane]!;
  const sum = (old + low) | 0;
  state[lane] = sum;
  state[lane + 1] = state[lane + 1]! + high + carry(old, low, sum);
}

/** Before a last packet of `length` bytes, 1 to 31: without it a string and the same with zeros behind hashed alike. */
function addLength(state: Int32Array, length: number): void {
  for (let lane = 0; lane < 8; lane += 2) addToLane(state, V0 + lane, length, length);
  for (let word = V1; word < V1 + 8; word++) {
    state[word] = (state[word]! << length) | (state[word]! >>> (32 - length));
  }
}

/**
 * The last packet: whole words first, then of 16 bytes or more the last four bytes at the packet's end, of fewer the one to
 * three bytes that fill no word, in its middle, as first, middle one and last.
 */
function fillLastPacket(packet: DataView, data: DataView, start: number, end: number): void {
  const length = end - start;
  const beyondWords = length & 3;
  const wordsEnd = end - beyondWords;
  for (let at = 0; at < PACKET_BYTES; at += 4) packet.setInt32(at, 0, true);
  for (let at = start; at < wordsEnd; at += 4) packet.setInt32(at - start, data.getInt32(at, true), true);
  if (length >= 16) {
    packet.setInt32(28, data.getInt32(end - 4, true), true);
  } else if (beyondWords > 0) {
    packet.setUint8(16, data.getUint8(wordsEnd));
    packet.setUint8(17, data.getUint8(wordsEnd + (beyondWords >> 1)));
    packet.setUint8(18, data.getUint8(end - 1));
  }
}

/** The result: the first lanes of all four vectors, added. */
function writeSum(state: Int32Array, data: DataView, at: number): void {
  addToLane(state, V0, state[V1]!, state[V1 + 1]!);
  addToLane(state, V0, state[MUL0]!, state[MUL0 + 1]!);
  addToLane(state, V0, state[MUL1]!, state[MUL1 + 1]!);
  data.setInt32(at, state[V0]!, true);
  data.setInt32(at + 4, state[V0 + 1]!, true);
}
