import { fault } from '../errors.js';
import { COLUMNS } from './figure/grid.js';
import { type Captioned, captionOf } from './figure/picture.js';
import { shownSplit } from './gather.js';
import { type CatalogRow, catalogRows } from './rows.js';
import type { RowsSource } from './source.js';

/** Examples of a split, to be shown. */
export interface ShownSplit {
  /** The expression that they are of. */
  split: string;
  rows: CatalogRow[];
  examples: Captioned[];
}

/**
 * The examples that an expression means.
 *
 * @param expression in TFDS's language; without it the first nine of the split that TFDS shows
 * @param most more are refused
 * @throws {DatasetError} `SPLIT_INVALID`, `USAGE` for too many, `FEATURES` for a data set without images
 */
export async function splitExamples(
  source: RowsSource,
  expression: string | undefined,
  most: number,
): Promise<ShownSplit> {
  const split = expression ?? `${shownSplit(source.info.splits)?.name ?? ''}[:${COLUMNS * COLUMNS}]`;
  if (source.shown.image === undefined)
    throw fault('FEATURES', `${source.id} has no images to show`, {
      expected: 'a feature Image of uint8',
      found: source.features.map(({ name, kind }) => `${name}: ${kind}`).join(', '),
      next: 'Its statistics are in its catalog, which the command catalog writes.',
    });
  const shown: ShownSplit = { split, rows: [], examples: [] };
  for await (const row of catalogRows(source, split, most)) {
    shown.rows.push(row);
    if (row.picture !== undefined)
      shown.examples.push({ picture: row.picture, caption: captionOf(row.label, source.classNames) });
  }
  return shown;
}
