import { FlatBufferBuilder } from './flatbuffer-writer.js';
import { type Block, MetadataVersion } from './framing.js';
import type { ArrowSchema } from './schema.js';
import { writeSchema } from './schema-writer.js';

const LENGTH_BYTES = 4;

/** A file's table `Footer` (Arrow's `format/File.fbs`), and its length behind it. */
export function ipcFooter(schema: ArrowSchema, blocks: readonly Block[]): Uint8Array {
  const builder = new FlatBufferBuilder();
  const schemaPlace = writeSchema(builder, schema);
  // A message's length takes 32 bits and 32 of padding: one number of 64, as a message is far shorter than either.
  const batches = blocks.map(({ offset, messageLength, bodyLength }) => [offset, messageLength, bodyLength]);
  const batchesPlace = builder.structs(batches);
  const dictionariesPlace = builder.structs([]);
  const table = builder.finish(
    builder.table(() => {
      builder.referenceField(1, schemaPlace);
      builder.intField(0, 16, MetadataVersion.V5);
      builder.referenceField(3, batchesPlace);
      builder.referenceField(2, dictionariesPlace);
    }),
  );
  const bytes = new Uint8Array(table.length + LENGTH_BYTES);
  bytes.set(table);
  new DataView(bytes.buffer).setUint32(table.length, table.length, true);
  return bytes;
}
