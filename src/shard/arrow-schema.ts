import { Binary, Field, FixedSizeList, Int64, Message, Schema, Struct, Uint8, Utf8 } from 'apache-arrow';
import { samplesPerImage, type TableLayout, tableMetadata } from './table.js';

/** Arrow's schema of a data set: every field may be null, because Hugging Face datasets declares its own so. */
export function arrowSchema(layout: TableLayout): Schema {
  const { columns } = layout;
  const fields = [imageField(layout), new Field(columns.label, new Int64(), true)];
  if (columns.index !== undefined) fields.push(new Field(columns.index, new Int64(), true));
  return new Schema(fields, new Map(tableMetadata(layout)));
}

function imageField(layout: TableLayout): Field {
  const { columns, image, shape } = layout;
  if (image === 'png') return new Field(columns.image, pngType(), true);
  return new Field(columns.image, tensorType(layout), true, tensorExtension(shape));
}

/** The type of encoded images: what Hugging Face datasets stores an image as, and the name of the row beside it. */
export function pngType(): Struct {
  return new Struct([new Field('bytes', new Binary(), true), new Field('path', new Utf8(), true)]);
}

/** The type of images as samples, rows top down, channels interleaved. */
export function tensorType(layout: TableLayout): FixedSizeList<Uint8> {
  return new FixedSizeList(samplesPerImage(layout), new Field('item', new Uint8(), true));
}

/** Arrow's canonical extension type for tensors of one shape (Arrow columnar format, "Canonical Extension Types"). */
function tensorExtension(shape: readonly number[]): Map<string, string> {
  return new Map([
    ['ARROW:extension:name', 'arrow.fixed_shape_tensor'],
    ['ARROW:extension:metadata', JSON.stringify({ shape })],
  ]);
}

/**
 * The schema as an encapsulated IPC message in base 64 (Arrow columnar format, "Encapsulated message format"): what
 * Arrow's own Parquet writers keep under the key `ARROW:schema`.
 */
export function serializedArrowSchema(layout: TableLayout): string {
  const message = Message.encode(Message.from(arrowSchema(layout)));
  const padded = Math.ceil(message.length / 8) * 8;
  const framed = Buffer.alloc(8 + padded);
  framed.writeInt32LE(-1, 0);
  framed.writeInt32LE(padded, 4);
  framed.set(message, 8);
  return framed.toString('base64');
}
