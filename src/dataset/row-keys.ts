import type { RowKeys } from '../plan/row-keys.js';
import { placedParts, type SplitDefinition } from './split-definition.js';

/** How the keys of a split's rows are made; see `key` of {@link SplitDefinition}. */
export function rowKeysOf(split: SplitDefinition): RowKeys {
  const { name: splitName, key } = split;
  if (key === undefined) return { splitName };
  const [before = '', behind = ''] = key.split('{row}');
  const ranges = placedParts(split).map(({ firstRow, ...part }, at) => {
    const filled = (text: string): string =>
      text.replaceAll(/\{(part|class)\}/g, (_, field) =>
        field === 'part' ? String(at) : (part.class ?? ''),
      );
    return { firstRow, prefix: filled(before), suffix: filled(behind) };
  });
  return { splitName, ranges };
}
