import {
  AsyncByteQueue,
  Binary,
  Bool,
  BufferType,
  Data,
  type DataType,
  Field,
  FixedSizeList,
  Float16,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  makeData,
  RecordBatch,
  RecordBatchFileWriter,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  Uint8,
  Uint16,
  Uint32,
  Uint64,
  Utf8,
} from 'apache-arrow';
import { FileBlock, Footer } from 'apache-arrow/ipc/metadata/file';
import type { ArrowForm } from '../../../src/formats/arrow/framing.js';
import type { ArrowField, ArrowSchema, ArrowType } from '../../../src/formats/arrow/schema.js';

/** A batch: how many rows, and the bytes of the buffers of its fields. */
export interface Batch {
  rows: number;
  buffers: readonly Uint8Array[];
}

const INTS = {
  signed: { 8: Int8, 16: Int16, 32: Int32, 64: Int64 },
  unsigned: { 8: Uint8, 16: Uint16, 32: Uint32, 64: Uint64 },
};
const FLOATS = { 16: Float16, 32: Float32, 64: Float64 };

function typeOf(type: ArrowType): DataType {
  switch (type.kind) {
    case 'int':
      return new INTS[type.signed ? 'signed' : 'unsigned'][type.bits]();
    case 'float':
      return new FLOATS[type.bits]();
    case 'bool':
      return new Bool();
    case 'binary':
      return new Binary();
    case 'utf8':
      return new Utf8();
    case 'struct':
      return new Struct(type.fields.map(fieldOf));
    case 'fixedSizeList':
      return new FixedSizeList(type.size, fieldOf(type.item));
  }
}

function fieldOf({ name, type, nullable, metadata = [] }: ArrowField): Field {
  return new Field(name, typeOf(type), nullable, new Map(metadata));
}

/** The values of a field, whose buffers it takes off the front of `buffers`. */
function dataOf(field: ArrowField, length: number, buffers: Uint8Array[]): Data {
  const type = typeOf(field.type);
  const next = (): ArrayBuffer => Uint8Array.from(buffers.shift()!).buffer;
  const data = (own: ConstructorParameters<typeof Data>[4], children: Data[] = []): Data =>
    new Data(type, 0, length, 0, own, children);
  switch (field.type.kind) {
    case 'binary':
    case 'utf8':
      return data({ [BufferType.OFFSET]: new Int32Array(next()), [BufferType.DATA]: new Uint8Array(next()) });
    case 'struct':
      return data(
        {},
        field.type.fields.map((child) => dataOf(child, length, buffers)),
      );
    case 'fixedSizeList':
      return data({}, [dataOf(field.type.item, length * field.type.size, buffers)]);
    default:
      return data({ [BufferType.DATA]: new type.ArrayType(next()) });
  }
}

/**
 * What the package apache-arrow writes; of a file, its stream between the magic numbers and its footer, as the
 * specification has it: the package leaves the schema out before the record batches.
 */
export function writtenByApacheArrow(
  schema: ArrowSchema,
  batches: readonly Batch[],
  form: ArrowForm,
): Buffer {
  const stream = writtenWith(new RecordBatchStreamWriter(), schema, batches);
  if (form === 'stream') return stream;
  const file = writtenWith(new RecordBatchFileWriter(), schema, batches);
  const schemaBytes = 8 + stream.readUInt32LE(4);
  const length = file.readUInt32LE(file.length - TAIL_BYTES);
  const tailStart = file.length - TAIL_BYTES;
  const found = Footer.decode(file.subarray(tailStart - length, tailStart));
  const blocks = [...found.recordBatches()].map(
    ({ metaDataLength, bodyLength, offset }) =>
      new FileBlock(metaDataLength, bodyLength, offset + schemaBytes),
  );
  const footer = Footer.encode(new Footer(found.schema, found.version, blocks, []));
  return Buffer.concat([file.subarray(0, 8), stream, footer, file.subarray(tailStart)]);
}

/** Length of the footer and the magic number, at a file's end. */
const TAIL_BYTES = 10;

function writtenWith(
  writer: RecordBatchStreamWriter | RecordBatchFileWriter,
  { fields, metadata }: ArrowSchema,
  batches: readonly Batch[],
): Buffer {
  const schema = new Schema(fields.map(fieldOf), new Map(metadata));
  const parts: Uint8Array[] = [];
  const queue = new (class extends AsyncByteQueue<Uint8Array> {
    override write(bytes: Uint8Array): void {
      parts.push(Uint8Array.from(bytes));
    }
  })();
  writer.reset(queue, schema);
  for (const { rows, buffers } of batches) {
    const rest = [...buffers];
    const children = fields.map((field) => dataOf(field, rows, rest));
    const type = new Struct(schema.fields);
    writer.write(new RecordBatch(schema, makeData({ type, length: rows, nullCount: 0, children })));
  }
  writer.close();
  return Buffer.concat(parts);
}
