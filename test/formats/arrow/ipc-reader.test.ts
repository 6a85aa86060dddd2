import { describe, expect, it } from 'vitest';
import { readIpc } from '../../../src/formats/arrow/ipc-reader.js';
import { IpcWriter } from '../../../src/formats/arrow/ipc-writer.js';
import { schemaMessage } from '../../../src/formats/arrow/message-writer.js';
import type { ArrowSchema } from '../../../src/formats/arrow/schema.js';
import { inMemory } from '../../fs/in-memory.js';
import { writtenBy } from '../../rows/encoded.js';

const SCHEMA = schemaOf('label');
const FRONT_BYTES = 8;

function schemaOf(name: string): ArrowSchema {
  return {
    fields: [{ name, type: { kind: 'int', bits: 64, signed: true }, nullable: true }],
    metadata: [['about', name]],
  };
}

function fileOf(schema: ArrowSchema): Buffer {
  return writtenBy((sink) => {
    const writer = new IpcWriter(sink, schema, 'file');
    for (const rows of [3, 1])
      writer.writeBatch(rows, [{ length: rows * 8, write: (to) => to.write(new Uint8Array(rows * 8)) }]);
    writer.close();
  });
}

describe('readIpc', () => {
  it('finds schema and record batches of a file, and of the stream in it', () => {
    const file = fileOf(SCHEMA);
    const content = readIpc(inMemory(file));
    const front = FRONT_BYTES + schemaMessage(SCHEMA).length;
    expect(content).toMatchObject({ form: 'file', schema: SCHEMA });
    expect(content.blocks.map(({ bodyLength }) => bodyLength)).toEqual([24, 8]);
    expect(content.blocks[0]!.offset).toBe(front);
    const end = file.length - 10 - file.readUInt32LE(file.length - 10);
    const stream = readIpc(inMemory(file.subarray(FRONT_BYTES, end)));
    expect(stream).toMatchObject({ form: 'stream', schema: SCHEMA });
    expect(stream.blocks.map(({ offset }) => offset)).toEqual(
      content.blocks.map(({ offset }) => offset - FRONT_BYTES),
    );
  });

  it('reads a file whose schema is in the footer alone, as apache-arrow for JavaScript writes it', () => {
    const schema = schemaMessage(SCHEMA).length;
    const file = fileOf(SCHEMA);
    // The footer tells of places that are the schema's length farther on than these.
    const blocks = readIpc(inMemory(file)).blocks;
    const moved = Buffer.concat([file.subarray(0, FRONT_BYTES), file.subarray(FRONT_BYTES + schema)]);
    for (const { offset } of blocks) {
      const place = moved.lastIndexOf(Buffer.from(BigInt64Array.of(BigInt(offset)).buffer));
      moved.writeBigInt64LE(BigInt(offset - schema), place);
    }
    expect(readIpc(inMemory(moved))).toEqual({
      form: 'file',
      schema: SCHEMA,
      blocks: blocks.map((block) => ({ ...block, offset: block.offset - schema })),
    });
  });

  it('refuses a file whose front has another schema than its footer', () => {
    const file = fileOf(SCHEMA);
    file.set(schemaMessage(schemaOf('lapel')), FRONT_BYTES);
    expect(() => readIpc(inMemory(file))).toThrow('its footer has another schema than its front');
  });
});
