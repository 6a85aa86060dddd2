import { describe, expect, it } from 'vitest';
import { HighwayHash } from '../../../src/formats/array-record/highway-hash.js';
import { arrayRecords } from '../../../src/formats/array-record/read.js';
import { BLOCK_BYTES, ChunkType, HASH_KEY } from '../../../src/formats/array-record/riegeli.js';
import {
  chunkRecords,
  riegeliChunkAt,
  riegeliChunks,
} from '../../../src/formats/array-record/riegeli-reader.js';
import { RiegeliWriter } from '../../../src/formats/array-record/riegeli-writer.js';
import { writeArrayRecord } from '../../../src/formats/array-record/write.js';
import type { ByteSource } from '../../../src/fs/byte-source.js';
import type { RowRange } from '../../../src/rows/cell.js';
import { inMemory } from '../../fs/in-memory.js';
import { writtenBy } from '../../rows/encoded.js';
import { bytesOf, expectCutsRefused, flipEach, goldenFiles, outcome } from '../golden/golden.js';

function read(file: ByteSource, range?: RowRange): string[] {
  return Array.from(arrayRecords(file, range), (record) => Buffer.from(record).toString('latin1'));
}

const fileOf = (records: readonly string[]): Buffer =>
  writtenBy((sink) =>
    writeArrayRecord(
      records.map((record) => Buffer.from(record)),
      sink,
    ),
  );

/** Every byte that is not zero, and a few of those that are. */
function places(bytes: Uint8Array): number[] {
  return [...bytes.keys()].filter((at) => bytes[at] !== 0 || at % 4099 === 0);
}

const RECORDS = ['one', '', 'x'.repeat(70_000), 'four'];

describe('ArrayRecord, read', () => {
  it.each(goldenFiles('array-record'))('of $by: $name', (golden) => {
    const bytes = bytesOf(golden);
    expect(outcome(read, bytes)).toEqual(golden.rows ?? { error: golden.error });
    expectCutsRefused(read, bytes, [...places(bytes), bytes.length - 1, BLOCK_BYTES]);
  });

  it('of $by, damaged', () => {
    const bytes = bytesOf(goldenFiles('array-record')[0]!);
    expect(flipEach(read, bytes, places(bytes)).missed).toEqual([]);
  });

  it('by groups through their index', () => {
    const groups = inMemory(bytesOf(goldenFiles('array-record')[1]!));
    const records = ['one', '', 'three'.repeat(20)];
    for (let start = 0; start <= 3; start++)
      for (let end = start; end <= 4; end++)
        expect(read(groups, { start, end })).toEqual(records.slice(start, end));
  });

  it('of our own writer, whole and by its index, with records through several blocks', () => {
    const file = inMemory(fileOf(RECORDS));
    expect(read(file)).toEqual(RECORDS);
    for (let start = 0; start <= 4; start++)
      for (let end = start; end <= 5; end++)
        expect(read(file, { start, end })).toEqual(RECORDS.slice(start, end));
    expect(read(inMemory(fileOf([])))).toEqual([]);
    expect(read(inMemory(fileOf([])), { start: 0, end: 1 })).toEqual([]);
  });

  it('damaged, by its index', () => {
    const bytes = fileOf(['one', 'two']);
    const second = (file: ByteSource) => read(file, { start: 1, end: 2 });
    expect(flipEach(second, bytes, places(bytes)).missed).toEqual([]);
  });
});

/** Fields of a message by their numbers, varints of less than 128 or bytes. */
function message(fields: Record<number, number | bigint | Uint8Array>): Buffer {
  return Buffer.concat(
    Object.entries(fields).map(([number, value]) => {
      if (value instanceof Uint8Array)
        return Buffer.concat([Buffer.from([Number(number) * 8 + 2, value.length]), value]);
      const bytes: number[] = [];
      for (let rest = BigInt(value); ; rest >>= 7n) {
        bytes.push(Number(rest & 127n) + (rest > 127n ? 128 : 0));
        if (rest <= 127n) break;
      }
      return Buffer.from([Number(number) * 8, ...bytes]);
    }),
  );
}

interface Made {
  metadata?: Record<number, number>;
  entry?: Record<number, number>;
  entries?: number;
  magic?: bigint;
  copies?: number;
  footer?: number;
  /** Writes more behind the postscript, or before it. */
  behind?: boolean;
  between?: boolean;
  records?: string[];
}

const MAGIC = 0x71930e704fdae05en;

/** A file with one record, or something else in a place. */
function made({ metadata, entry, entries = 1, magic = MAGIC, copies = 3, ...more }: Made): Buffer {
  return writtenBy((sink) => {
    const file = new RiegeliWriter(sink);
    const write = (records: readonly Uint8Array[]) =>
      file.writeRecords({
        count: records.length,
        sizes: Uint8Array.from(records, ({ length }) => length),
        values: Buffer.concat(records),
      });
    const begin = file.position;
    write((more.records ?? ['one']).map((record) => Buffer.from(record)));
    const footer = file.position;
    const about = message({ 1: message(metadata ?? { 1: 1, 2: 1, 3: 1 }) });
    const index = message(entry ?? { 1: begin, 2: 3, 3: 1 });
    write([about, ...new Array<Uint8Array>(entries).fill(index)]);
    file.padToBlock();
    if (more.between === true) {
      write([Buffer.from('x')]);
      file.padToBlock();
    }
    write(new Array<Uint8Array>(copies).fill(message({ 1: more.footer ?? footer, 2: magic })));
    file.padToBlock();
    if (more.behind === true) {
      write([Buffer.from('x')]);
      file.padToBlock();
    }
  });
}

describe('an ArrayRecord file made by hand', () => {
  const range = { start: 0, end: 1 };

  it('is read where it is right', () => {
    expect(read(inMemory(made({})))).toEqual(['one']);
    expect(read(inMemory(made({})), range)).toEqual(['one']);
  });

  it.each<[string, Made]>([
    ['the chunk at 64 has not one record', { records: ['o', 'ne'] }],
    ['its footer tells of 2 records, where it has 1', { metadata: { 1: 1, 2: 1, 3: 2 } }],
    ['its footer tells of 1 records, where it has 1', { metadata: { 1: 1, 2: 2, 3: 1 } }],
    ['its footer tells of 1 records, where it has 1', { metadata: { 1: 2, 2: 1, 3: 1 } }],
    ['its footer tells of 1 records, where it has 1', { entries: 2 }],
    ['its footer has record 0 in another place than it is', { entry: { 1: 65, 2: 3, 3: 1 } }],
    ['its footer has record 0 in another place than it is', { entry: { 1: 64, 2: 4, 3: 1 } }],
    ['its footer has record 0 in another place than it is', { entry: { 1: 64, 2: 3, 3: 2 } }],
    ['its postscript does not lead to the footer', { magic: MAGIC + 1n }],
    ['its postscript does not lead to the footer', { copies: 2 }],
    ['its postscript does not lead to the footer', { footer: 64 }],
    ['it goes on behind its postscript', { behind: true }],
    ['it goes on behind its postscript', { between: true }],
  ])('%s: %o', (error, file) => {
    expect(outcome(read, made(file))).toEqual({ error });
  });

  it.each<[string, Made]>([
    ['it has no postscript', { magic: MAGIC + 1n }],
    ['no chunk can begin at 10', { footer: 10 }],
    ['its footer tells of 2 records in a chunk of 1', { entry: { 1: 64, 2: 3, 3: 2 } }],
    ['no chunk can begin at 131072', { entry: { 1: 131_072, 2: 3, 3: 1 } }],
  ])('by its index, %s: %o', (error, file) => {
    expect(outcome((bytes) => read(bytes, range), made(file))).toEqual({ error });
  });

  it('is no whole blocks, or has no footer', () => {
    for (const one of [read, (file: ByteSource) => read(file, range)]) {
      expect(outcome(one, new Uint8Array(0))).toMatchObject({
        error: expect.stringContaining('it has 0 bytes'),
      });
      expect(outcome(one, new Uint8Array(100))).toMatchObject({
        error: expect.stringContaining('100 bytes'),
      });
    }
    const signature = writtenBy((sink) => new RiegeliWriter(sink).padToBlock());
    expect(outcome(read, signature)).toEqual({ error: 'it has no footer' });
  });
});

/** Writes the hash of some bytes. */
function rehash(content: Uint8Array, target: Buffer): void {
  const room = new DataView(new ArrayBuffer(8 + content.length));
  new Uint8Array(room.buffer).set(content, 8);
  new HighwayHash(HASH_KEY).hash(room, 8, 8 + content.length, 0);
  target.set(new Uint8Array(room.buffer, 0, 8));
}

/** Rewrites a chunk's header, or its data, with the hashes that belong to it. */
function rehashed(file: Buffer, change: (header: Buffer, data: Buffer) => void): Buffer {
  const bytes = Buffer.from(file);
  const header = bytes.subarray(64, 104);
  const data = bytes.subarray(104, 104 + Number(header.readBigUInt64LE(8)));
  change(header, data);
  rehash(data, header.subarray(16, 24));
  rehash(header.subarray(8), header.subarray(0, 8));
  return bytes;
}

describe('a Riegeli file', () => {
  const file = fileOf(['one']);
  const chunks = (bytes: Uint8Array) =>
    outcome((from) => Array.from(riegeliChunks(from), ({ type }) => type).join(''), bytes);

  it('has chunks with their places', () => {
    expect(chunks(file)).toBe('srrprp');
    const found = [...riegeliChunks(inMemory(fileOf(RECORDS)))];
    for (const [at, chunk] of found.entries()) {
      expect(chunk.begin).toBe(at === 0 ? 0 : found[at - 1]!.end);
      expect(riegeliChunkAt(inMemory(fileOf(RECORDS)), chunk.begin)).toEqual(chunk);
    }
    const { SIMPLE, SIGNATURE } = ChunkType;
    expect(found.slice(0, 2).map(({ type }) => type)).toEqual([SIGNATURE, SIMPLE]);
    for (const place of [-1, 10, 24, 2 ** 40]) {
      const at = () => riegeliChunkAt(inMemory(file), place);
      expect(at).toThrow(RangeError);
    }
  });

  it.each<[string, (header: Buffer, data: Buffer) => void]>([
    ['the chunk at 64 is padded with more than zeros', (header) => header.writeUInt8(0x70, 24)],
    ['a chunk has too many records', (header) => header.writeUInt8(1, 30)],
    ['a chunk has too many records', (header) => header.writeUInt8(1, 31)],
  ])('%s', (error, change) => {
    expect(chunks(rehashed(file, change))).toEqual({ error });
  });

  it.each<[string, (header: Buffer, data: Buffer) => void]>([
    ['compressed chunks are not read', (_, data) => data.writeUInt8(0x62, 0)],
    ['a number in a chunk is cut short', (_, data) => data.fill(0xff, 1)],
    [
      'the records of the chunk at 64 are not of the sizes that it tells of',
      (_, data) => data.writeUInt8(4, 2),
    ],
    [
      'the records of the chunk at 64 are not of the sizes that it tells of',
      (_, data) => data.writeUInt8(2, 2),
    ],
    [
      'the records of the chunk at 64 are not of the sizes that it tells of',
      (header) => header.writeUInt8(2, 25),
    ],
    [
      'the records of the chunk at 64 are not of the sizes that it tells of',
      (header) => header.writeUInt8(4, 32),
    ],
    ['the number 18014398509481988 is too large to be true', (header) => header.writeUInt8(64, 38)],
  ])('%s', (error, change) => {
    const records = (from: ByteSource) => chunkRecords(riegeliChunkAt(from, 64));
    expect(outcome(records, rehashed(file, change))).toEqual({ error });
  });

  it('has records that fill their chunk', () => {
    const shorter = rehashed(file, (header, data) => {
      header.writeUInt8(2, 32);
      data.writeUInt8(2, 2);
    });
    expect(outcome((from) => chunkRecords(riegeliChunkAt(from, 64)), shorter)).toEqual({
      error: 'the records of the chunk at 64 are not of the sizes that it tells of',
    });
  });

  it.each([8, 16])('has block headers that tell of the chunk around them: byte %i', (place) => {
    const long = Buffer.from(fileOf(RECORDS));
    for (const block of [0, BLOCK_BYTES]) {
      const bytes = Buffer.from(long);
      const header = bytes.subarray(block, block + 24);
      header[place]! ^= 1;
      rehash(header.subarray(8), header.subarray(0, 8));
      expect(chunks(bytes)).toEqual({ error: `the header of the block at ${block} tells of another chunk` });
    }
  });

  it('says which hash is another', () => {
    const flipped = (at: number) => {
      const bytes = Buffer.from(file);
      bytes[at]! ^= 1;
      return chunks(bytes);
    };
    expect(flipped(64)).toEqual({
      error: 'the header of the chunk at 64 has another hash than the one stored with it',
    });
    expect(flipped(68)).toEqual({
      error: 'the header of the chunk at 64 has another hash than the one stored with it',
    });
    expect(flipped(108)).toEqual({
      error: 'the data of the chunk at 64 has another hash than the one stored with it',
    });
    expect(flipped(8)).toEqual({
      error: 'the header of the block at 0 has another hash than the one stored with it',
    });
  });
});
