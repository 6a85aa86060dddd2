import type { ColumnChunk, WrittenPage } from './chunk-writer.js';
import { BoundaryOrder, type NumberOf } from './enums.js';
import type { Bounds, Compare } from './statistics.js';
import type { CompactWriter } from './thrift-writer.js';

/** Writes the fields of a `ColumnIndex`: bounds of each page, all of which must have them. */
export function writeColumnIndex(thrift: CompactWriter, { pages, column }: ColumnChunk): void {
  const bounds = pages.map(boundsOf);
  thrift.booleans(
    1, // null_pages
    pages.map(() => false),
  );
  thrift.binaries(
    2,
    bounds.map(({ min }) => min.bytes),
  );
  thrift.binaries(
    3,
    bounds.map(({ max }) => max.bytes),
  );
  thrift.i32(4, boundaryOrder(bounds, column.compare));
  thrift.i64s(
    5, // null_counts
    pages.map(() => 0),
  );
}

function boundsOf({ bounds }: WrittenPage): Bounds {
  if (bounds === undefined) throw new Error('a page has no bounds');
  return bounds;
}

/** Writes the fields of an `OffsetIndex`: where each page lies, a list of `PageLocation`. */
export function writeOffsetIndex(thrift: CompactWriter, { pages }: ColumnChunk): void {
  thrift.structs(1, pages, ({ offset, bytes, firstRow }) => {
    thrift.i64(1, offset);
    thrift.i32(2, bytes);
    thrift.i64(3, firstRow);
  });
}

/** Whether the lower bounds of pages, and the upper ones, both go up, or both go down; staying is either. */
export function boundaryOrder(pages: readonly Bounds[], compare: Compare): NumberOf<typeof BoundaryOrder> {
  let [ascending, descending] = [true, true];
  for (const [i, bounds] of pages.entries()) {
    const before = pages[i - 1];
    if (before === undefined) continue;
    for (const end of ['min', 'max'] as const) {
      const step = compare(bounds[end].bytes, before[end].bytes);
      if (step < 0) ascending = false;
      if (step > 0) descending = false;
    }
  }
  if (ascending) return BoundaryOrder.ASCENDING;
  return descending ? BoundaryOrder.DESCENDING : BoundaryOrder.UNORDERED;
}
