import { Footer } from 'apache-arrow/ipc/metadata/file';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ArrowForm } from '../../../src/formats/arrow/framing.js';
import { IpcWriter } from '../../../src/formats/arrow/ipc-writer.js';
import { schemaMessage } from '../../../src/formats/arrow/message-writer.js';
import type { BodyBuffer } from '../../../src/formats/arrow/record-batch.js';
import type { ArrowField, ArrowSchema, ArrowType } from '../../../src/formats/arrow/schema.js';
import { writtenBy } from '../../rows/encoded.js';
import { times } from '../../sample.js';
import { type Batch, writtenByApacheArrow } from './oracle.js';

const FORMS = ['file', 'stream'] as const;

/** A buffer that is written in pieces. */
function inPieces(bytes: Uint8Array): BodyBuffer {
  return {
    length: bytes.length,
    write(sink) {
      for (let at = 0; at < bytes.length; at += 7) sink.write(bytes.subarray(at, at + 7));
    },
  };
}

function written(schema: ArrowSchema, batches: readonly Batch[], form: ArrowForm): Buffer {
  return writtenBy((sink) => {
    const writer = new IpcWriter(sink, schema, form);
    for (const { rows, buffers } of batches) writer.writeBatch(rows, buffers.map(inPieces));
    writer.close();
  });
}

const text = fc.oneof(fc.string({ maxLength: 12 }), fc.string({ unit: 'binary', maxLength: 12 }));
const metadata = fc.uniqueArray(fc.tuple(text, text), { selector: ([key]) => key, maxLength: 3 });

const leaf: fc.Arbitrary<ArrowType> = fc.oneof(
  fc.record({
    kind: fc.constant('int' as const),
    bits: fc.constantFrom(8 as const, 16 as const, 32 as const, 64 as const),
    signed: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('float' as const),
    bits: fc.constantFrom(16 as const, 32 as const, 64 as const),
  }),
  fc.constantFrom({ kind: 'bool' as const }, { kind: 'binary' as const }, { kind: 'utf8' as const }),
);

function fieldOf(type: fc.Arbitrary<ArrowType>): fc.Arbitrary<ArrowField> {
  return fc.record({ name: text, type, nullable: fc.boolean(), metadata });
}

function typeOf(depth: number): fc.Arbitrary<ArrowType> {
  if (depth === 0) return leaf;
  const inner = fieldOf(typeOf(depth - 1));
  return fc.oneof(
    { weight: 2, arbitrary: leaf },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('struct' as const),
        fields: fc.array(inner, { maxLength: 3 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('fixedSizeList' as const),
        size: fc.integer({ min: 1, max: 5 }),
        item: inner,
      }),
    },
  );
}

const schemas: fc.Arbitrary<ArrowSchema> = fc.record({
  // Of columns with the same name, apache-arrow makes one.
  fields: fc.uniqueArray(fieldOf(typeOf(2)), { selector: ({ name }) => name, minLength: 1, maxLength: 4 }),
  metadata,
});

function bytesOf(length: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: length, maxLength: length });
}

/** Offsets of so many values, and the values; text is ASCII. */
function binaryBuffers(values: number, largest: number): fc.Arbitrary<Uint8Array[]> {
  return fc
    .array(fc.uint8Array({ maxLength: 9, max: largest }), { minLength: values, maxLength: values })
    .map((parts) => {
      const offsets = [0];
      for (const part of parts) offsets.push(offsets.at(-1)! + part.length);
      return [
        new Uint8Array(Int32Array.from(offsets).buffer),
        Uint8Array.from(parts.flatMap((part) => [...part])),
      ];
    });
}

function buffersOf({ type }: ArrowField, values: number): fc.Arbitrary<Uint8Array[]> {
  switch (type.kind) {
    case 'bool':
      return bytesOf(Math.ceil(values / 8)).map((bytes) => [bytes]);
    case 'binary':
      return binaryBuffers(values, 255);
    case 'utf8':
      return binaryBuffers(values, 127);
    case 'struct':
      return allBuffersOf(type.fields, values);
    case 'fixedSizeList':
      return buffersOf(type.item, values * type.size);
    default:
      return bytesOf((values * type.bits) / 8).map((bytes) => [bytes]);
  }
}

function allBuffersOf(fields: readonly ArrowField[], values: number): fc.Arbitrary<Uint8Array[]> {
  return fc.tuple(...fields.map((field) => buffersOf(field, values))).map((buffers) => buffers.flat());
}

const files = schemas.chain((schema) => {
  const batch = fc
    .integer({ min: 0, max: 9 })
    .chain((rows) => fc.record({ rows: fc.constant(rows), buffers: allBuffersOf(schema.fields, rows) }));
  return fc.record({ schema: fc.constant(schema), batches: fc.array(batch, { maxLength: 3 }) });
});

describe.each(FORMS)('IpcWriter, of a %s', (form) => {
  it('writes what apache-arrow writes, byte for byte, and in a file its stream', () => {
    fc.assert(
      fc.property(files, ({ schema, batches }) => {
        const expected = writtenByApacheArrow(schema, batches, form);
        expect(written(schema, batches, form).toString('hex')).toBe(expected.toString('hex'));
      }),
      { numRuns: times(300, 30) },
    );
  });
});

describe('IpcWriter', () => {
  const bytes: ArrowField = { name: 'bytes', type: { kind: 'int', bits: 8, signed: false }, nullable: true };
  const text: ArrowField = { name: 'text', type: { kind: 'utf8' }, nullable: true };

  it('tells where batches are that lie 2^32 bytes into a file, and are as long', () => {
    const block = new Uint8Array(2 ** 26);
    const length = 70 * block.length;
    const buffer: BodyBuffer = {
      length,
      write(sink) {
        for (let at = 0; at < length; at += block.length) sink.write(block);
      },
    };
    const parts: Uint8Array[] = [];
    const schema: ArrowSchema = { fields: [bytes], metadata: [] };
    const front = 8 + schemaMessage(schema).length;
    let end = 0;
    const sink = {
      write(bytes: Uint8Array): void {
        if (bytes.length < block.length) parts.push(bytes);
        end += bytes.length;
      },
    };
    const writer = new IpcWriter(sink, schema, 'file');
    for (let batch = 0; batch < 2; batch++) writer.writeBatch(length, [buffer]);
    writer.close();
    const blocks = [...Footer.decode(parts.at(-2)!.subarray(0, -4)).recordBatches()];
    const [first, second] = blocks.map(({ offset, bodyLength }) => ({ offset, bodyLength }));
    const messageLength = blocks[0]!.metaDataLength;
    expect(first).toEqual({ offset: front, bodyLength: length });
    expect(second).toEqual({ offset: front + messageLength + length, bodyLength: length });
    expect(end).toBeGreaterThan(2 * length + 2 * messageLength);
  });

  it.each<[string, ArrowField, number[]]>([
    ['lacks a buffer', text, [12]],
    ['has one too many', bytes, [2, 0]],
    ['has a number too few', bytes, [1]],
    ['lacks the last offset', text, [8, 5]],
  ])('refuses a batch that %s', (_, field, lengths) => {
    const writer = new IpcWriter({ write: () => {} }, { fields: [field], metadata: [] }, 'file');
    expect(() =>
      writer.writeBatch(
        2,
        lengths.map((length) => inPieces(new Uint8Array(length))),
      ),
    ).toThrow(/buffer/);
  });

  it('refuses a buffer that writes another length than it told', () => {
    const writer = new IpcWriter({ write: () => {} }, { fields: [bytes], metadata: [] }, 'file');
    const write: BodyBuffer['write'] = (sink) => sink.write(new Uint8Array(3));
    expect(() => writer.writeBatch(2, [{ length: 2, write }])).toThrow('2 bytes was written with 3');
  });
});
