import type { Sink } from '../../fs/sink.js';
import { aligned, OFFSET_BYTES } from './framing.js';
import { type ArrowField, type ArrowType, childrenOf } from './schema.js';

/** A buffer of a record batch's body. Its length is told before it is written, as the body's layout stands before it. */
export interface BodyBuffer {
  /** Bytes. */
  length: number;
  /** Writes all of it, in as many pieces as it likes. */
  write(sink: Sink): void;
}

/** What the message of a record batch tells of the body behind it. */
export interface BatchLayout {
  rows: number;
  /** How many values each field has, depth first; none is null. */
  nodes: readonly number[];
  /** Where in the body each buffer is, and its length with the padding behind it. */
  buffers: readonly { offset: number; length: number }[];
  bodyLength: number;
}

/**
 * Lays out the body of a batch: the buffers are those of the fields, depth first (Arrow columnar format, "Recursive
 * flattening and field nodes"). Of numbers these are the values, of bools their bits; of binary values and text, offsets of 4 bytes and the
 * values. Before them the layout has an empty buffer for every field: it tells which values are null, and none is.
 */
export function batchLayout(
  fields: readonly ArrowField[],
  rows: number,
  buffers: readonly BodyBuffer[],
): BatchLayout {
  const nodes: number[] = [];
  const places: { offset: number; length: number }[] = [];
  let bodyLength = 0;
  const place = (bytes: number): void => {
    places.push({ offset: bodyLength, length: aligned(bytes) });
    bodyLength += aligned(bytes);
  };
  const rest = buffers.values();
  const visit = ({ name, type }: ArrowField, values: number): void => {
    nodes.push(values);
    place(0);
    for (const bytes of bufferLengths(type, values)) {
      const buffer = rest.next().value;
      if (buffer === undefined || buffer.length !== (bytes ?? buffer.length))
        throw new Error(`a buffer of ${name} has ${buffer?.length} bytes, where ${bytes ?? 'one'} is due`);
      place(buffer.length);
    }
    const childValues = type.kind === 'fixedSizeList' ? values * type.size : values;
    for (const child of childrenOf(type)) visit(child, childValues);
  };
  for (const field of fields) visit(field, rows);
  if (rest.next().done !== true) throw new Error('there are more buffers than the fields have');
  return { rows, nodes, buffers: places, bodyLength };
}

/** How long each buffer of a type itself is, where its values do not decide that. */
function bufferLengths(type: ArrowType, values: number): (number | undefined)[] {
  switch (type.kind) {
    case 'int':
    case 'float':
      return [values * (type.bits / 8)];
    case 'bool':
      return [Math.ceil(values / 8)];
    case 'binary':
    case 'utf8':
      return [(values + 1) * OFFSET_BYTES, undefined];
    default:
      return [];
  }
}
