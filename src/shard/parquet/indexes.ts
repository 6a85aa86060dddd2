import type { ColumnChunk, WrittenPage } from './column.js';
import { BoundaryOrder, type NumberOf } from './enums.js';
import type { Compare } from './statistics.js';
import type { CompactWriter } from './thrift.js';

/** Writes the fields of a `ColumnIndex`: bounds of each page. */
export function writeColumnIndex(thrift: CompactWriter, { pages, column }: ColumnChunk): void {
  thrift.booleans(
    1, // null_pages
    pages.map(() => false),
  );
  thrift.binaries(
    2,
    pages.map(({ bounds }) => bounds.min.bytes),
  );
  thrift.binaries(
    3,
    pages.map(({ bounds }) => bounds.max.bytes),
  );
  thrift.i32(4, boundaryOrder(pages, column.compare));
  thrift.i64s(
    5, // null_counts
    pages.map(() => 0),
  );
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
export function boundaryOrder(
  pages: readonly Pick<WrittenPage, 'bounds'>[],
  compare: Compare,
): NumberOf<typeof BoundaryOrder> {
  let [ascending, descending] = [true, true];
  for (const [i, { bounds }] of pages.entries()) {
    const before = pages[i - 1]?.bounds;
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
