import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HighwayHash } from '../../../src/formats/array-record/highway-hash.js';
import { times } from '../../sample.js';

const ascending = (length: number, first = 0): Uint8Array => Uint8Array.from({ length }, (_, i) => first + i);

/** The hash as a number, as published vectors are written. */
function hashOf(key: Uint8Array, bytes: Uint8Array): bigint {
  const data = new DataView(new ArrayBuffer(bytes.length + 8));
  new Uint8Array(data.buffer).set(bytes, 8);
  new HighwayHash(key).hash(data, 8, data.byteLength, 0);
  return data.getBigUint64(0, true);
}

/** The key of four u64 1, 2, 3, 4. */
const KEY_1234 = ascending(32).map((byte) => (byte % 8 === 0 ? byte / 8 + 1 : 0));

describe('HighwayHash', () => {
  it.each([
    [0, 0x907a56de22c26e53n],
    [1, 0x7eab43aac7cddd78n],
    [2, 0xb8d0569ab0b53d62n],
    [3, 0x5c6befab8a463d80n],
    [4, 0xf205a46893007edan],
    [15, 0x40793f86a449f33bn],
    [16, 0xcfab3489f97eb832n],
    [17, 0x19fe67d2c8c5c0e2n],
    [31, 0x9fc7007ccf035a68n],
    [32, 0xa0c964d9ecd580fcn],
    [33, 0x2c90f73ca03181fcn],
  ])(
    'gives the vector of its authors for %i bytes 0, 1, 2, ... and the key 0, 1, ... 31',
    (length, expected) => {
      expect(hashOf(ascending(32), ascending(length))).toBe(expected);
    },
  );

  it('gives the vectors of its authors for the key 1, 2, 3, 4', () => {
    expect(hashOf(KEY_1234, ascending(33, 128))).toBe(0x53c516cce478cad7n);
    expect(hashOf(KEY_1234, Uint8Array.of(0xff))).toBe(0x7858f24d2d79b2b2n);
  });

  it('is the algorithm on 64-bit integers, for every length of a last packet', () => {
    const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
    const bytes = fc.uint8Array({ maxLength: 200 });
    fc.assert(
      fc.property(key, bytes, (k, b) => hashOf(k, b) === slowHash(k, b)),
      { numRuns: times(500, 50) },
    );
    for (let length = 0; length <= 130; length++) {
      expect(hashOf(KEY_1234, ascending(length, 97))).toBe(slowHash(KEY_1234, ascending(length, 97)));
    }
  });

  it('multiplies and carries at the bounds of 32 bits', () => {
    const edge = fc.constantFrom(0x00, 0x01, 0x7f, 0x80, 0xff);
    const key = fc.array(edge, { minLength: 32, maxLength: 32 });
    const bytes = fc.array(edge, { maxLength: 100 });
    const same = (k: number[], b: number[]): boolean =>
      hashOf(Uint8Array.from(k), Uint8Array.from(b)) === slowHash(Uint8Array.from(k), Uint8Array.from(b));
    fc.assert(fc.property(key, bytes, same), { numRuns: times(300, 30) });
  });

  it.each([
    [0xffffffd9, 0x00200001],
    [0x0400000d, 0x1000000a],
    [0x80000018, 0x7fffffea],
    [0x10000024, 0x07fffff1],
    [0xffffffff, 0xffffffff],
  ])('multiplies %i by %i, whose upper word a rounded product may miss', (a, b) => {
    // The key's upper word makes v0's b, and the first word of data then makes v1's lower one a.
    const key = new DataView(new ArrayBuffer(32));
    key.setUint32(4, (b ^ 0xdbe6d5d5) >>> 0, true);
    const data = new DataView(new ArrayBuffer(32));
    data.setInt32(0, a - (0xcb0ef593 ^ key.getInt32(4, true)) - 0xfe4cce2f, true);
    const [keyBytes, bytes] = [new Uint8Array(key.buffer), new Uint8Array(data.buffer)];
    expect(hashOf(keyBytes, bytes)).toBe(slowHash(keyBytes, bytes));
  });

  it('takes a key that lies within a larger buffer', () => {
    const buffer = new Uint8Array(50);
    buffer.set(KEY_1234, 11);
    expect(hashOf(buffer.subarray(11, 43), ascending(33, 128))).toBe(0x53c516cce478cad7n);
  });

  it('hashes the stretch asked for, writes eight bytes where asked, and keeps nothing from hash to hash', () => {
    const hasher = new HighwayHash(KEY_1234);
    const bytes = ascending(120);
    const data = new DataView(bytes.slice().buffer);
    hasher.hash(data, 0, 120, 103);
    hasher.hash(data, 5, 98, 103);
    const expected = new DataView(bytes.slice().buffer);
    expected.setBigUint64(103, slowHash(KEY_1234, bytes.subarray(5, 98)), true);
    expect(new Uint8Array(data.buffer)).toEqual(new Uint8Array(expected.buffer));
  });
});

/** The algorithm by its definition, lane by lane, on integers of any size cut to 64 bits. */
function slowHash(key: Uint8Array, bytes: Uint8Array): bigint {
  const u64 = (value: bigint): bigint => BigInt.asUintN(64, value);
  const low = (value: bigint): bigint => value & 0xffffffffn;
  const swap = (value: bigint): bigint => u64(value << 32n) | (value >> 32n);
  const lanes = (packet: Uint8Array): bigint[] => {
    const view = new DataView(packet.slice().buffer);
    return [0, 8, 16, 24].map((at) => view.getBigUint64(at, true));
  };
  const mul0 = [0xdbe6d5d5fe4cce2fn, 0xa4093822299f31d0n, 0x13198a2e03707344n, 0x243f6a8885a308d3n];
  const mul1 = [0x3bd39e10cb0ef593n, 0xc0acf169b5f18a8cn, 0xbe5466cf34e90c6cn, 0x452821e638d01377n];
  const v0 = lanes(key).map((word, lane) => word ^ mul0[lane]!);
  const v1 = lanes(key).map((word, lane) => swap(word) ^ mul1[lane]!);

  const zip = (to: bigint[], from: bigint[], lane: number): void => {
    const pick = (order: number[]): bigint =>
      order.reduce((sum, byte, at) => {
        const value = (from[lane + (byte >> 3)]! >> BigInt(8 * (byte & 7))) & 0xffn;
        return sum | (value << BigInt(8 * at));
      }, 0n);
    const [first, second] = [pick([3, 12, 2, 5, 14, 1, 15, 0]), pick([11, 4, 10, 13, 9, 6, 8, 7])];
    to[lane] = u64(to[lane]! + first);
    to[lane + 1] = u64(to[lane + 1]! + second);
  };
  const update = (words: bigint[]): void => {
    for (let lane = 0; lane < 4; lane++) {
      v1[lane] = u64(v1[lane]! + mul0[lane]! + words[lane]!);
      mul0[lane]! ^= low(v1[lane]!) * (v0[lane]! >> 32n);
      v0[lane] = u64(v0[lane]! + mul1[lane]!);
      mul1[lane]! ^= low(v0[lane]!) * (v1[lane]! >> 32n);
    }
    zip(v0, v1, 0);
    zip(v0, v1, 2);
    zip(v1, v0, 0);
    zip(v1, v0, 2);
  };

  const whole = bytes.length - (bytes.length % 32);
  for (let at = 0; at < whole; at += 32) update(lanes(bytes.subarray(at, at + 32)));
  const rest = bytes.subarray(whole);
  if (rest.length > 0) {
    const length = BigInt(rest.length);
    const rotate = (word: bigint): bigint => low((word << length) | (word >> (32n - length)));
    for (let lane = 0; lane < 4; lane++) {
      v0[lane] = u64(v0[lane]! + (length << 32n) + length);
      v1[lane] = (rotate(v1[lane]! >> 32n) << 32n) | rotate(low(v1[lane]!));
    }
    const packet = new Uint8Array(32);
    const words = rest.subarray(0, rest.length & ~3);
    const beyond = rest.subarray(words.length);
    packet.set(words);
    if (rest.length & 16) packet.set(rest.subarray(-4), 28);
    else if (beyond.length > 0)
      packet.set([beyond.at(0)!, beyond.at(beyond.length >> 1)!, beyond.at(-1)!], 16);
    update(lanes(packet));
  }
  for (let round = 0; round < 4; round++) update([v0[2]!, v0[3]!, v0[0]!, v0[1]!].map(swap));
  return u64(v0[0]! + v1[0]! + mul0[0]! + mul1[0]!);
}
