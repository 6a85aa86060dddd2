import type { PublishedFeature } from '../directory/features.js';
import type { PublishedSplit } from '../directory/info.js';
import { ExampleTable, type ShownExample } from './examples.js';
import { COLUMNS } from './figure/grid.js';
import { type Captioned, captionOf, type Picture } from './figure/picture.js';
import { type CatalogRow, catalogRows, shownFeatures } from './rows.js';
import type { CatalogSource } from './source.js';
import { type CountedFeatures, type DatasetStatistics, SplitCounter } from './statistics/statistics.js';

/** What the pages show of the rows. */
export interface GatheredRows {
  statistics: DatasetStatistics;
  /** The split that figure and examples are of. */
  shownSplit: string;
  /** The first of it, for the figure; none where there are no images. */
  figure: Captioned[];
  examples: ShownExample[];
}

/** An image of uint8: what a picture is made of. */
export type ImageFeature = Extract<PublishedFeature, { kind: 'image' }>;

/**
 * Reads every row of a data set once, and keeps what the pages show.
 *
 * @param onRow told of each row
 * @throws {DatasetError} as {@link catalogRows}
 */
export async function gatherRows(source: CatalogSource, onRow?: () => void): Promise<GatheredRows> {
  const { info, classNames } = source;
  const shown = shownSplit(info.splits);
  const image = imageFeature(source.features);
  const figure: Captioned[] = [];
  const table = new ExampleTable();
  const statistics: DatasetStatistics = { name: source.id, version: info.version, splits: [] };
  for (const split of info.splits) {
    const counter = new SplitCounter(split.name, countedFeatures(source));
    for await (const row of catalogRows(source, { split: split.name })) {
      counter.add(row.values, row.label);
      onRow?.();
      if (split !== shown) continue;
      const picture = pictureOf(row, image);
      table.add(row, picture);
      if (picture !== undefined && figure.length < COLUMNS * COLUMNS)
        figure.push({ picture, caption: captionOf(row.label, classNames) });
    }
    statistics.splits.push(counter.result());
  }
  return { statistics, shownSplit: shown?.name ?? '', figure, examples: table.examples };
}

/** The split that pages show, as TFDS's do: `train` where there is one, otherwise the first. */
export function shownSplit(splits: readonly PublishedSplit[]): PublishedSplit | undefined {
  return splits.find(({ name }) => name === 'train') ?? splits[0];
}

/** The feature whose images can be shown; TFDS has others too, such as of 16 bits. */
export function imageFeature(features: readonly PublishedFeature[]): ImageFeature | undefined {
  const { input } = shownFeatures(features);
  return input?.kind === 'image' && input.dtype === 'uint8' && input.shape.length === 3 ? input : undefined;
}

/** A row's image as a picture. */
export function pictureOf({ values }: CatalogRow, image: ImageFeature | undefined): Picture | undefined {
  if (image === undefined || !(values instanceof Uint8Array)) return undefined;
  const [height = 1, width = 1, channels = 1] = image.shape;
  return { height, width, channels, samples: values };
}

function countedFeatures({ features, classNames }: CatalogSource): CountedFeatures {
  const { input, label } = shownFeatures(features);
  const image = imageFeature(features);
  const counted =
    image !== undefined
      ? ({ kind: 'image', name: image.name, channels: image.shape[2] ?? 1 } as const)
      : input?.kind === 'tensor'
        ? ({ kind: 'tensor', name: input.name, dtype: input.dtype } as const)
        : undefined;
  return { input: counted, classes: label?.classes, classNames };
}
