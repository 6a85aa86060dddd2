import { DatasetError } from '../errors.js';
import { COLUMNS } from '../figure/grid.js';
import { type Captioned, captionOf } from '../figure/picture.js';
import { imageFeature, labelNames, pictureOf, shownSplit } from './gather.js';
import { type CatalogRow, catalogRows } from './rows.js';
import type { CatalogSource } from './source.js';

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
 * @throws {DatasetError} `USAGE` for too many, and for a data set without images
 */
export async function splitExamples(
  source: CatalogSource,
  expression: string | undefined,
  most: number,
): Promise<ShownSplit> {
  const split = expression ?? `${shownSplit(source.info.splits)?.name ?? ''}[:${COLUMNS * COLUMNS}]`;
  const image = imageFeature(source);
  if (image === undefined)
    throw new DatasetError('USAGE', `${source.id} has no images to show`, {
      expected: 'a feature Image of uint8',
      found: source.features.map(({ name, kind }) => `${name}: ${kind}`).join(', '),
    });
  const [, name = split, end] = /^(\w+)\[:(\d+)\]$/.exec(split) ?? [];
  const meant = source.info.splits.find((one) => one.name === name);
  if (meant === undefined) throw new DatasetError('USAGE', `no split ${name}`);
  const rows: CatalogRow[] = [];
  for await (const row of catalogRows(source, meant)) {
    if (row.index >= Number(end ?? meant.rows)) break;
    rows.push(row);
    if (rows.length > most) throw new DatasetError('USAGE', `${split} has more than ${most} examples`);
  }
  const names = labelNames(source);
  const examples = rows.flatMap((row) => {
    const picture = pictureOf(row, image);
    return picture === undefined ? [] : { picture, caption: captionOf(row.label, names) };
  });
  return { split, rows, examples };
}
