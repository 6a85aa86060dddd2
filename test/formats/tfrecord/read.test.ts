import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DatasetError } from '../../../src/errors.js';
import { maskedCrc32c } from '../../../src/formats/tfrecord/crc32c.js';
import { FRAMING_BYTES, frameRecord, RECORD_HEADER_BYTES } from '../../../src/formats/tfrecord/framing.js';
import { tfrecords } from '../../../src/formats/tfrecord/read.js';
import type { RowRange } from '../../../src/rows/cell.js';
import { inMemory } from '../../fs/in-memory.js';

function framed(...data: Uint8Array[]): Uint8Array {
  return Buffer.concat(
    data.map((bytes) => {
      const out = new Uint8Array(bytes.length + FRAMING_BYTES);
      out.set(bytes, RECORD_HEADER_BYTES);
      frameRecord(out, 0, RECORD_HEADER_BYTES + bytes.length);
      return out;
    }),
  );
}

/** The records of a file; what is wrong with one stands in its place, and what ends the reading is the last. */
function recordsOf(file: Uint8Array, range?: RowRange): (number[] | DatasetError)[] {
  const records: (number[] | DatasetError)[] = [];
  try {
    for (const record of tfrecords(inMemory(file), range)) {
      if (record instanceof Error && !(record instanceof DatasetError)) throw record;
      records.push(record instanceof DatasetError ? record : Array.from(record));
    }
  } catch (error) {
    if (!(error instanceof DatasetError)) throw error;
    records.push(error);
  }
  return records;
}

/** A head alone, its checksum right. */
function headOf(length: bigint): Uint8Array {
  const head = new Uint8Array(RECORD_HEADER_BYTES);
  const view = new DataView(head.buffer);
  view.setBigUint64(0, length, true);
  view.setUint32(8, maskedCrc32c(head, 0, 8), true);
  return head;
}

describe('tfrecords', () => {
  const first = Uint8Array.of(1, 2, 3);
  const second = Uint8Array.from({ length: 300 }, (_, at) => at & 0xff);
  const file = framed(first, new Uint8Array(0), second);
  const expected = [[1, 2, 3], [], Array.from(second)];
  const starts = [0, 19, 35];

  it('reads the records of a file', () => {
    expect(recordsOf(file)).toEqual(expected);
    expect(recordsOf(new Uint8Array(0))).toEqual([]);
  });

  it('reads a range of them, and nothing behind it', () => {
    for (let start = 0; start <= 3; start++)
      for (let end = start; end <= 3; end++) {
        const damaged = Uint8Array.from(file);
        if (end < 3) damaged.fill(0, starts[end]!);
        expect(recordsOf(damaged, { start, end })).toEqual(expected.slice(start, end));
      }
  });

  it('finds every single damaged byte, and reads what stands behind damaged data', () => {
    for (let at = 0; at < file.length; at++) {
      const damaged = Uint8Array.from(file);
      damaged[at]! ^= 0x10;
      const record = starts.findLastIndex((start) => start <= at);
      const isHead = at - starts[record]! < RECORD_HEADER_BYTES;
      const found = recordsOf(damaged);
      expect(found).toHaveLength(isHead ? record + 1 : 3);
      found.forEach((one, number) => {
        if (number !== record) expect(one).toEqual(expected[number]);
      });
      expect(found[record]).toMatchObject({
        name: 'DatasetError',
        code: 'RECORD_CORRUPT',
        message: `the ${isHead ? 'length' : 'data'} of record ${record} has another checksum than the one stored with it`,
      });
    }
  });

  it('tells both checksums', () => {
    const damaged = Uint8Array.from(framed(new Uint8Array(0)));
    damaged[8] = 0;
    expect(recordsOf(damaged)).toMatchObject([{ expected: 'masked CRC-32C 07980300', found: '07980329' }]);
  });

  it('refuses a file that is cut anywhere but between records', () => {
    const ends = new Map([
      [0, 0],
      [19, 1],
      [35, 2],
    ]);
    for (let length = 0; length < file.length; length++) {
      const found = recordsOf(file.subarray(0, length));
      const records = ends.get(length);
      if (records !== undefined) {
        expect(found).toEqual(expected.slice(0, records));
        continue;
      }
      const record = starts.findLastIndex((start) => start <= length);
      const part = length - starts[record]! < RECORD_HEADER_BYTES ? 'head' : 'data';
      expect(found.at(-1)).toMatchObject({
        code: 'RECORD_CORRUPT',
        message: `record ${record} is cut short in its ${part}`,
      });
    }
  });

  it.each([[2n ** 31n + 1n], [2n ** 32n], [2n ** 63n], [2n ** 64n - 1n]])(
    'refuses a length of %s bytes before it allocates any',
    (length) => {
      const file = Buffer.concat([framed(first), headOf(length), Buffer.alloc(100)]);
      expect(recordsOf(file)).toMatchObject([
        [1, 2, 3],
        { code: 'RECORD_CORRUPT', message: 'record 1 is cut short in its data' },
      ]);
    },
  );

  it('refuses random bytes by no other error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 100 }), (bytes) => {
        expect(recordsOf(bytes).at(-1)).toMatchObject({ code: 'RECORD_CORRUPT' });
      }),
    );
  });
});
