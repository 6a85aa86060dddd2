import { type ByteSource, viewOf } from '../../fs/byte-source.js';
import { FlatTable } from './flatbuffer-reader.js';
import { type ArrowForm, aligned, type Block, MAGIC, MessageHeader } from './framing.js';
import { MAX_MESSAGE_BYTES, readMessage } from './message-reader.js';
import type { ArrowSchema } from './schema.js';
import { readSchema } from './schema-reader.js';

/** What an Arrow IPC file or stream holds. */
export interface ArrowContent {
  form: ArrowForm;
  schema: ArrowSchema;
  blocks: readonly Block[];
}

/** The magic number at a file's front, with what pads it. */
const FRONT_BYTES = aligned(MAGIC.length);
/** Length of the footer and the magic number, at a file's end. */
const TAIL_BYTES = 4 + MAGIC.length;

/**
 * Reads what is where in an Arrow IPC file or stream (Arrow columnar format, "IPC File Format"), and sees that nothing lies
 * between its parts: every byte is the magic number, a message, a body, the end of the stream, or the footer.
 *
 * @throws RangeError saying what is wrong
 */
export function readIpc(file: ByteSource): ArrowContent {
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
  if (message?.int(1, 8) !== MessageHeader.SCHEMA) return FRONT_BYTES;
  if (JSON.stringify(readSchema(message.table(2))) !== JSON.stringify(schema))
    throw new RangeError('its footer has another schema than its front');
  return FRONT_BYTES + length;
}

function readStreamForm(file: ByteSource): ArrowContent {
  const { length, message } = readMessage(file, 0);
  if (message?.int(1, 8) !== MessageHeader.SCHEMA)
    throw new RangeError('it begins neither as an Arrow file nor with a schema');
  const schema = readSchema(message.table(2));
  return { form: 'stream', schema, blocks: scanMessages(file, length, file.bytes) };
}

/** The record batches from `start` on, which the end of the stream closes exactly at `end`. */
function scanMessages(file: ByteSource, start: number, end: number): Block[] {
  const blocks: Block[] = [];
  for (let offset = start; ; ) {
    const { length: messageLength, message } = readMessage(file, offset);
    if (message === undefined) {
      if (offset + messageLength !== end)
        throw new RangeError(`it goes on behind the stream's end at ${offset}`);
      return blocks;
    }
    if (message.int(1, 8) !== MessageHeader.RECORD_BATCH)
      throw new RangeError(`the message at ${offset} is no record batch`);
    const bodyLength = message.int(3, 64);
    if (bodyLength < 0 || offset + messageLength + bodyLength > end)
      throw new RangeError(`the record batch at ${offset} cannot have a body of ${bodyLength} bytes`);
    blocks.push({ offset, messageLength, bodyLength });
    offset += messageLength + bodyLength;
  }
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
