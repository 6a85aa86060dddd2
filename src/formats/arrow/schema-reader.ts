import type { FlatTable } from './flatbuffer-reader.js';
import { type ArrowField, type ArrowSchema, type ArrowType, PRECISIONS, TYPE_NUMBERS } from './schema.js';

/** More fields than any file here has; a reference may lead to the same table again and again. */
const MAX_FIELDS = 10_000;

/**
 * Reads a table `Schema`, which must be there.
 *
 * @throws RangeError
 */
export function readSchema(table: FlatTable | undefined): ArrowSchema {
  if (table === undefined) throw new RangeError('it has no schema');
  if (table.int(0, 16) !== 0) throw new RangeError('its numbers are not little-endian');
  const budget = { fields: MAX_FIELDS };
  return {
    fields: table.tables(1).map((field) => readField(field, budget)),
    metadata: readMetadata(table, 2),
  };
}

function readField(table: FlatTable, budget: { fields: number }): ArrowField {
  if (--budget.fields < 0) throw new RangeError('its schema has more fields than can be true');
  const children = table.tables(5).map((child) => readField(child, budget));
  const metadata = readMetadata(table, 6);
  return {
    name: table.string(0),
    nullable: table.int(1, 8) !== 0,
    type: readType(table.int(2, 8), table.table(3), children),
    ...(metadata.length > 0 ? { metadata } : {}),
  };
}

function readMetadata(table: FlatTable, field: number): [string, string][] {
  return table.tables(field).map((pair) => [pair.string(0), pair.string(1)]);
}

/** By the numbers of the union `Type`. */
function readType(type: number, table: FlatTable | undefined, children: readonly ArrowField[]): ArrowType {
  const [item] = children;
  if (type === TYPE_NUMBERS.int) {
    const bits = ([8, 16, 32, 64] as const).find((bits) => bits === table?.int(0, 32));
    if (bits !== undefined) return { kind: 'int', bits, signed: table?.int(1, 8) === 1 };
  }
  if (type === TYPE_NUMBERS.float) {
    const bits = ([16, 32, 64] as const).find((bits) => PRECISIONS[bits] === table?.int(0, 16));
    if (bits !== undefined) return { kind: 'float', bits };
  }
  if (type === TYPE_NUMBERS.bool) return { kind: 'bool' };
  if (type === TYPE_NUMBERS.binary) return { kind: 'binary' };
  if (type === TYPE_NUMBERS.utf8) return { kind: 'utf8' };
  if (type === TYPE_NUMBERS.struct) return { kind: 'struct', fields: children };
  if (type === TYPE_NUMBERS.fixedSizeList && item !== undefined && children.length === 1)
    return { kind: 'fixedSizeList', size: table?.int(0, 32) ?? 0, item };
  throw new RangeError(`its schema has a type with the number ${type}, which is not read`);
}
