import type { CatalogRow, ShownFeatures } from '../rows.js';
import { FloatCounter, IntegerCounter, LongCounter, SampleCounter, type ValueStatistics } from './values.js';

/** Name of the statistics' file in the folder of the catalog. */
export const STATISTICS_FILE = 'statistics.json';

/** What `statistics.json` tells of a class. */
export interface ClassCount {
  label: number;
  /** Where the classes have names. */
  name?: string | undefined;
  count: number;
}

/** What `statistics.json` tells of a split. */
export interface SplitStatistics {
  split: string;
  rows: number;
  /** The classes in order, those without rows too where there are no more than 1,000; none where there are no labels. */
  labels?: ClassCount[] | undefined;
  /**
   * Of images: all pixels of all rows by channel, in units of `scale`, so that 0 is black and 1 white. `mean` and `std` are what
   * `Normalize((mean,), (std,))` takes: 0.1307 and 0.3081 of MNIST's train.
   */
  image?: { feature: string; scale: 255; channels: ValueStatistics[] } | undefined;
  /** Of tensors: all elements of all rows, as they are. `notFinite`: how many were left out, being NaN or infinite. */
  tensor?: ({ feature: string; notFinite?: number } & Partial<ValueStatistics>) | undefined;
}

/** `statistics.json`: what is counted and measured of each split, in the manifest's order. */
export interface DatasetStatistics {
  name: string;
  version: string;
  splits: SplitStatistics[];
}

/** So many classes are all told, with those that have no rows. */
const MOST_CLASSES = 1000;

/** Counts and measures the rows of one split, taken one by one, in any order but for tensors of floats. */
export class SplitCounter {
  readonly #split: string;
  readonly #shown: ShownFeatures;
  readonly #classNames: readonly string[] | undefined;
  readonly #labels = new Map<number, number>();
  readonly #samples: SampleCounter | undefined;
  readonly #elements: IntegerCounter | LongCounter | FloatCounter | undefined;
  #rows = 0;

  constructor(split: string, shown: ShownFeatures, classNames?: readonly string[]) {
    const { input, image } = shown;
    this.#split = split;
    this.#shown = shown;
    this.#classNames = classNames;
    if (image !== undefined) this.#samples = new SampleCounter(image.shape[2]);
    else if (input?.kind === 'tensor') this.#elements = counterOf(input.dtype);
  }

  /** Takes a row: an image's samples or a tensor's elements, and its class. */
  add({ values, label }: Pick<CatalogRow, 'values' | 'label'>): void {
    this.#rows++;
    if (label !== undefined) this.#labels.set(label, (this.#labels.get(label) ?? 0) + 1);
    if (values === undefined) return;
    this.#samples?.add(values);
    this.#elements?.add(values);
  }

  /** How often each value of a sample came, of all channels; nothing of what is no image. */
  sampleCounts(): number[] {
    return this.#samples?.counts() ?? [];
  }

  /** A label may be any number of 31 bits: of so many classes only those that come are told. */
  #classCounts(): ClassCount[] | undefined {
    const { label: feature } = this.#shown;
    if (feature === undefined) return undefined;
    const { classes } = feature;
    const labels =
      classes <= MOST_CLASSES
        ? Array.from({ length: classes }, (_, label) => label)
        : [...this.#labels.keys()].filter((label) => label >= 0).sort((a, b) => a - b);
    return labels.map((label) => ({
      label,
      name: this.#classNames?.[label],
      count: this.#labels.get(label) ?? 0,
    }));
  }

  /** What was counted so far. */
  result(): SplitStatistics {
    const { input } = this.#shown;
    const told = { split: this.#split, rows: this.#rows, labels: this.#classCounts() };
    if (input === undefined) return told;
    if (this.#samples !== undefined)
      return { ...told, image: { feature: input.name, scale: 255, channels: this.#samples.result() } };
    const counter = this.#elements;
    if (counter === undefined) return told;
    const notFinite = counter instanceof FloatCounter ? { notFinite: counter.notFinite } : {};
    return { ...told, tensor: { feature: input.name, ...counter.result(), ...notFinite } };
  }
}

/** Elements of other types, such as text, are not measured. */
function counterOf(dtype: string): IntegerCounter | LongCounter | FloatCounter | undefined {
  if (/^(bool|u?int(8|16|32))$/.test(dtype)) return new IntegerCounter();
  if (/^u?int64$/.test(dtype)) return new LongCounter();
  return /^float(16|32|64)$/.test(dtype) ? new FloatCounter() : undefined;
}

/** The text of `statistics.json`, numbers as JavaScript prints doubles: the shortest that mean the same. */
export function statisticsText(statistics: DatasetStatistics): string {
  return `${JSON.stringify(statistics, undefined, 2)}\n`;
}
