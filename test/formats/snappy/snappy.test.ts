import fc from 'fast-check';
import { snappyUncompress as byHyparquet } from 'hyparquet';
import { snappyUncompress as byHysnappy } from 'hysnappy';
import { describe, expect, it } from 'vitest';
import { snappyCompress, snappyUncompress } from '../../../src/formats/snappy/snappy.js';
import { times } from '../../sample.js';

/** Bytes in which nothing repeats that is worth a copy. */
function noise(length: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = seed;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

function compressed(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(snappyCompress(bytes));
}

/** That our own decoder and two that are others' give the bytes back. */
function expectRoundTrip(bytes: Uint8Array): void {
  const stored = compressed(bytes);
  const out = new Uint8Array(bytes.length);
  byHyparquet(stored, out);
  expect(Buffer.compare(out, bytes)).toBe(0);
  expect(Buffer.compare(byHysnappy(stored, bytes.length), bytes)).toBe(0);
  expect(Buffer.compare(snappyUncompress(stored, bytes.length), bytes)).toBe(0);
}

function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
}

const TEXT = new TextEncoder();

describe('snappyCompress', () => {
  it.each([
    ['nothing', '', '00'],
    ['one byte', 'a', '0100 61'],
    ['four bytes, which could not be shorter', 'aaaa', '040c 61616161'],
    ['a run: a literal, and a copy of what it makes itself', 'aaaaaaaaaaaaaaaa', '1000 61 3a0100'],
    [
      'a short copy from less than 2,048 bytes back',
      'abcdefgh-abcdefgh!',
      '1220 61626364656667682d 1109 0021',
    ],
  ])('%s', (_, text, stored) => {
    expect(Buffer.from(snappyCompress(TEXT.encode(text))).toString('hex')).toBe(stored.replaceAll(' ', ''));
  });

  it('takes a match from where it begins, before the place where it was found', () => {
    // Places are 2 apart and more behind 32 bytes without a match: the copy is 64 bytes long all the same.
    const head = noise(64);
    const bytes = Uint8Array.from([...head, ...noise(90, 2), ...head, ...noise(9, 3)]);
    const stored = compressed(bytes);
    expect(stored.length).toBe(2 + 2 + 154 + 3 + 1 + 9);
    expectRoundTrip(bytes);
  });

  it.each([1, 3, 4, 5, 59, 60, 61, 62, 255, 256, 257, 258, 65535, 65536, 65537, 70_000, 2 ** 24 + 2])(
    'noise of %d bytes, as one literal',
    (length) => {
      const bytes = noise(length);
      const lengthBytes = Math.ceil(Math.log2(length + 1) / 7);
      const tagBytes = [60, 2 ** 8, 2 ** 16, 2 ** 24, 2 ** 32].findIndex((limit) => length <= limit) + 1;
      if (length <= 65536) expect(snappyCompress(bytes).length).toBe(lengthBytes + tagBytes + length);
      expectRoundTrip(bytes);
    },
  );

  it('copies of each length', () => {
    for (let length = 4; length <= 300; length++) {
      const repeated = noise(length, length);
      expectRoundTrip(Uint8Array.from([...repeated, 1, 2, 3, ...repeated, 250, 251]));
    }
  });

  it.each([2047, 2048, 65534, 65535, 65536, 65537])('a copy from %d bytes back', (distance) => {
    const bytes = noise(distance + 20);
    bytes.copyWithin(distance, 0, 20);
    expectRoundTrip(bytes);
    const found = snappyCompress(bytes).length < snappyCompress(noise(distance + 20)).length;
    expect(found).toBe(distance <= 65535);
  });

  it('gives the same whatever came before, and whatever lies behind the input', () => {
    const inputs = [noise(5), new Uint8Array(100), noise(1000), new Uint8Array(300_000), noise(70_000, 7)];
    const first = inputs.map(compressed);
    for (const before of [new Uint8Array(0), noise(400_000), new Uint8Array(400_000).fill(255)])
      inputs.forEach((bytes, i) => {
        snappyCompress(before);
        expect(Buffer.compare(snappyCompress(bytes), first[i]!)).toBe(0);
      });
  });

  it('gives back what went in, whatever it is', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 20 }), fc.nat(30)).map(([bytes, times]) => {
        return Uint8Array.from(Array.from({ length: times }, () => [...bytes]).flat());
      }),
      fc.tuple(fc.nat(255), fc.nat(70_000)).map(([value, length]) => new Uint8Array(length).fill(value)),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.nat(200), (pieces, again) => {
        const once = pieces.flatMap((bytes) => [...bytes]);
        expectRoundTrip(Uint8Array.from([...once, ...once.slice(0, again)]));
      }),
    );
  });
});

describe('snappyUncompress', () => {
  it.each([
    ['literals with lengths in one to four bytes', '04 f000 61 f40000 62 f8000000 63 fc00000000 64', 'abcd'],
    ['a copy with an offset of four bytes', '08 0c61626364 0f04000000', 'abcdabcd'],
    ['copies of one byte and of two', '06 0861 6263 020300 060300', 'abcabc'],
    ['a length with bytes that say nothing', '8400 0c61626364', 'abcd'],
    ['nothing', '00', ''],
  ])('%s', (_, stored, text) => {
    expect(Buffer.from(snappyUncompress(hex(stored), text.length)).toString()).toBe(text);
  });

  it('a copy that makes what it copies, from each distance', () => {
    for (let distance = 1; distance <= 40; distance++)
      for (const size of [1, 2, 15, 16, 17, 33, 63, 64]) {
        const literal = noise(distance, distance);
        const stored = [distance + size, (distance - 1) << 2, ...literal, 2 | ((size - 1) << 2), distance, 0];
        const expected = Array.from({ length: distance + size }, (_, i) => literal[i % distance]!);
        expect([...snappyUncompress(Uint8Array.from(stored), distance + size)]).toEqual(expected);
      }
  });

  it.each([
    ['nothing at all', '', 0, 'cut short'],
    ['a length without an end', '8080', 4, 'cut short'],
    ['a length of more than 32 bits', '808080808001 0061', 1, 'another length'],
    ['another length', '03 08616263', 4, 'another length'],
    ['fewer bytes than it tells of', '04 08616263', 4, 'cut short'],
    ['more bytes than it tells of', '02 08616263', 2, 'more than it tells'],
    ['a copy beyond the end', '05 0c61626364 0504', 5, 'more than it tells'],
    ['a literal that is cut', '04 0c6162', 4, 'cut short'],
    ['a literal without its length', '04 f4', 4, 'cut short'],
    ['a literal of 2^32 bytes', '04 fcffffffff 61', 4, 'cut short'],
    ['a copy without its offset', '08 0c61626364 0e04', 8, 'cut short'],
    ['a copy from 0 bytes back', '08 0c61626364 0100', 8, 'not there'],
    ['a copy from before the beginning', '08 0c61626364 0105', 8, 'not there'],
    ['a copy from 2^32 - 1 bytes back', '08 0c61626364 0fffffffff', 8, 'not there'],
  ])('refuses %s', (_, stored, length, message) => {
    expect(() => snappyUncompress(hex(stored), length)).toThrow(message);
    expect(() => snappyUncompress(hex(stored), length)).toThrow(RangeError);
  });

  it('refuses what is cut anywhere, and gives the whole after', () => {
    const bytes = Uint8Array.from([...noise(300), ...new Uint8Array(200), ...noise(300)]);
    const stored = compressed(bytes);
    for (let length = 0; length < stored.length; length++)
      expect(() => snappyUncompress(stored.subarray(0, length), bytes.length)).toThrow(RangeError);
    expect(snappyUncompress(stored, bytes.length)).toEqual(bytes);
  });

  it('gives the same, or the same error, whatever came before', () => {
    const damaged = fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 60 }), fc.nat(200));
    const ended = (stored: Uint8Array, length: number): string => {
      try {
        return Buffer.from(snappyUncompress(stored, length)).toString('hex');
      } catch (error) {
        return String(error);
      }
    };
    fc.assert(
      fc.property(damaged, damaged, ([stored, length], [other, otherLength]) => {
        const told = Uint8Array.from([length & 0x7f, ...stored]);
        const first = ended(told, length & 0x7f);
        ended(Uint8Array.from([otherLength & 0x7f, ...other]), otherLength & 0x7f);
        snappyUncompress(compressed(new Uint8Array(1000).fill(otherLength)), 1000);
        expect(ended(told, length & 0x7f)).toBe(first);
      }),
      { numRuns: times(1000, 100) },
    );
  });
});
