import type { DType } from '../../dataset/feature.js';
import type { TableLayout } from '../../rows/table.js';
import { ConvertedType, FieldRepetitionType, LogicalType, type NumberOf, Type } from './enums.js';
import { HALF_BYTES, storedType } from './stored-types.js';
import type { CompactWriter } from './thrift-writer.js';

const { OPTIONAL, REPEATED } = FieldRepetitionType;

/** What a field means; its older form, a converted type, where there is one, and its newer one, a logical type, are written side by side. */
type Meaning =
  | 'STRING'
  | 'LIST'
  | 'UINT_8'
  | 'UINT_16'
  | 'UINT_32'
  | 'UINT_64'
  | 'INT_8'
  | 'INT_16'
  | 'FLOAT16';

/** A field of the schema: a group with fields in it, or a leaf with a type. */
export interface SchemaField {
  name: string;
  repetition: NumberOf<typeof FieldRepetitionType>;
  meaning?: Meaning;
  type?: NumberOf<typeof Type>;
  fields?: readonly SchemaField[];
}

/** The fields of a data set's rows. Hugging Face datasets drops images and classes from REQUIRED ones. */
export function parquetSchema(layout: TableLayout): readonly SchemaField[] {
  const { columns, image } = layout;
  const input = image === 'png' ? encodedImageField(columns.image) : tensorField(layout);
  const int64 = (name: string | undefined): SchemaField[] =>
    name === undefined ? [] : [{ name, repetition: OPTIONAL, type: Type.INT64 }];
  return [input, ...int64(columns.label), ...int64(columns.index)];
}

function encodedImageField(name: string): SchemaField {
  const type = Type.BYTE_ARRAY;
  const fields: SchemaField[] = [
    { name: 'bytes', repetition: OPTIONAL, type },
    { name: 'path', repetition: OPTIONAL, type, meaning: 'STRING' },
  ];
  return { name, repetition: OPTIONAL, fields };
}

/** What values mean beyond the type that they are stored as. */
const MEANINGS: Partial<Record<DType, Meaning>> = {
  uint8: 'UINT_8',
  int8: 'INT_8',
  uint16: 'UINT_16',
  int16: 'INT_16',
  uint32: 'UINT_32',
  uint64: 'UINT_64',
  float16: 'FLOAT16',
};

/** Values, or the three levels that the Parquet format lays down for lists (LogicalTypes.md, "Lists"). */
function tensorField({ columns: { image: name }, dtype, shape }: TableLayout): SchemaField {
  const meaning = MEANINGS[dtype];
  const value = {
    repetition: OPTIONAL,
    type: storedType(dtype).type,
    ...(meaning === undefined ? {} : { meaning }),
  };
  if (shape.length === 0) return { name, ...value };
  const element: SchemaField = { name: 'element', ...value };
  const list: SchemaField = { name: 'list', repetition: REPEATED, fields: [element] };
  return { name, repetition: OPTIONAL, meaning: 'LIST', fields: [list] };
}

/** How many leaves the fields have, which is how many columns a file has. */
export function leafCount(fields: readonly SchemaField[]): number {
  return fields.reduce((sum, field) => sum + (field.fields === undefined ? 1 : leafCount(field.fields)), 0);
}

/** Writes the schema as `FileMetaData` has it: a list of all elements, depth first, behind a root. */
export function writeSchema(thrift: CompactWriter, field: number, fields: readonly SchemaField[]): void {
  const root = { name: 'schema', fields };
  thrift.structs(field, [root, ...depthFirst(fields)], (element) => writeElement(thrift, element));
}

function depthFirst(fields: readonly SchemaField[]): SchemaField[] {
  return fields.flatMap((field) => [field, ...depthFirst(field.fields ?? [])]);
}

/** Writes the fields of a `SchemaElement`; the root has no repetition. */
function writeElement(thrift: CompactWriter, element: Omit<SchemaField, 'repetition'> | SchemaField): void {
  const { name, type, fields, meaning } = element;
  if (type !== undefined) thrift.i32(1, type);
  if (type === Type.FIXED_LEN_BYTE_ARRAY) thrift.i32(2, HALF_BYTES);
  if ('repetition' in element) thrift.i32(3, element.repetition);
  thrift.string(4, name);
  if (fields !== undefined) thrift.i32(5, fields.length);
  if (meaning === undefined) return;
  const converted = CONVERTED_TYPES[meaning];
  if (converted !== undefined) thrift.i32(6, converted);
  thrift.structField(10, () => LOGICAL_TYPES[meaning](thrift));
}

/** Halves came after all converted types. */
const CONVERTED_TYPES: Partial<Record<Meaning, NumberOf<typeof ConvertedType>>> = {
  STRING: ConvertedType.UTF8,
  LIST: ConvertedType.LIST,
  UINT_8: ConvertedType.UINT_8,
  UINT_16: ConvertedType.UINT_16,
  UINT_32: ConvertedType.UINT_32,
  UINT_64: ConvertedType.UINT_64,
  INT_8: ConvertedType.INT_8,
  INT_16: ConvertedType.INT_16,
};

/** The member of the union `LogicalType` that each has. */
const LOGICAL_TYPES: Record<Meaning, (thrift: CompactWriter) => void> = {
  STRING: (thrift) => thrift.structField(LogicalType.STRING, () => {}),
  LIST: (thrift) => thrift.structField(LogicalType.LIST, () => {}),
  FLOAT16: (thrift) => thrift.structField(LogicalType.FLOAT16, () => {}),
  UINT_8: (thrift) => writeIntType(thrift, 8, false),
  UINT_16: (thrift) => writeIntType(thrift, 16, false),
  UINT_32: (thrift) => writeIntType(thrift, 32, false),
  UINT_64: (thrift) => writeIntType(thrift, 64, false),
  INT_8: (thrift) => writeIntType(thrift, 8, true),
  INT_16: (thrift) => writeIntType(thrift, 16, true),
};

function writeIntType(thrift: CompactWriter, bits: number, isSigned: boolean): void {
  thrift.structField(LogicalType.INTEGER, () => {
    thrift.i8(1, bits);
    thrift.boolean(2, isSigned);
  });
}
