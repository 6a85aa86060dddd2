/** What the values of a column are. */
export type ArrowType =
  | { kind: 'int'; bits: 8 | 16 | 32 | 64; signed: boolean }
  | { kind: 'float'; bits: 16 | 32 | 64 }
  /** Values of one bit each. */
  | { kind: 'bool' }
  | { kind: 'binary' }
  | { kind: 'utf8' }
  | { kind: 'struct'; fields: readonly ArrowField[] }
  /** Lists of `size` items each. */
  | { kind: 'fixedSizeList'; size: number; item: ArrowField };

/** Keys, each once, and their values. */
export type ArrowMetadata = readonly (readonly [key: string, value: string])[];

/** A column, or a part of one. */
export interface ArrowField {
  name: string;
  type: ArrowType;
  /** Whether the schema lets it be null; of the values none is. */
  nullable: boolean;
  metadata?: ArrowMetadata;
}

/** The columns of a file, and what else it tells of itself. */
export interface ArrowSchema {
  fields: readonly ArrowField[];
  metadata: ArrowMetadata;
}

/** The fields below a field. */
export function childrenOf(type: ArrowType): readonly ArrowField[] {
  if (type.kind === 'struct') return type.fields;
  return type.kind === 'fixedSizeList' ? [type.item] : [];
}

/** The numbers of the members of the union `Type` (Arrow's `format/Schema.fbs`). */
export const TYPE_NUMBERS: Readonly<Record<ArrowType['kind'], number>> = {
  int: 2,
  float: 3,
  binary: 4,
  utf8: 5,
  bool: 6,
  struct: 13,
  fixedSizeList: 16,
};

/** The numbers of `Precision`, by bits. */
export const PRECISIONS = { 16: 0, 32: 1, 64: 2 } as const;
