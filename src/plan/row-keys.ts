/**
 * The keys of a split's rows, by whose hashes TFDS orders them. Mostly a key is the row's number in its split, in decimal; a
 * builder may as well make it of a text around the row's number within its archive, as that of QuickDraw makes
 * `airplane_12` (`_generate_examples` of TFDS's builders).
 */
export interface RowKeys {
  /** Name of the split, the salt of all hashes. */
  splitName: string;
  /** Rows whose keys are made alike, without gaps from row 0 on; without them the key of each row is its number. */
  ranges?: readonly KeyRange[] | undefined;
}

/** Rows from `firstRow` to the next range's: the key of a row is `prefix`, its number from `firstRow` on, and `suffix`. */
export interface KeyRange {
  firstRow: number;
  prefix: string;
  suffix: string;
}

/** The range that holds a row. */
export function rangeAt(ranges: readonly KeyRange[], row: number): number {
  let [low, high] = [0, ranges.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (ranges[middle]!.firstRow <= row) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The same keys, with the ranges alone that hold the rows from `firstRow` to before `end`. */
export function keysWithin({ splitName, ranges }: RowKeys, firstRow: number, end: number): RowKeys {
  if (ranges === undefined) return { splitName };
  return { splitName, ranges: ranges.slice(rangeAt(ranges, firstRow), rangeAt(ranges, end - 1) + 1) };
}

/** The key of a row, as a text. */
export function keyOf({ ranges }: RowKeys, row: number): string {
  const range = ranges?.[rangeAt(ranges, row)];
  return range === undefined ? String(row) : `${range.prefix}${row - range.firstRow}${range.suffix}`;
}
