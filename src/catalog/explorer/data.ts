import * as v from 'valibot';

/** The file beside the page that holds what it takes long to compute. */
export const EXPLORER_DATA_FILE = 'explorer-data.json';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const counts = v.array(count);

const shard = v.object({
  /** Name of the Parquet file in the data set's directory. */
  file: v.string(),
  bytes: count,
  rows: count,
});

const split = v.object({
  name: v.string(),
  rows: count,
  /** None where there is no Parquet that the page can read. */
  shards: v.array(shard),
});

const exampleClass = v.object({
  /** The label; -1 is TFDS's word for none. Data without labels are one class, whose label is null. */
  label: v.nullable(v.number()),
  name: v.string(),
  /** Examples of each split. */
  counts,
  /** Mean and standard deviation of each sample over the examples, as bytes of the picture's shape in base64. */
  mean: v.optional(v.string()),
  deviation: v.optional(v.string()),
  /** Histograms of the examples' ink in each split, see `INK_BINS`. */
  ink: v.array(counts),
});

/** A row's number counts on from split to split. */
const unusual = v.object({
  row: count,
  label: v.nullable(v.number()),
  distance: v.number(),
  score: v.number(),
});
const pair = v.object({ rows: v.tuple([count, count]), distance: v.number() });

const pictures = v.object({
  /** Height, width and channels of the images. */
  shape: v.tuple([count, count, count]),
  /** The same of the pictures that means and distances are computed of: images of more than 32 pixels a side are reduced. */
  reduced: v.tuple([count, count, count]),
  /** How often each value of a sample comes, in each split. */
  samples: v.array(counts),
  unusual: v.array(unusual),
  identical: v.object({
    groups: count,
    rows: count,
    acrossSplits: count,
    differentLabels: count,
    /** The first of them, each with its first rows. */
    first: v.array(v.object({ size: count, rows: counts })),
  }),
  nearest: v.object({
    /** Whether every pair was looked at. */
    exhaustive: v.boolean(),
    acrossSplits: v.array(pair),
    withinSplit: v.array(pair),
    differentLabels: v.array(pair),
  }),
});

/** What `explorer-data.json` holds. */
export const explorerData = v.object({
  format: v.literal(1),
  dataset: v.string(),
  version: v.string(),
  image: v.nullable(v.string()),
  label: v.nullable(v.string()),
  splits: v.array(split),
  classes: v.array(exampleClass),
  /** How many classes there are that have examples and are not among `classes`. */
  moreClasses: count,
  pictures: v.nullable(pictures),
  /** Why there are no pictures, and why there is no grid; to be shown. */
  notes: v.array(v.string()),
});

export type ExplorerData = v.InferOutput<typeof explorerData>;
export type ExplorerClass = ExplorerData['classes'][number];
export type ExplorerPictures = NonNullable<ExplorerData['pictures']>;

/** An image's ink is the mean of its samples, from 0 to 255; this many equal parts of that are counted. */
export const INK_BINS = 64;
