import { type ByteSource, viewOf } from '../../fs/byte-source.js';
import { FlatTable } from './flatbuffer-reader.js';
import type { ArrowField, ArrowSchema, ArrowType } from './schema.js';

/** Where in a file a record batch is: bytes of its message with what encapsulates it, and of its body. */
export interface ArrowBlock {
  offset: number;
  messageLength: number;
  bodyLength: number;
}

/** What an Arrow IPC file or stream holds. */
export interface ArrowContent {
  form: 'file' | 'stream';
  schema: ArrowSchema;
  blocks: readonly ArrowBlock[];
}

const MAGIC = 'ARROW1';
/** The magic number at a file's front, with what pads it to 8 bytes. */
const FRONT_BYTES = 8;
const PREFIX_BYTES = 8;
const CONTINUATION = 0xffffffff;
/** Length of the footer and the magic number, at a file's end. */
const TAIL_BYTES = 10;
/** The numbers of the members of the union `MessageHeader`. */
const SCHEMA = 1;
const RECORD_BATCH = 3;
/** A message longer than this is damage, and not a size to allocate. */
const MAX_MESSAGE_BYTES = 2 ** 26;
/** More fields than any file here has; a reference may lead to the same table again and again. */
const MAX_FIELDS = 10_000;

/**
 * Reads what is where in an Arrow IPC file or stream (Arrow columnar format, "IPC File Format"), and sees that nothing lies
 * between its parts: every byte is the magic number, a message, a body, the end of the stream, or the footer.
 *
 * @throws RangeError saying what is wrong
 */
export function readArrow(file: ByteSource): ArrowContent {
  const isFile = file.bytes >= FRONT_BYTES && latin1(file.read(0, MAGIC.length)) === MAGIC;
  return isFile ? readFileForm(file) : readStreamForm(file);
}

function readFileForm(file: ByteSource): ArrowContent {
  if (latin1(file.read(0, FRONT_BYTES)) !== `${MAGIC}\0\0`)
    throw new RangeError('its front is not padded with zeros');
  if (file.bytes < FRONT_BYTES + TAIL_BYTES) throw new RangeError('it ends inside its footer');
  const tail = file.read(file.bytes - TAIL_BYTES, TAIL_BYTES);
  const length = viewOf(tail).getUint32(0, true);
  if (latin1(tail.subarray(4)) !== MAGIC) throw new RangeError(`it does not end with ${MAGIC}`);
  const start = file.bytes - TAIL_BYTES - length;
  if (length > MAX_MESSAGE_BYTES || start < FRONT_BYTES)
    throw new RangeError(`its footer cannot have ${length} bytes`);
  const footer = FlatTable.root(Uint8Array.from(file.read(start, length)));
  const schema = readSchema(footer.table(1));
  const blocks = footer.structs(3, 3).map(([offset = 0, messageLength = 0, bodyLength = 0]) => ({
    offset,
    messageLength,
    bodyLength,
  }));
  const found = scanMessages(file, behindSchema(file, schema), start);
  if (JSON.stringify(found) !== JSON.stringify(blocks))
    throw new RangeError('its footer tells of other record batches than the file has');
  return { form: 'file', schema, blocks };
}

/**
 * Where the record batches of a file begin: the message before them has the footer's schema. apache-arrow for JavaScript
 * leaves that message out, and so did this project once.
 */
function behindSchema(file: ByteSource, schema: ArrowSchema): number {
  const { length, message } = readMessage(file, FRONT_BYTES);
  if (message?.int(1, 8) !== SCHEMA) return FRONT_BYTES;
  if (JSON.stringify(readSchema(message.table(2))) !== JSON.stringify(schema))
    throw new RangeError('its footer has another schema than its front');
  return FRONT_BYTES + length;
}

function readStreamForm(file: ByteSource): ArrowContent {
  const { length, message } = readMessage(file, 0);
  if (message?.int(1, 8) !== SCHEMA)
    throw new RangeError('it begins neither as an Arrow file nor with a schema');
  const schema = readSchema(message.table(2));
  return { form: 'stream', schema, blocks: scanMessages(file, length, file.bytes) };
}

/** The record batches from `start` on, which the end of the stream closes exactly at `end`. */
function scanMessages(file: ByteSource, start: number, end: number): ArrowBlock[] {
  const blocks: ArrowBlock[] = [];
  for (let offset = start; ; ) {
    const { length: messageLength, message } = readMessage(file, offset);
    if (message === undefined) {
      if (offset + messageLength !== end)
        throw new RangeError(`it goes on behind the stream's end at ${offset}`);
      return blocks;
    }
    if (message.int(1, 8) !== RECORD_BATCH)
      throw new RangeError(`the message at ${offset} is no record batch`);
    const bodyLength = message.int(3, 64);
    if (bodyLength < 0 || offset + messageLength + bodyLength > end)
      throw new RangeError(`the record batch at ${offset} cannot have a body of ${bodyLength} bytes`);
    blocks.push({ offset, messageLength, bodyLength });
    offset += messageLength + bodyLength;
  }
}

/** The encapsulated message at `offset`, and its length with what is around it; no message where the stream ends. */
function readMessage(file: ByteSource, offset: number): { length: number; message: FlatTable | undefined } {
  const prefix = viewOf(file.read(offset, PREFIX_BYTES));
  if (prefix.getUint32(0, true) !== CONTINUATION) throw new RangeError(`at ${offset} no message begins`);
  const length = prefix.getUint32(4, true);
  if (length === 0) return { length: PREFIX_BYTES, message: undefined };
  if (length > MAX_MESSAGE_BYTES || length % 8 !== 0)
    throw new RangeError(`the message at ${offset} cannot have ${length} bytes`);
  const message = FlatTable.root(Uint8Array.from(file.read(offset + PREFIX_BYTES, length)));
  return { length: PREFIX_BYTES + length, message };
}

/** What the message of a record batch tells: rows, values and nulls of each field, and where the buffers are in the body. */
export interface ArrowBatchHead {
  rows: number;
  nodes: readonly (readonly number[])[];
  buffers: readonly (readonly number[])[];
}

/** @throws RangeError */
export function readBatchHead(file: ByteSource, { offset }: ArrowBlock): ArrowBatchHead {
  const header = readMessage(file, offset).message?.table(2);
  if (header === undefined) throw new RangeError(`the message at ${offset} has no head`);
  if (header.table(3) !== undefined) throw new RangeError('compressed record batches are not read');
  return { rows: header.int(0, 64), nodes: header.structs(1, 2), buffers: header.structs(2, 2) };
}

function readSchema(table: FlatTable | undefined): ArrowSchema {
  if (table === undefined) throw new RangeError('it has no schema');
  if (table.int(0, 16) !== 0) throw new RangeError('its numbers are not little-endian');
  const budget = { fields: MAX_FIELDS };
  return {
    fields: table.tables(1).map((field) => readField(field, budget)),
    metadata: readMetadata(table, 2),
  };
}

function readField(table: FlatTable, budget: { fields: number }): ArrowField {
  if (--budget.fields < 0) throw new RangeError('its schema has more fields than can be true');
  const children = table.tables(5).map((child) => readField(child, budget));
  const metadata = readMetadata(table, 6);
  return {
    name: table.string(0),
    nullable: table.int(1, 8) !== 0,
    type: readType(table.int(2, 8), table.table(3), children),
    ...(metadata.length > 0 ? { metadata } : {}),
  };
}

function readMetadata(table: FlatTable, field: number): [string, string][] {
  return table.tables(field).map((pair) => [pair.string(0), pair.string(1)]);
}

/** By the numbers of the union `Type`. */
function readType(type: number, table: FlatTable | undefined, children: readonly ArrowField[]): ArrowType {
  const [item] = children;
  if (type === 2) {
    const bits = ([8, 16, 32, 64] as const).find((bits) => bits === table?.int(0, 32));
    if (bits !== undefined) return { kind: 'int', bits, signed: table?.int(1, 8) === 1 };
  }
  if (type === 3) {
    const precision = table?.int(0, 16);
    if (precision === 1 || precision === 2) return { kind: 'float', bits: precision === 1 ? 32 : 64 };
  }
  if (type === 4) return { kind: 'binary' };
  if (type === 5) return { kind: 'utf8' };
  if (type === 13) return { kind: 'struct', fields: children };
  if (type === 16 && item !== undefined && children.length === 1)
    return { kind: 'fixedSizeList', size: table?.int(0, 32) ?? 0, item };
  throw new RangeError(`its schema has a type with the number ${type}, which is not read`);
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
