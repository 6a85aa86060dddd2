import { FlatBufferBuilder } from './flatbuffer-writer.js';
import { aligned, CONTINUATION, MessageHeader, MetadataVersion, PREFIX_BYTES } from './framing.js';
import type { BatchLayout } from './record-batch.js';
import type { ArrowSchema } from './schema.js';
import { writeSchema } from './schema-writer.js';

/** The end of a stream: a message of length 0. */
export const END_OF_STREAM: Uint8Array = prefix(0, PREFIX_BYTES);

/** The message that tells a stream's schema, encapsulated. */
export function schemaMessage(schema: ArrowSchema): Uint8Array {
  const builder = new FlatBufferBuilder();
  return encapsulated(builder, MessageHeader.SCHEMA, writeSchema(builder, schema), 0);
}

/** The message before a record batch's body, encapsulated. Tables `RecordBatch`, structs `FieldNode` and `Buffer`. */
export function recordBatchMessage({ rows, nodes, buffers, bodyLength }: BatchLayout): Uint8Array {
  const builder = new FlatBufferBuilder();
  const nodesPlace = builder.structs(nodes.map((length) => [length, 0]));
  const buffersPlace = builder.structs(buffers.map(({ offset, length }) => [offset, length]));
  const header = builder.table(() => {
    builder.intField(0, 64, rows);
    builder.referenceField(1, nodesPlace);
    builder.referenceField(2, buffersPlace);
  });
  return encapsulated(builder, MessageHeader.RECORD_BATCH, header, bodyLength);
}

/** A table `Message` with what stands around it (Arrow columnar format, "Encapsulated message format"). */
function encapsulated(
  builder: FlatBufferBuilder,
  type: (typeof MessageHeader)[keyof typeof MessageHeader],
  header: number,
  bodyLength: number,
): Uint8Array {
  const message = builder.finish(
    builder.table(() => {
      builder.intField(0, 16, MetadataVersion.V5);
      builder.referenceField(2, header);
      builder.intField(1, 8, type);
      builder.intField(3, 64, bodyLength);
    }),
  );
  const length = aligned(message.length);
  const bytes = prefix(length, PREFIX_BYTES + length);
  bytes.set(message, PREFIX_BYTES);
  return bytes;
}

/** `size` bytes that begin with what stands before a message of `length` bytes. */
function prefix(length: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, CONTINUATION, true);
  view.setUint32(4, length, true);
  return bytes;
}
