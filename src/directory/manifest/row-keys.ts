import * as v from 'valibot';
import type { DatasetDefinition } from '../../dataset/definition.js';
import { rowKeysOf } from '../../dataset/row-keys.js';
import type { RowKeys } from '../../plan/row-keys.js';
import { parseJson, parseWith } from '../json-file.js';

/**
 * A file of this project's own, beside TFDS's: how the keys of rows are made, split by split, where they are not the rows'
 * numbers. Without it nobody could tell which row of its source stands at a place.
 */
export const ROW_KEYS_FILE = 'row_keys.json';

const schema = v.record(
  v.string(),
  v.pipe(
    v.array(
      v.strictObject({
        firstRow: v.pipe(v.number(), v.integer(), v.minValue(0)),
        prefix: v.string(),
        suffix: v.string(),
      }),
    ),
    v.check(
      (ranges) => ranges.every(({ firstRow }, at) => firstRow > (ranges[at - 1]?.firstRow ?? -1)),
      'ranges in the order of their rows',
    ),
    v.check(([first]) => first?.firstRow === 0, 'ranges from row 0 on'),
  ),
);

/** The text of the file, a line a range; `undefined` where every key is the number of its row. */
export function rowKeysJson({ splits }: DatasetDefinition): string | undefined {
  const lines = splits.flatMap((split) => {
    const { splitName, ranges } = rowKeysOf(split);
    if (ranges === undefined) return [];
    return `  ${JSON.stringify(splitName)}: [\n${ranges.map((range) => `    ${JSON.stringify(range)}`).join(',\n')}\n  ]`;
  });
  return lines.length === 0 ? undefined : `{\n${lines.join(',\n')}\n}\n`;
}

/**
 * What the file says, by the names of splits.
 *
 * @throws {DatasetError} `MANIFEST_INVALID`
 */
export function rowKeysIn(text: string, file: string): Map<string, RowKeys> {
  const splits = Object.entries(parseWith(schema, parseJson(text, file), file));
  return new Map(splits.map(([splitName, ranges]) => [splitName, { splitName, ranges }]));
}
