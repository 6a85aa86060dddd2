import type { PublishedSplit } from '../directory/info.js';
import { ExampleTable, type ShownExample } from './examples.js';
import { ExampleGatherer, type GatheredExamples } from './explorer/gather.js';
import { COLUMNS } from './figure/grid.js';
import { type Captioned, captionOf } from './figure/picture.js';
import { catalogRows } from './rows.js';
import type { CatalogSource } from './source.js';
import { type DatasetStatistics, SplitCounter } from './statistics/statistics.js';

/** What the pages show of the rows. */
export interface GatheredRows {
  statistics: DatasetStatistics;
  /** The split that figure and examples are of. */
  shownSplit: string;
  /** The first of it, for the figure; none where there are no images. */
  figure: Captioned[];
  examples: ShownExample[];
  /** What the explorer is computed of, where there is to be one. */
  explored: GatheredExamples | undefined;
}

/**
 * Reads every row of a data set once, and keeps what the pages and the explorer show.
 *
 * @param onRow told of each row
 * @throws {DatasetError} as {@link catalogRows}
 */
export async function gatherRows(
  source: CatalogSource,
  { explorer, onRow }: { explorer: boolean; onRow: () => void },
): Promise<GatheredRows> {
  const { info, shown, classNames } = source;
  const first = shownSplit(info.splits);
  const figure: Captioned[] = [];
  const table = new ExampleTable();
  const statistics: DatasetStatistics = { name: source.id, version: info.version, splits: [] };
  const gatherer = explorer ? new ExampleGatherer(info.splits, shown.image?.shape) : undefined;
  for (const split of info.splits) {
    const counter = new SplitCounter(split.name, shown, classNames);
    for await (const row of catalogRows(source, { split: split.name })) {
      counter.add(row);
      gatherer?.add(row);
      onRow();
      if (split !== first) continue;
      table.add(row);
      if (row.picture !== undefined && figure.length < COLUMNS * COLUMNS)
        figure.push({ picture: row.picture, caption: captionOf(row.label, classNames) });
    }
    gatherer?.endSplit(counter.sampleCounts());
    statistics.splits.push(counter.result());
  }
  const explored = gatherer?.result();
  return { statistics, shownSplit: first?.name ?? '', figure, examples: table.examples, explored };
}

/** The split that pages show, as TFDS's do: `train` where there is one, otherwise the first. */
export function shownSplit(splits: readonly PublishedSplit[]): PublishedSplit | undefined {
  return splits.find(({ name }) => name === 'train') ?? splits[0];
}
