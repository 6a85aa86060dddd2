import type { DType } from '../../dataset/feature.js';
import { hasTensorExtension, samplesPerRow, type TableLayout, tableMetadata } from '../../rows/table.js';
import { schemaMessage } from './message-writer.js';
import type { ArrowField, ArrowMetadata, ArrowSchema, ArrowType } from './schema.js';

const INT64: ArrowType = { kind: 'int', bits: 64, signed: true };

/** Encoded images: what Hugging Face datasets stores an image as, and the name of the row beside it. */
const PNG: ArrowType = {
  kind: 'struct',
  fields: [nullable('bytes', { kind: 'binary' }), nullable('path', { kind: 'utf8' })],
};

/** Arrow's schema of a data set: every field may be null, because Hugging Face datasets declares its own so. */
export function arrowSchema(layout: TableLayout): ArrowSchema {
  const { columns } = layout;
  const fields = [inputField(layout)];
  if (columns.label !== undefined) fields.push(nullable(columns.label, INT64));
  if (columns.index !== undefined) fields.push(nullable(columns.index, INT64));
  return { fields, metadata: tableMetadata(layout) };
}

function nullable(name: string, type: ArrowType): ArrowField {
  return { name, type, nullable: true };
}

function inputField(layout: TableLayout): ArrowField {
  const { columns, image, dtype, shape } = layout;
  if (image === 'png') return nullable(columns.image, PNG);
  if (shape.length === 0) return nullable(columns.image, TYPES[dtype]);
  const tensor: ArrowType = {
    kind: 'fixedSizeList',
    size: samplesPerRow(layout),
    item: nullable('item', TYPES[dtype]),
  };
  const field = nullable(columns.image, tensor);
  return hasTensorExtension(layout) ? { ...field, metadata: tensorExtension(shape) } : field;
}

/** The types of values, by their names here, which are Arrow's own. */
const TYPES: Record<DType, ArrowType> = {
  bool: { kind: 'bool' },
  uint8: { kind: 'int', bits: 8, signed: false },
  int8: { kind: 'int', bits: 8, signed: true },
  uint16: { kind: 'int', bits: 16, signed: false },
  int16: { kind: 'int', bits: 16, signed: true },
  uint32: { kind: 'int', bits: 32, signed: false },
  int32: { kind: 'int', bits: 32, signed: true },
  uint64: { kind: 'int', bits: 64, signed: false },
  int64: INT64,
  float16: { kind: 'float', bits: 16 },
  float32: { kind: 'float', bits: 32 },
  float64: { kind: 'float', bits: 64 },
};

/** The key of a field's metadata that names its extension type. */
export const EXTENSION_NAME = 'ARROW:extension:name';

/** Arrow's canonical extension type for tensors of one shape (Arrow columnar format, "Canonical Extension Types"). */
function tensorExtension(shape: readonly number[]): ArrowMetadata {
  return [
    [EXTENSION_NAME, 'arrow.fixed_shape_tensor'],
    ['ARROW:extension:metadata', JSON.stringify({ shape })],
  ];
}

/**
 * The schema as an encapsulated IPC message in base 64 (Arrow columnar format, "Encapsulated message format"): what
 * Arrow's own Parquet writers keep under the key `ARROW:schema`.
 */
export function serializedArrowSchema(layout: TableLayout): string {
  return Buffer.from(schemaMessage(arrowSchema(layout))).toString('base64');
}
