/** The step of SplitMix's counter: 2^32 divided by the golden ratio, made odd. */
const GOLDEN_GAMMA = 0x9e3779b9;

/** MurmurHash3's 32-bit finalizer: spreads every bit of a counter over the word (github.com/aappleby/smhasher). */
function fmix32(word: number): number {
  let h = word | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function rotl(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

/**
 * xoshiro128** 1.1 of Blackman and Vigna (prng.di.unimi.it/xoshiro128starstar.c, public domain), in integer operations
 * only, so that every machine draws the same numbers. The state must not be four zeros.
 */
export class Random {
  #s0: number;
  #s1: number;
  #s2: number;
  #s3: number;

  constructor(s0: number, s1: number, s2: number, s3: number) {
    this.#s0 = s0;
    this.#s1 = s1;
    this.#s2 = s2;
    this.#s3 = s3;
  }

  /**
   * The generator of one numbered stream under a seed, both 32-bit integers. The state is four steps of SplitMix32 (a
   * counter, mixed), as the authors of xoshiro advise; two streams of a seed never share a state.
   */
  static ofStream(seed: number, stream: number): Random {
    const counter = fmix32(fmix32(seed) ^ stream);
    return new Random(
      fmix32(counter + GOLDEN_GAMMA),
      fmix32(counter + 2 * GOLDEN_GAMMA),
      fmix32(counter + 3 * GOLDEN_GAMMA),
      fmix32(counter + 4 * GOLDEN_GAMMA),
    );
  }

  /** The next integer of 0 to 2^32 - 1. */
  uint32(): number {
    const word = Math.imul(rotl(Math.imul(this.#s1, 5), 7), 9) >>> 0;
    const shifted = this.#s1 << 9;
    this.#s2 ^= this.#s0;
    this.#s3 ^= this.#s1;
    this.#s1 ^= this.#s2;
    this.#s0 ^= this.#s3;
    this.#s2 ^= shifted;
    this.#s3 = rotl(this.#s3, 11);
    return word;
  }

  /** An integer of 0 to `count - 1`; `count` is small, so that its bias (count / 2^32) does not matter. */
  below(count: number): number {
    return Math.floor((this.uint32() * count) / 4294967296);
  }

  /** A number from `low` up to, not including, `high`. */
  between(low: number, high: number): number {
    return low + (this.uint32() / 4294967296) * (high - low);
  }

  /**
   * A number around 0 with standard deviation 1, never beyond 3: the sum of three uniform ones, which looks normal
   * enough and needs no logarithm or cosine (whose last bit may differ between machines).
   */
  around0(): number {
    return 2 * (this.between(0, 1) + this.between(0, 1) + this.between(0, 1)) - 3;
  }
}
