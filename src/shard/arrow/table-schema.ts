import { samplesPerImage, type TableLayout, tableMetadata } from '../table.js';
import { schemaMessage } from './message.js';
import type { ArrowField, ArrowMetadata, ArrowSchema, ArrowType } from './schema.js';

const INT64: ArrowType = { kind: 'int', bits: 64, signed: true };
const UINT8: ArrowType = { kind: 'int', bits: 8, signed: false };

/** Encoded images: what Hugging Face datasets stores an image as, and the name of the row beside it. */
const PNG: ArrowType = {
  kind: 'struct',
  fields: [nullable('bytes', { kind: 'binary' }), nullable('path', { kind: 'utf8' })],
};

/** Arrow's schema of a data set: every field may be null, because Hugging Face datasets declares its own so. */
export function arrowSchema(layout: TableLayout): ArrowSchema {
  const { columns } = layout;
  const fields = [imageField(layout), nullable(columns.label, INT64)];
  if (columns.index !== undefined) fields.push(nullable(columns.index, INT64));
  return { fields, metadata: tableMetadata(layout) };
}

function nullable(name: string, type: ArrowType): ArrowField {
  return { name, type, nullable: true };
}

function imageField(layout: TableLayout): ArrowField {
  const { columns, image, shape } = layout;
  if (image === 'png') return nullable(columns.image, PNG);
  const tensor: ArrowType = {
    kind: 'fixedSizeList',
    size: samplesPerImage(layout),
    item: nullable('item', UINT8),
  };
  return { ...nullable(columns.image, tensor), metadata: tensorExtension(shape) };
}

/** Arrow's canonical extension type for tensors of one shape (Arrow columnar format, "Canonical Extension Types"). */
function tensorExtension(shape: readonly number[]): ArrowMetadata {
  return [
    ['ARROW:extension:name', 'arrow.fixed_shape_tensor'],
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
