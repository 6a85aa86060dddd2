import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeArrayRecord } from '../../../src/formats/array-record/write.js';
import { times } from '../../sample.js';
import { readArrayRecord } from './read-array-record.js';

/** Records that any language makes alike: byte `i` of record `r` is `31 r + 7 i + floor(i / 256)`, cut to eight bits. */
function* records(sizes: readonly number[]): Generator<Uint8Array> {
  const shared = new Uint8Array(Math.max(0, ...sizes));
  for (const [r, size] of sizes.entries()) {
    for (let i = 0; i < size; i++) shared[i] = 31 * r + 7 * i + (i >> 8);
    yield shared.subarray(0, size);
  }
}

/** The whole file; the sink copies what it gets, as `Sink` asks for. */
function shardOf(sizes: readonly number[]): Uint8Array {
  const pieces: Uint8Array[] = [];
  writeArrayRecord(records(sizes), { write: (bytes) => void pieces.push(bytes.slice()) });
  return Buffer.concat(pieces);
}

function sha256(...files: Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(file);
  return hash.digest('hex');
}

const range = (start: number, end: number): number[] =>
  Array.from({ length: end - start }, (_, i) => start + i);

/** The size of a first record whose chunk ends at `end` of a file: signature 64, chunk header 40, sizes 5. */
const ending = (end: number): number => end - 64 - 40 - 5;

describe('writeArrayRecord', () => {
  // The checksums are those of the files that array_record 0.8.6 writes with the options group_size:1,uncompressed.
  it.each([
    ['no records', [], 'bb7d9c8ed25aa0ec5f40ee07e444096b2b58697cb675400fdadaedfab1ce2c40'],
    ['one record', [300], '3116dbf9ceb2a0051fc9b62511a0f64c6ec2d4b236905737b6b25377facbd511'],
    ['one empty record', [0], 'db64944dfee85cfb1ece30245022003792e1c6044ebfd1deab7a83734d3bf13a'],
    [
      'records of one byte to many blocks',
      [0, 1, 300, 65_000, 65_536, 1_000_000, 127, 128],
      'fa1fe85602c306d0fa2c059576416efec332c1cd9f0d64b8a357d0910fe4544c',
    ],
    [
      '10,000 records',
      range(0, 10_000).map((r) => 300 + ((37 * r) % 61)),
      '23a6360933261177330e3b11be3d8a01bdbc29a84de25022a13e81fedca20ddb',
    ],
    [
      'a footer of several blocks',
      range(0, 20_000).map((r) => r % 3),
      '5a5e1b468523f317ade445487766c693593b1482123232a790b9ea4e41434816',
    ],
  ])('writes %s as array_record does', (_, sizes, expected) => {
    expect(sha256(shardOf(sizes))).toBe(expected);
  });

  it('writes as array_record does with a block boundary at every place of chunk, footer and padding', () => {
    const sizes = range(ending(65_536 - 300), ending(65_536 + 60));
    expect(sha256(...sizes.map((size) => shardOf([size])))).toBe(
      '761b0811f1876944ea011ed720afacc95b77911752abe12d182102ea558c91ef',
    );
    expect(sha256(...sizes.map((size) => shardOf([size, 7, 0, 330])))).toBe(
      '0e82b1bc3a9148ea75f309a27086fe583fe637db94551e835e41978c48961453',
    );
  });

  it('gives whole blocks that a reader walks through, with an index that leads to every record', () => {
    const size = fc.oneof(
      fc.integer({ min: 0, max: 400 }),
      fc.integer({ min: 65_300, max: 65_700 }),
      fc.integer({ min: 0, max: 200_000 }),
    );
    const walk = (sizes: number[]): void => {
      const read = readArrayRecord(shardOf(sizes));
      const written = Array.from(records(sizes), (record) => sha256(record));
      expect(read.map((record) => sha256(record))).toEqual(written);
    };
    fc.assert(fc.property(fc.array(size, { maxLength: 6 }), walk), { numRuns: times(60, 6) });
  });

  it('has written a record before it asks for the next one', () => {
    let written = 0;
    const asked: number[] = [];
    const watched = function* (): Generator<Uint8Array> {
      for (const record of records([500, 70_000, 1])) {
        asked.push(written);
        yield record;
      }
      asked.push(written);
    };
    writeArrayRecord(watched(), { write: (bytes) => (written += bytes.length) });
    // Signature; type, size of sizes, sizes and values behind a header; in the second chunk a block header.
    expect(asked).toEqual([64, 64 + 544, 608 + 70_045 + 24, 70_677 + 44]);
  });
});
