import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRecords } from '../../src/decode/record.js';
import { maskedCrc32c } from '../../src/encode/crc32c.js';
import { FRAMING_BYTES, frameRecord, RECORD_HEADER_BYTES } from '../../src/encode/record.js';
import { DatasetError } from '../../src/errors.js';
import { anyCuts, cutAt, whole } from '../chunks.js';

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

async function recordsOf(chunks: AsyncIterable<Uint8Array>): Promise<number[][]> {
  const records: number[][] = [];
  for await (const record of readRecords(chunks, 'shard')) records.push(Array.from(record));
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

describe('readRecords', () => {
  const first = Uint8Array.of(1, 2, 3);
  const second = Uint8Array.from({ length: 300 }, (_, at) => at & 0xff);
  const file = framed(first, new Uint8Array(0), second);
  const expected = [[1, 2, 3], [], Array.from(second)];

  it('reads the records of a file', async () => {
    expect(await recordsOf(whole(file))).toEqual(expected);
    expect(await recordsOf(whole(new Uint8Array(0)))).toEqual([]);
  });

  it('reads them wherever the stream is cut', async () => {
    await fc.assert(
      fc.asyncProperty(anyCuts(file.length), async (cuts) => {
        expect(await recordsOf(cutAt(file, cuts))).toEqual(expected);
      }),
    );
    const everywhere = Array.from(file.keys());
    expect(await recordsOf(cutAt(file, everywhere))).toEqual(expected);
  });

  it('gives each record memory of its own', async () => {
    const records: Uint8Array[] = [];
    for await (const record of readRecords(whole(framed(first, first)), 'shard')) records.push(record);
    records[0]?.fill(0);
    expect(records[1]).toEqual(first);
  });

  it('refuses every single damaged byte', async () => {
    const starts = [0, 19, 35];
    for (let at = 0; at < file.length; at++) {
      const damaged = Uint8Array.from(file);
      damaged[at]! ^= 0x10;
      const record = starts.findLastIndex((start) => start <= at);
      const part = at - starts[record]! < RECORD_HEADER_BYTES ? 'length' : 'data';
      await expect(recordsOf(whole(damaged))).rejects.toMatchObject({
        name: 'DatasetError',
        code: 'RECORD_CORRUPT',
        message: `the ${part} of record ${record} of shard has another checksum than the one stored with it`,
      });
    }
  });

  it('tells both checksums', async () => {
    const damaged = Uint8Array.from(framed(new Uint8Array(0)));
    damaged[8] = 0;
    await expect(recordsOf(whole(damaged))).rejects.toMatchObject({
      expected: 'masked CRC-32C 07980300',
      found: '07980329',
    });
  });

  it('refuses a file that is cut anywhere but between records', async () => {
    const ends = new Map([
      [0, 0],
      [19, 1],
      [35, 2],
    ]);
    for (let length = 0; length < file.length; length++) {
      const records = ends.get(length);
      const reading = recordsOf(whole(file.subarray(0, length)));
      if (records !== undefined) {
        expect(await reading).toHaveLength(records);
        continue;
      }
      const [record, start] = length < 19 ? [0, 0] : length < 35 ? [1, 19] : [2, 35];
      const part = length - start < RECORD_HEADER_BYTES ? 'head' : 'data';
      await expect(reading).rejects.toMatchObject({
        code: 'RECORD_CORRUPT',
        message: `record ${record} of shard is cut short in its ${part}`,
      });
    }
  });

  it.each([[2n ** 31n + 1n], [2n ** 32n], [2n ** 63n], [2n ** 64n - 1n]])(
    'refuses a length of %s bytes before it allocates any',
    async (length) => {
      const file = Buffer.concat([framed(first), headOf(length), Buffer.alloc(100)]);
      await expect(recordsOf(whole(file))).rejects.toMatchObject({
        code: 'RECORD_CORRUPT',
        message: 'record 1 of shard is longer than a record can be',
        expected: 'at most 2147483648 bytes',
        found: `${Number(length)} bytes`,
      });
    },
  );

  it('refuses random bytes by no other error', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 100 }), async (bytes) => {
        await expect(recordsOf(whole(bytes))).rejects.toBeInstanceOf(DatasetError);
        await expect(recordsOf(whole(bytes))).rejects.toMatchObject({ code: 'RECORD_CORRUPT' });
      }),
    );
  });

  it('passes on what the stream throws', async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield file.subarray(0, 20);
      throw new Error('the disk is gone');
    }
    await expect(recordsOf(failing())).rejects.toThrow('the disk is gone');
  });
});
