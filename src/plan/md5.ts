/**
 * MD5 (RFC 1321) of one short message, many times over: the order of a split needs the hash of every row's key, and a
 * call into `node:crypto` costs more than the hash itself.
 */

/** Longest message, in bytes, that fits one block beside its padding. */
export const MAX_KEY_BYTES = 55;

const SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];

/** floor(2^32 * |sin(i + 1)|), RFC 1321 section 3.4, as a table: `Math.sin` may differ from engine to engine. */
// biome-ignore format: a table
const SINES = new Int32Array([
  0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
  0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
  0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
  0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
  0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
  0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
  0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
  0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
]);

/** One block of 64 bytes, the digest after {@link hashKey} in four words, each read as the digest's bytes in order (big-endian). */
export class Md5Key {
  /** The message; the bytes past its length belong to the padding and are managed by {@link hashKey}. */
  readonly block = new Uint8Array(64);
  /** The digest as four 32-bit words, most significant first, so that comparing words compares the 128-bit integer. */
  readonly digest = new Uint32Array(4);
  readonly #words = new Int32Array(16);

  /** Hashes the first `length` (at most {@link MAX_KEY_BYTES}) bytes of `block` into `digest`. */
  hashKey(length: number): void {
    this.#pad(length);
    const words = this.#words;
    let a = 0x67452301;
    let b = 0xefcdab89 | 0;
    let c = 0x98badcfe | 0;
    let d = 0x10325476;
    for (let step = 0; step < 64; step++) {
      let mixed: number;
      let word: number;
      if (step < 16) {
        mixed = d ^ (b & (c ^ d));
        word = step;
      } else if (step < 32) {
        mixed = c ^ (d & (b ^ c));
        word = (5 * step + 1) & 15;
      } else if (step < 48) {
        mixed = b ^ c ^ d;
        word = (3 * step + 5) & 15;
      } else {
        mixed = c ^ (b | ~d);
        word = (7 * step) & 15;
      }
      const sum = (a + mixed + words[word]! + SINES[step]!) | 0;
      const shift = SHIFTS[((step >> 4) << 2) | (step & 3)]!;
      a = d;
      d = c;
      c = b;
      b = (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0;
    }
    this.digest[0] = swap(a + 0x67452301);
    this.digest[1] = swap(b + 0xefcdab89);
    this.digest[2] = swap(c + 0x98badcfe);
    this.digest[3] = swap(d + 0x10325476);
  }

  #pad(length: number): void {
    const { block } = this;
    block[length] = 0x80;
    block.fill(0, length + 1, 56);
    for (let word = 0; word < 14; word++) {
      const at = word * 4;
      this.#words[word] =
        block[at]! | (block[at + 1]! << 8) | (block[at + 2]! << 16) | (block[at + 3]! << 24);
    }
    this.#words[14] = length * 8;
    this.#words[15] = 0;
  }
}

function swap(word: number): number {
  return (word >>> 24) | ((word >>> 8) & 0xff00) | ((word & 0xff00) << 8) | (word << 24);
}
