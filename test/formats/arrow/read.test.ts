import { describe, expect, it } from 'vitest';
import { FlatTable } from '../../../src/formats/arrow/flatbuffer-reader.js';
import { FlatBufferBuilder } from '../../../src/formats/arrow/flatbuffer-writer.js';
import type { ArrowForm } from '../../../src/formats/arrow/framing.js';
import { readIpc } from '../../../src/formats/arrow/ipc-reader.js';
import { IpcWriter } from '../../../src/formats/arrow/ipc-writer.js';
import { arrowRows } from '../../../src/formats/arrow/read.js';
import type { ArrowSchema, ArrowType } from '../../../src/formats/arrow/schema.js';
import type { ByteSource } from '../../../src/fs/byte-source.js';
import type { RowRange } from '../../../src/rows/cell.js';
import { inMemory } from '../../fs/in-memory.js';
import { writtenBy } from '../../rows/encoded.js';
import { bytesOf, expectCutsRefused, flipEach, goldenFiles, outcome, plainRows } from '../golden/golden.js';

function read(file: ByteSource, range?: RowRange) {
  return plainRows(arrowRows(file, range));
}

const field = (name: string, type: ArrowType) => ({ name, type, nullable: true });
const TINY: ArrowType = { kind: 'int', bits: 8, signed: false };
const SCHEMA: ArrowSchema = {
  fields: [
    field('label', { kind: 'int', bits: 64, signed: true }),
    field('name', { kind: 'utf8' }),
    field('pair', { kind: 'fixedSizeList', size: 2, item: field('item', TINY) }),
    field('deep', {
      kind: 'fixedSizeList',
      size: 2,
      item: field('item', {
        kind: 'fixedSizeList',
        size: 1,
        item: field('item', { kind: 'float', bits: 64 }),
      }),
    }),
    field('short', { kind: 'int', bits: 16, signed: false }),
    field('unsigned', { kind: 'int', bits: 32, signed: false }),
    field('signed', { kind: 'int', bits: 32, signed: true }),
    field('small', { kind: 'int', bits: 8, signed: true }),
    field('long', { kind: 'int', bits: 64, signed: false }),
    field('half', { kind: 'int', bits: 16, signed: true }),
  ],
  metadata: [['about', 'a test']],
};

/** Record batches of one and of two rows. */
function fileOf(form: ArrowForm, schema = SCHEMA): Buffer {
  return writtenBy((sink) => {
    const writer = new IpcWriter(sink, schema, form);
    for (const numbers of [[-1], [2, -3]]) {
      const texts = numbers.map((number) => 'x'.repeat(Math.abs(number)));
      const ends = texts.map((_, at) => texts.slice(0, at + 1).join('').length);
      const buffers = [
        BigInt64Array.from(numbers, BigInt),
        Int32Array.of(0, ...ends),
        Buffer.from(texts.join('')),
        Uint8Array.from(numbers.flatMap((number) => [number, 7])),
        Float64Array.from(numbers.flatMap((number) => [number / 2, 0.25])),
        Uint16Array.from(numbers),
        Uint32Array.from(numbers),
        Int32Array.from(numbers),
        Int8Array.from(numbers),
        BigUint64Array.from(numbers, BigInt),
        Int16Array.from(numbers),
      ].map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength));
      writer.writeBatch(
        numbers.length,
        buffers.map((bytes) => ({ length: bytes.length, write: (to) => to.write(bytes) })),
      );
    }
    writer.close();
  });
}

const ROWS = [-1, 2, -3].map((number) => ({
  label: [String(number)],
  name: 'x'.repeat(Math.abs(number)),
  pair: [String(number & 255), '7'],
  deep: [String(number / 2), '0.25'],
  short: [String(number & 65_535)],
  unsigned: [String(number >>> 0)],
  signed: [String(number)],
  small: [String(number)],
  long: [String(BigInt.asUintN(64, BigInt(number)))],
  half: [String(number)],
}));

describe('Arrow, read', () => {
  it.each(goldenFiles('arrow'))('of $by: $name', (golden) => {
    expect(outcome(read, bytesOf(golden))).toEqual(golden.rows ?? { error: golden.error });
  });

  it.each(goldenFiles('arrow'))('of $by, damaged: $name', (golden) => {
    const bytes = bytesOf(golden);
    expectCutsRefused(read, bytes);
    // Arrow has no checksums: a bit of a value gives another value.
    if (golden.rows !== undefined) expect(flipEach(read, bytes).refused).toBeGreaterThan(bytes.length / 2);
  });

  it.each(['file', 'stream'] as const)('of our own writer, as a %s', (form) => {
    const file = fileOf(form);
    expect(read(inMemory(file))).toEqual(ROWS);
    for (let start = 0; start <= 3; start++)
      for (let end = start; end <= 4; end++)
        expect(read(inMemory(file), { start, end })).toEqual(ROWS.slice(start, end));
    expectCutsRefused(read, file);
    expect(flipEach(read, file).refused).toBeGreaterThan(file.length / 2);
  });
});

/** A record batch of two rows of one column, whose message and body may be wrong. */
interface Batch {
  type?: ArrowType;
  rows?: number;
  nodes?: number[][];
  buffers?: number[][];
  body?: Uint8Array;
  header?: number;
}

const LONG: ArrowType = { kind: 'int', bits: 64, signed: true };
const PREFIX = [255, 255, 255, 255];

function madeStream({
  type = LONG,
  rows = 2,
  nodes = [[2, 0]],
  buffers = [
    [0, 0],
    [0, 16],
  ],
  body = Buffer.from(BigInt64Array.of(5n, -6n).buffer),
  header = 3,
}: Batch): Buffer {
  const front = writtenBy((sink) => {
    new IpcWriter(sink, { fields: [field('a', type)], metadata: [] }, 'stream');
  });
  const builder = new FlatBufferBuilder();
  const [nodesPlace, buffersPlace] = [builder.structs(nodes), builder.structs(buffers)];
  const batch = builder.table(() => {
    builder.intField(0, 64, rows);
    builder.referenceField(1, nodesPlace);
    builder.referenceField(2, buffersPlace);
  });
  const message = builder.finish(
    builder.table(() => {
      builder.intField(0, 16, 4);
      builder.intField(1, 8, header);
      builder.referenceField(2, batch);
      builder.intField(3, 64, body.length);
    }),
  );
  const length = Math.ceil(message.length / 8) * 8;
  const padding = new Uint8Array(length - message.length);
  const head = Buffer.from([...PREFIX, length, 0, 0, 0].map((byte) => byte & 255));
  head.writeUInt32LE(length, 4);
  return Buffer.concat([front, head, message, padding, body, Buffer.from([...PREFIX, 0, 0, 0, 0])]);
}

const TEXT_BUFFERS = [
  [0, 0],
  [0, 16],
  [16, 8],
];
const textBody = (...offsets: number[]) =>
  Buffer.concat([Buffer.from(Int32Array.from([...offsets, 0]).buffer), Buffer.from('abc\0\0\0\0\0')]);
const text = (...offsets: number[]): Batch => {
  return { type: { kind: 'utf8' }, buffers: TEXT_BUFFERS, body: textBody(...offsets) };
};

describe('an Arrow stream made by hand', () => {
  it('is read where it is right', () => {
    expect(read(inMemory(madeStream({})))).toEqual([{ a: ['5'] }, { a: ['-6'] }]);
    expect(read(inMemory(madeStream(text(0, 1, 3))))).toEqual([{ a: 'a' }, { a: 'bc' }]);
  });

  it.each<[string, Batch]>([
    ['a field has 3 values and 0 nulls, where 2 values are due', { nodes: [[3, 0]] }],
    ['a field has 2 values and 1 nulls, where 2 values are due', { nodes: [[2, 1]] }],
    ['a field has undefined values and undefined nulls, where 2 values are due', { nodes: [] }],
    [
      'a record batch has more values than its schema has fields',
      {
        nodes: [
          [2, 0],
          [2, 0],
        ],
      },
    ],
    [
      'a record batch has more values than its schema has fields',
      {
        buffers: [
          [0, 0],
          [0, 16],
          [16, 0],
        ],
      },
    ],
    [
      'a field without nulls tells which values are null',
      {
        buffers: [
          [0, 8],
          [8, 8],
        ],
      },
    ],
    [
      'a buffer has 8 bytes, where 16 are due',
      {
        buffers: [
          [0, 0],
          [0, 8],
        ],
      },
    ],
    [
      'a buffer has 24 bytes, where 16 are due',
      {
        buffers: [
          [0, 0],
          [0, 24],
        ],
        body: new Uint8Array(24),
      },
    ],
    [
      'a buffer has 16 bytes at 8, where the one before ends at 0',
      {
        buffers: [
          [0, 0],
          [8, 16],
        ],
      },
    ],
    [
      'a buffer has -8 bytes at 0, where the one before ends at 0',
      {
        buffers: [
          [0, 0],
          [0, -8],
        ],
      },
    ],
    [
      'a buffer has 24 bytes at 0, where the one before ends at 0',
      {
        buffers: [
          [0, 0],
          [0, 24],
        ],
      },
    ],
    ['a buffer has -1 bytes at -1, where the one before ends at 0', { buffers: [[0, 0]] }],
    ['a body goes on behind its last buffer', { body: new Uint8Array(24) }],
    ['the first value of a column begins at 1', text(1, 2, 3)],
    ['value 1 of a column ends before it begins', text(0, 2, 1)],
    ['value 0 of a column ends before it begins', text(0, -1, 1)],
    ['what pads a buffer is not zeros', text(0, 1, 2)],
    ['lists cannot have -1 items', { type: { kind: 'fixedSizeList', size: -1, item: field('item', LONG) } }],
    [
      'lists cannot have 2147483647 items',
      { type: { kind: 'fixedSizeList', size: 2 ** 31 - 1, item: field('item', LONG) } },
    ],
    [
      'a list has values of the type utf8, which is not read there',
      {
        type: { kind: 'fixedSizeList', size: 1, item: field('item', { kind: 'utf8' }) },
        nodes: [
          [2, 0],
          [2, 0],
        ],
        buffers: [
          [0, 0],
          [0, 0],
        ],
      },
    ],
    [
      'two columns have the name a.b',
      {
        type: { kind: 'struct', fields: [field('b', LONG), field('b', LONG)] },
        nodes: [
          [2, 0],
          [2, 0],
          [2, 0],
        ],
        buffers: [
          [0, 0],
          [0, 0],
          [0, 16],
        ],
      },
    ],
  ])('%s', (error, batch) => {
    expect(outcome(read, madeStream(batch))).toEqual({ error });
  });

  it('says what a message is not', () => {
    const file = madeStream({});
    const at = file.indexOf(Buffer.from(PREFIX), 8);
    const changed = (offset: number, value: number) => {
      const bytes = Buffer.from(file);
      bytes.writeUInt32LE(value, offset);
      return outcome(read, bytes);
    };
    expect(changed(at, 0)).toEqual({ error: `at ${at} no message begins` });
    expect(changed(at + 4, 2 ** 26 + 8)).toEqual({
      error: `the message at ${at} cannot have ${2 ** 26 + 8} bytes`,
    });
    expect(changed(at + 4, 12)).toEqual({ error: `the message at ${at} cannot have 12 bytes` });
    expect(changed(0, 0)).toEqual({ error: 'at 0 no message begins' });
    expect(outcome(read, madeStream({ header: 2 }))).toEqual({
      error: `the message at ${at} is no record batch`,
    });
    expect(outcome(read, file.subarray(at))).toEqual({
      error: 'it begins neither as an Arrow file nor with a schema',
    });
    expect(outcome(read, Buffer.concat([file, new Uint8Array(8)]))).toEqual({
      error: `it goes on behind the stream's end at ${file.length - 8}`,
    });
  });

  it('says what an end of a file is not', () => {
    const file = fileOf('file');
    const changed = (offset: number, value: number) => {
      const bytes = Buffer.from(file);
      bytes[offset < 0 ? bytes.length + offset : offset] = value;
      return outcome(read, bytes);
    };
    expect(changed(7, 1)).toEqual({ error: 'its front is not padded with zeros' });
    expect(changed(-1, 0)).toEqual({ error: 'it does not end with ARROW1' });
    expect(outcome(read, file.subarray(0, 17))).toEqual({ error: 'it ends inside its footer' });
    const length = file.readUInt32LE(file.length - 10);
    expect(changed(-7, 1)).toEqual({ error: `its footer cannot have ${length + 2 ** 24} bytes` });
    const first = readIpc(inMemory(file)).blocks[0]!;
    const place = file.lastIndexOf(Buffer.from(BigInt64Array.of(BigInt(first.offset)).buffer));
    expect(changed(place, first.offset + 8)).toEqual({
      error: 'its footer tells of other record batches than the file has',
    });
  });
});

describe('FlatTable', () => {
  const builder = new FlatBufferBuilder();
  const name = builder.string('née');
  const structs = builder.structs([[1, -2]]);
  const child = builder.table(() => builder.intField(0, 8, 200));
  const children = builder.references([child, child]);
  const bytes = builder.finish(
    builder.table(() => {
      builder.referenceField(0, name);
      builder.intField(1, 16, 40_000);
      builder.intField(2, 32, -7);
      builder.intField(3, 64, -(2 ** 40));
      builder.referenceField(4, structs);
      builder.referenceField(5, child);
      builder.referenceField(6, children);
    }),
  );
  const table = FlatTable.root(bytes);

  it('reads what the writer writes', () => {
    expect(table.string(0)).toBe('née');
    expect([table.int(1, 16), table.int(2, 32), table.int(3, 64)]).toEqual([40_000, -7, -(2 ** 40)]);
    expect(table.structs(4, 2)).toEqual([[1, -2]]);
    expect(table.table(5)?.int(0, 8)).toBe(200);
    expect(table.tables(6).map((one) => one.int(0, 8))).toEqual([200, 200]);
  });

  it('has zeros and nothing for fields that are not there, behind the last one and between', () => {
    const [gap, beyond] = [table.table(5)!, 30];
    for (const field of [1, beyond]) {
      expect([gap.int(field, 64), gap.string(field), gap.table(field)]).toEqual([0, '', undefined]);
      expect([gap.tables(field), gap.structs(field, 2)]).toEqual([[], []]);
    }
  });

  it('throws where a reference or a length leads out of the buffer, and at numbers that no double holds', () => {
    const everything = (buffer: Uint8Array) => {
      const root = FlatTable.root(buffer);
      return [root.string(0), root.int(3, 64), root.structs(4, 2), root.table(5)?.int(0, 8), root.tables(6)];
    };
    for (let at = 0; at < bytes.length; at++) {
      const flipped = Uint8Array.from(bytes);
      flipped[at]! ^= 0xf0;
      try {
        everything(flipped);
      } catch (error) {
        expect(error, String(at)).toBeInstanceOf(RangeError);
      }
    }
    const far = Uint8Array.from(bytes);
    new DataView(far.buffer).setUint32(0, 2 ** 30, true);
    expect(() => FlatTable.root(far)).toThrow(RangeError);
    const long = Buffer.from(bytes);
    long.writeUInt32LE(1000, long.indexOf('née') - 4);
    expect(() => FlatTable.root(long).string(0)).toThrow(
      '1000 elements are more than the metadata have room for',
    );
    const large = Buffer.from(bytes);
    const place = large.indexOf(Buffer.from(BigInt64Array.of(-(2n ** 40n)).buffer));
    large.writeBigInt64LE(2n ** 60n, place);
    expect(() => FlatTable.root(large).int(3, 64)).toThrow(`the number ${2 ** 60} is too large to be true`);
  });
});
