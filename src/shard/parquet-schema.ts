import type { SchemaElement } from 'hyparquet';
import type { TableLayout } from './table.js';

const OPTIONAL = 'OPTIONAL';

/** The Parquet schema of a data set, in depth-first order. Hugging Face datasets drops images and classes from REQUIRED fields. */
export function parquetSchema(layout: TableLayout): SchemaElement[] {
  const { columns } = layout;
  const int64 = (name: string): SchemaElement => ({ name, type: 'INT64', repetition_type: OPTIONAL });
  const index = columns.index === undefined ? [] : [int64(columns.index)];
  const root: SchemaElement = { name: 'schema', num_children: 2 + index.length };
  return [root, ...imageSchema(layout), int64(columns.label), ...index];
}

function imageSchema({ columns, image }: TableLayout): SchemaElement[] {
  if (image === 'png') {
    return [
      { name: columns.image, num_children: 2, repetition_type: OPTIONAL },
      { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: OPTIONAL },
      {
        name: 'path',
        type: 'BYTE_ARRAY',
        converted_type: 'UTF8',
        logical_type: { type: 'STRING' },
        repetition_type: OPTIONAL,
      },
    ];
  }
  // The three levels that the Parquet format lays down for lists (LogicalTypes.md). The element has the older form of its
  // type alone: hyparquet-writer writes the newer one with a width of 32 bits where the format has 8.
  return [
    { name: columns.image, num_children: 1, converted_type: 'LIST', repetition_type: OPTIONAL },
    { name: 'list', num_children: 1, repetition_type: 'REPEATED' },
    { name: 'element', type: 'INT32', converted_type: 'UINT_8', repetition_type: OPTIONAL },
  ];
}
