import { type ByteSource, viewOf } from '../../fs/byte-source.js';
import { FlatTable } from './flatbuffer-reader.js';
import { ALIGNMENT, type Block, CONTINUATION, PREFIX_BYTES } from './framing.js';

/** A message longer than this is damage, and not a size to allocate. */
export const MAX_MESSAGE_BYTES = 2 ** 26;

/**
 * The encapsulated message at `offset`, and its length with what is around it; no message where the stream ends.
 *
 * @throws RangeError
 */
export function readMessage(
  file: ByteSource,
  offset: number,
): { length: number; message: FlatTable | undefined } {
  const prefix = viewOf(file.read(offset, PREFIX_BYTES));
  if (prefix.getUint32(0, true) !== CONTINUATION) throw new RangeError(`at ${offset} no message begins`);
  const length = prefix.getUint32(4, true);
  if (length === 0) return { length: PREFIX_BYTES, message: undefined };
  if (length > MAX_MESSAGE_BYTES || length % ALIGNMENT !== 0)
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
export function readBatchHead(file: ByteSource, { offset }: Block): ArrowBatchHead {
  const header = readMessage(file, offset).message?.table(2);
  if (header === undefined) throw new RangeError(`the message at ${offset} has no head`);
  if (header.table(3) !== undefined) throw new RangeError('compressed record batches are not read');
  return { rows: header.int(0, 64), nodes: header.structs(1, 2), buffers: header.structs(2, 2) };
}
