import type { FlatBufferBuilder } from './flatbuffer-writer.js';
import {
  type ArrowField,
  type ArrowMetadata,
  type ArrowSchema,
  type ArrowType,
  childrenOf,
  PRECISIONS,
  TYPE_NUMBERS,
} from './schema.js';

/** Writes a table `Schema` (Arrow's `format/Schema.fbs`), little-endian, and gives its place. */
export function writeSchema(builder: FlatBufferBuilder, { fields, metadata }: ArrowSchema): number {
  const fieldsPlace = writeFields(builder, fields);
  const metadataPlace = writeMetadata(builder, metadata);
  return builder.table(() => {
    builder.referenceField(1, fieldsPlace);
    if (metadataPlace !== undefined) builder.referenceField(2, metadataPlace);
  });
}

function writeFields(builder: FlatBufferBuilder, fields: readonly ArrowField[]): number {
  return builder.references(fields.map((field) => writeField(builder, field)));
}

/** Writes a table `Field`. */
function writeField(builder: FlatBufferBuilder, { name, type, nullable, metadata = [] }: ArrowField): number {
  const typePlace = writeType(builder, type);
  const childrenPlace = writeFields(builder, childrenOf(type));
  const metadataPlace = writeMetadata(builder, metadata);
  const namePlace = name === '' ? undefined : builder.string(name);
  return builder.table(() => {
    builder.referenceField(3, typePlace);
    builder.intField(2, 8, TYPE_NUMBERS[type.kind]);
    builder.referenceField(5, childrenPlace);
    builder.intField(1, 8, nullable ? 1 : 0);
    if (namePlace !== undefined) builder.referenceField(0, namePlace);
    if (metadataPlace !== undefined) builder.referenceField(6, metadataPlace);
  });
}

/** Writes the table of a type: `Int`, `FloatingPoint`, `FixedSizeList`, or one without fields. */
function writeType(builder: FlatBufferBuilder, type: ArrowType): number {
  return builder.table(() => {
    if (type.kind === 'int') {
      builder.intField(0, 32, type.bits);
      builder.intField(1, 8, type.signed ? 1 : 0);
    } else if (type.kind === 'float') {
      builder.intField(0, 16, PRECISIONS[type.bits]);
    } else if (type.kind === 'fixedSizeList') {
      builder.intField(0, 32, type.size);
    }
  });
}

/** Writes a vector of tables `KeyValue`; none where there is nothing to be told. */
function writeMetadata(builder: FlatBufferBuilder, metadata: ArrowMetadata): number | undefined {
  if (metadata.length === 0) return undefined;
  const places = metadata.map(([key, value]) => {
    const keyPlace = builder.string(key);
    const valuePlace = builder.string(value);
    return builder.table(() => {
      builder.referenceField(0, keyPlace);
      builder.referenceField(1, valuePlace);
    });
  });
  return builder.references(places);
}
