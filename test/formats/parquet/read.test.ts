import { beforeAll, describe, expect, it } from 'vitest';
import { ByteBuffer } from '../../../src/formats/parquet/byte-buffer.js';
import { type Decompressors, loadDecompressors } from '../../../src/formats/parquet/decompressors.js';
import { CompressionCodec, Encoding, PageType, Type } from '../../../src/formats/parquet/enums.js';
import { readHybrid, sizedLevels } from '../../../src/formats/parquet/hybrid-reader.js';
import { readFileMetadata } from '../../../src/formats/parquet/metadata-reader.js';
import { writePage } from '../../../src/formats/parquet/page-writer.js';
import { parquetRows } from '../../../src/formats/parquet/read.js';
import { type CompressionName, parquetSettings } from '../../../src/formats/parquet/settings.js';
import { CompactWriter } from '../../../src/formats/parquet/thrift-writer.js';
import { rowGroupLimits, writeParquetShard } from '../../../src/formats/parquet/write.js';
import type { ByteSource } from '../../../src/fs/byte-source.js';
import type { RowRange } from '../../../src/rows/cell.js';
import { imagePath, type TableLayout } from '../../../src/rows/table.js';
import { inMemory } from '../../fs/in-memory.js';
import { encodedImages, pixelsOf, TABLE, tableBatches, writtenBy } from '../../rows/encoded.js';
import { bytesOf, expectCutsRefused, flipEach, goldenFiles, outcome, plainRows } from '../golden/golden.js';

let decompressors: Decompressors;
beforeAll(async () => {
  decompressors = await loadDecompressors();
});

function read(file: ByteSource, range?: RowRange) {
  return plainRows(parquetRows(file, decompressors, range));
}

const ORDER = [2, 0, 1];
const TENSOR: TableLayout = { ...TABLE, image: 'tensor', columns: { image: 'image', index: 'index' } };

async function shardOf(layout: TableLayout, compression: CompressionName, order = ORDER): Promise<Buffer> {
  const settings = await parquetSettings(layout, compression);
  const batches = tableBatches(encodedImages(order), rowGroupLimits(layout), layout);
  return writtenBy((sink) => writeParquetShard(batches, sink, layout, settings));
}

describe('Parquet, read', () => {
  it.each(goldenFiles('parquet'))('of $by: $name', (golden) => {
    const bytes = bytesOf(golden);
    expect(outcome(read, bytes)).toEqual(golden.rows ?? { error: golden.error });
  });

  it.each(goldenFiles('parquet'))('of $by, damaged: $name', (golden) => {
    const bytes = bytesOf(golden);
    expectCutsRefused(read, bytes);
    if (golden.rows === undefined) return;
    // Without checksums of pages, a bit of a value gives another value, and a bit of a name another name.
    expect(flipEach(read, bytes).refused).toBeGreaterThan(bytes.length);
  });

  it.each(['none', 'snappy', 'zstd'] as const)('of our own writer, with images, %s', async (compression) => {
    const file = await shardOf(TABLE, compression);
    const rows = read(inMemory(file));
    expect(rows.map(({ label }) => label)).toEqual(ORDER.map((row) => [String(row % 3)]));
    expect(rows.map((row) => row['image.path'])).toEqual(ORDER.map((row) => imagePath('train', row)));
    expectCutsRefused(read, file);
    expect(flipEach(read, file).missed).toEqual([]);
  });

  it('of our own writer, with tensors, and of no rows', async () => {
    const file = await shardOf(TENSOR, 'none');
    expect(read(inMemory(file))).toEqual(
      ORDER.map((row) => ({ image: Array.from(pixelsOf(row), String), index: [String(row)] })),
    );
    expectCutsRefused(read, file);
    expect(read(inMemory(await shardOf(TENSOR, 'none', [])))).toEqual([]);
  });

  it('reads a range of rows out of several row groups, and no page of the others', () => {
    const bytes = bytesOf(goldenFiles('parquet')[1]!);
    const file = inMemory(bytes);
    const { groups } = readFileMetadata(file);
    expect(groups.map(({ rows }) => rows)).toEqual([3, 1]);
    const rows = read(file);
    for (let start = 0; start <= 4; start++)
      for (let end = start; end <= 5; end++)
        expect(read(file, { start, end })).toEqual(rows.slice(start, end));
    const [first, second] = groups.map(({ chunks }) => chunks[0]!.offset);
    const reads: number[] = [];
    const watched: ByteSource = {
      bytes: file.bytes,
      read(offset, length) {
        if (length > 4) reads.push(offset);
        return file.read(offset, length);
      },
    };
    expect(read(watched, { start: 3, end: 4 })).toEqual(rows.slice(3));
    expect(reads.filter((offset) => offset >= first! && offset < second!)).toEqual([]);
  });
});

/** The tail of a file: metadata, their length, the magic number. */
function fileOf(
  metadata: Uint8Array,
  { front = 'PAR1', pages, more = 0 }: { front?: string; pages?: Uint8Array; more?: number } = {},
): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(metadata.length + more);
  return Buffer.concat([
    Buffer.from(front),
    pages ?? new Uint8Array(0),
    metadata,
    length,
    Buffer.from('PAR1'),
  ]);
}

interface Chunk {
  type: number;
  values: number;
  rows: number;
  maxRepetition: boolean;
  path: string[];
  chunkType: number;
  offset: number;
  compressed: number;
  uncompressed: number;
  /** Where the schema has children that are not there, or more elements than it tells of. */
  children: number;
  elements: number;
  groupRows: number;
  chunks: number;
  /** Of each chunk; one that has none is not compressed. */
  codecs: number[];
}

/** A file of one required column `a` and one row group, or of something else in a place or two. */
function metadataOf(pages: Uint8Array, changed: Partial<Chunk> = {}): Uint8Array {
  const type = changed.type ?? Type.INT64;
  const rows = changed.rows ?? 2;
  const thrift = new CompactWriter();
  thrift.struct(() => {
    thrift.i32(1, 1);
    const elements = Array.from({ length: changed.elements ?? 1 }, () => 'a');
    thrift.structs(2, ['schema', ...elements], (name) => {
      if (name === 'a') thrift.i32(1, type);
      if (name === 'a') thrift.i32(3, changed.maxRepetition === true ? 2 : 0);
      thrift.string(4, name);
      if (name !== 'a') thrift.i32(5, changed.children ?? 1);
    });
    thrift.i64(3, rows);
    thrift.structs(4, [1], () => {
      thrift.structs(1, [...new Array(changed.chunks ?? 1).keys()], (chunk) => {
        thrift.structField(3, () => {
          thrift.i32(1, changed.chunkType ?? type);
          thrift.i32s(2, []);
          thrift.strings(3, changed.path ?? ['a']);
          thrift.i32(4, changed.codecs?.[chunk] ?? CompressionCodec.UNCOMPRESSED);
          thrift.i64(5, changed.values ?? 2);
          thrift.i64(6, changed.uncompressed ?? pages.length);
          thrift.i64(7, changed.compressed ?? pages.length);
          thrift.i64(9, (changed.offset ?? 4) + chunk * (changed.compressed ?? 0));
        });
      });
      thrift.i64(3, changed.groupRows ?? rows);
    });
  });
  return thrift.buffer.filled();
}

interface Page {
  type?: 0 | 2;
  values?: number;
  encoding?: number;
  body: Uint8Array;
}

function pagesOf(...pages: Page[]): Buffer {
  return writtenBy((sink) => {
    for (const { type = PageType.DATA_PAGE, values = 2, encoding = Encoding.PLAIN, body } of pages)
      writePage(sink, body, { type, values, encoding: encoding as 0 }, undefined);
  });
}

const TWO = new Uint8Array(BigInt64Array.of(5n, -6n).buffer);
const DICTIONARY: Page = { type: PageType.DICTIONARY_PAGE, body: TWO };
const INDICES = Encoding.RLE_DICTIONARY;
const sized = (levels: number[], rest: Uint8Array) =>
  Uint8Array.of(levels.length, 0, 0, 0, ...levels, ...rest);
const texts = (...parts: string[]) =>
  Buffer.concat(parts.flatMap((part) => [Buffer.from([part.length, 0, 0, 0]), Buffer.from(part)]));

describe('a Parquet file made by hand', () => {
  const one = pagesOf({ body: TWO });
  const readMade = (pages: Uint8Array, changed: Partial<Chunk> = {}) =>
    outcome(read, fileOf(metadataOf(pages, changed), { pages }));

  it('is read where it is right', () => {
    expect(readMade(one)).toEqual([{ a: ['5'] }, { a: ['-6'] }]);
    for (const encoding of [Encoding.PLAIN_DICTIONARY, Encoding.RLE_DICTIONARY]) {
      const pages = pagesOf(DICTIONARY, { encoding, body: Uint8Array.of(1, 3, 0b01) });
      expect(readMade(pages)).toEqual([{ a: ['-6'] }, { a: ['5'] }]);
    }
    const body = texts('x', 'yz');
    expect(readMade(pagesOf({ body }), { type: Type.BYTE_ARRAY })).toEqual([{ a: 'x' }, { a: 'yz' }]);
    const lists = (...repetitions: number[]) => pagesOf({ body: sized(repetitions, sized([4, 1], TWO)) });
    expect(readMade(lists(4, 0), { maxRepetition: true })).toEqual([{ a: ['5'] }, { a: ['-6'] }]);
    expect(readMade(lists(2, 0, 2, 1), { maxRepetition: true, rows: 1 })).toEqual([{ a: ['5', '-6'] }]);
  });

  const pagesCases: Record<string, [Uint8Array, Partial<Chunk>?]> = {
    'a page has the encoding 5, which is not read': [pagesOf({ encoding: 5, body: TWO })],
    'a page has indices into a dictionary that is not there': [
      pagesOf({ encoding: INDICES, body: Uint8Array.of(1, 3, 1) }),
    ],
    'an index leads out of its dictionary': [
      pagesOf(DICTIONARY, { encoding: INDICES, body: Uint8Array.of(2, 3, 0b1000, 0) }),
    ],
    'a dictionary comes where none belongs': [pagesOf(DICTIONARY, DICTIONARY, { body: TWO })],
    'values of 0 bits are not read': [pagesOf(DICTIONARY, { encoding: INDICES, body: Uint8Array.of(0, 4) })],
    'values of 9 bits are not read': [pagesOf(DICTIONARY, { encoding: INDICES, body: Uint8Array.of(9, 4) })],
    '3 values do not take 16 bytes': [pagesOf({ values: 3, body: TWO }), { values: 3 }],
    'values of the type 3 are not read': [one, { type: 3 }],
    'the column a ends after 2 of 3 rows': [one, { rows: 3 }],
    'the column a has more than 1 rows': [one, { rows: 1 }],
    'a column chunk has 2 values, where the footer tells of 3': [one, { values: 3 }],
    'its footer tells of 2 rows, and its row groups of 1': [one, { groupRows: 1 }],
    'its footer tells of 0 rows, and its row groups of 0': [one, { rows: 0 }],
    'a row group has 2 columns, where the schema has 1': [one, { chunks: 2 }],
    "the column chunks are not in the order of the schema's leaves": [one, { path: ['b'] }],
    'its column chunks are compressed in different ways': [
      Buffer.concat([one, one]),
      {
        ...{ elements: 2, children: 2, chunks: 2, compressed: one.length, uncompressed: one.length },
        codecs: [CompressionCodec.UNCOMPRESSED, CompressionCodec.SNAPPY],
      },
    ],
    'the column a has a null': [
      pagesOf({ body: sized([4, 0], sized([4, 0], TWO)) }),
      { maxRepetition: true },
    ],
    [`the column a has ${one.length} bytes at 5, not at 4`]: [one, { offset: 5 }],
    [`the column a has ${one.length + 1} bytes at 4, not at 4`]: [one, { compressed: one.length + 1 }],
    'its schema ends too soon': [one, { children: 2 }],
    'its schema has elements that belong nowhere': [one, { elements: 2, children: 1 }],
    [`its pages have ${one.length} bytes uncompressed, where the footer tells of 1`]: [
      one,
      { uncompressed: 1 },
    ],
    'a page begins inside a row': [
      pagesOf({ body: sized([4, 1], sized([4, 1], TWO)) }),
      { maxRepetition: true },
    ],
    'value 1 of a page is cut short': [
      pagesOf({ body: Uint8Array.of(1, 0, 0, 0, 65, 2, 0, 0, 0, 66) }),
      { type: Type.BYTE_ARRAY },
    ],
    'a page goes on behind its values': [pagesOf({ body: texts('x', 'y', 'z') }), { type: Type.BYTE_ARRAY }],
    'the levels of a page are cut short': [
      pagesOf({ body: Uint8Array.of(9, 0, 0, 0, 1) }),
      { maxRepetition: true },
    ],
    'lists of binary values are not read': [
      pagesOf({ body: sized([2, 0, 2, 1], sized([4, 1], texts('x', 'y'))) }),
      { type: Type.BYTE_ARRAY, maxRepetition: true, rows: 1 },
    ],
  };
  it.each(Object.entries(pagesCases))('%s', (error, [pages, changed]) => {
    expect(readMade(pages, changed)).toEqual({ error });
  });

  const metadata = metadataOf(one);
  it.each([
    ['it is too short for a Parquet file', Buffer.from('PAR1PAR1')],
    ['it does not begin and end with PAR1', fileOf(metadata, { front: 'PARE', pages: one })],
    ['it does not begin and end with PAR1', Buffer.from('PAR1000000000PARE')],
    [`its footer cannot have ${metadata.length + 99} bytes`, fileOf(metadata, { more: 99 })],
    [
      'its footer goes on behind its metadata',
      fileOf(Buffer.concat([metadata, Uint8Array.of(0)]), { pages: one }),
    ],
  ])('%s', (error, file) => {
    expect(outcome(read, file)).toEqual({ error });
  });

  it.each([
    ['the page at 4 has the type 1', { type: 1 }],
    ['the page at 4 cannot have -1 bytes', { stored: -1 }],
    ['the page at 4 cannot have 99 bytes', { stored: 99 }],
    ['the page at 4 cannot have -1 bytes', { length: -1 }],
    ['the page at 4 cannot have 33 bytes', { length: 33 }],
    ['the page at 4 cannot have -1 values', { values: -1 }],
    ['the page at 4 cannot have 67108865 values', { values: 2 ** 26 + 1 }],
    ['the page at 4 has another CRC than the one stored with it', { crc: 1 }],
    ['the page at 4 has 16 bytes, not 17', { length: 17 }],
    ['field 5 of a struct is no struct', { bare: true }],
  ])('%s', (error, { type = 0, length = 16, stored = 16, values = 2, crc, bare }: Header) => {
    const thrift = new CompactWriter();
    thrift.struct(() => {
      thrift.i32(1, type);
      thrift.i32(2, length);
      thrift.i32(3, stored);
      if (crc !== undefined) thrift.i32(4, crc);
      if (bare === true) return;
      thrift.structField(5, () => {
        thrift.i32(1, values);
        thrift.i32(2, Encoding.PLAIN);
      });
    });
    const pages = Buffer.concat([thrift.buffer.filled(), TWO]);
    expect(readMade(pages)).toEqual({ error: bare === true ? 'a struct is missing' : error });
  });
});

interface Header {
  type?: number;
  length?: number;
  stored?: number;
  values?: number;
  crc?: number;
  bare?: boolean;
}

describe('the RLE/bit-packing hybrid, read', () => {
  it('takes runs of both kinds, of any width', () => {
    expect([...readHybrid(Uint8Array.of(6, 5, 4, 2), 3, 5)]).toEqual([5, 5, 5, 2, 2]);
    // The example of Encodings.md: 0 to 7, three bits each.
    expect([...readHybrid(Uint8Array.of(3, 0x88, 0xc6, 0xfa), 3, 8)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect([...readHybrid(Uint8Array.of(3, 0x88, 0xc6, 0xfa, 2, 1), 3, 9)]).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 1,
    ]);
    expect([...readHybrid(Uint8Array.of(0x80, 2, 255), 8, 128)]).toEqual(new Array(128).fill(255));
    expect([...readHybrid(Uint8Array.of(3, 0b10110), 1, 5)]).toEqual([0, 1, 1, 0, 1]);
    for (let width = 1; width <= 8; width++) {
      const values = Array.from({ length: 24 }, (_, at) => (at * 37) % 2 ** width);
      const bits = values.flatMap((value) => Array.from({ length: width }, (_, bit) => (value >> bit) & 1));
      const packed = Array.from({ length: 3 * width }, (_, byte) =>
        bits.slice(byte * 8, byte * 8 + 8).reduce((sum, bit, at) => sum + bit * 2 ** at, 0),
      );
      expect([...readHybrid(Uint8Array.of(7, ...packed), width, 24)]).toEqual(values);
    }
  });

  it.each([
    ['a run of values has no head', [], 1, 1],
    ['a run of values has no head', [0x80], 1, 1],
    ['a run of values is empty', [0, 1], 1, 1],
    ['a run of values is empty', [1, 1], 1, 1],
    ['a run has a value that cannot be', [2], 1, 1],
    ['a run has a value that cannot be', [2, 4], 2, 1],
    ['a run of values is cut short', [5, 1], 1, 9],
    ['there are more values than the page tells of', [2, 1, 0], 1, 1],
    ['values of 0 bits are not read', [2, 1], 0, 1],
    ['values of 9 bits are not read', [2, 1], 9, 1],
  ])('%s: %j', (error, bytes, width, count) => {
    expect(() => readHybrid(Uint8Array.from(bytes), width, count)).toThrow(new RangeError(error));
  });

  it('gives levels by their length', () => {
    expect([...sizedLevels(Uint8Array.of(9, 2, 0, 0, 0, 7, 8, 9), 1)]).toEqual([7, 8]);
    const buffer = new ByteBuffer(1);
    buffer.uint32(1);
    expect(() => sizedLevels(buffer.filled(), 0)).toThrow('the levels of a page are cut short');
    expect(() => sizedLevels(Uint8Array.of(0, 0, 0), 0)).toThrow('the levels of a page are cut short');
  });
});
