import { type FileAccess, LocalAccess } from '../directory/file-access.js';
import { openDirectory } from '../fetch/everywhere.js';
import type { FormatName } from '../formats/formats.js';
import { Examples } from './examples.js';
import { chooseFormat, type DatasetInfo, datasetInfoOf } from './info.js';
import {
  allKinds,
  expectKinds,
  IMAGE_AND_LABEL,
  type ImageAndLabel,
  type Kinds,
  PNG_AND_LABEL,
  type PngAndLabel,
} from './kinds.js';
import { expectOptions } from './options.js';
import type { Pairs } from './pairs.js';
import { resolveSplit, shardSlices } from './resolve-split.js';
import { expectSeed, shuffled } from './shuffle.js';
import type { SplitSpec } from './split-spec.js';

/** Where a data set is looked for. */
export interface OpenOptions {
  /**
   * The folder that holds data sets by their names, `--out` of `prepare`, or its address `s3://bucket/prefix`; without it, what is
   * opened is a directory.
   */
  dataDir?: string | undefined;
  /** The folder of downloads, in which that is kept which is fetched out of object storage (default: that of `defaultCacheDir`). */
  cacheDir?: string | undefined;
}

/** How the examples of a split are read. */
export interface SplitOptions {
  /** The format to read, where several are there. */
  format?: FormatName | undefined;
  /** Read the shards in an order that `seed` says, and not in that of their numbers. */
  shuffleFiles?: boolean | undefined;
  /** A whole number from 0 to 2^32 - 1: the same one gives the same order everywhere (default: 0). */
  seed?: number | undefined;
}

/** The features that are to be read: all, as JavaScript finds them, or some, each of a kind that is checked. */
export interface FeatureOptions<F extends Kinds | 'all'> {
  features: F;
}

/** Images are given as they are encoded. */
export interface EncodedOptions {
  decode: false;
}

/** Images are decoded, as they are where nothing is said. */
export interface DecodedOptions {
  decode: true | undefined;
}

/** The one or the other. */
interface EitherOptions {
  decode: boolean | undefined;
}

const OPEN_OPTIONS = { dataDir: true, cacheDir: true } satisfies Record<keyof OpenOptions, true>;
const SPLIT_OPTIONS = {
  format: true,
  shuffleFiles: true,
  seed: true,
  features: true,
  decode: true,
} satisfies Record<keyof (SplitOptions & FeatureOptions<'all'> & EncodedOptions), true>;

/** A prepared data set. */
export class Dataset {
  readonly info: DatasetInfo;
  readonly #access: FileAccess;

  /**
   * @param info as {@link datasetInfoOf} gives it
   * @param access how its shards are reached, where they do not lie in its directory
   */
  constructor(info: DatasetInfo, access: FileAccess = new LocalAccess(info.directory)) {
    this.info = info;
    this.#access = access;
  }

  /**
   * The examples that an expression of TFDS's split language means, such as `train[:10%]`. Where nothing else is said, the
   * data set must have an `image` and a `label`.
   *
   * @throws {DatasetError} `SPLIT_INVALID`, `FEATURES`, `FILE_MISSING`, `USAGE`
   */
  split(
    spec: SplitSpec,
    options: SplitOptions & FeatureOptions<'all'> & Partial<EitherOptions>,
  ): Examples<Kinds>;
  split<const K extends Kinds>(spec: SplitSpec, options: SplitOptions & FeatureOptions<K>): Examples<K>;
  split(spec: SplitSpec, options: SplitOptions & EncodedOptions): Examples<PngAndLabel>;
  split(spec: SplitSpec, options: SplitOptions & DecodedOptions): Examples<ImageAndLabel>;
  split(
    spec: SplitSpec,
    options: SplitOptions & EitherOptions,
  ): Examples<PngAndLabel> | Examples<ImageAndLabel>;
  split(spec: SplitSpec, options?: SplitOptions): Examples<ImageAndLabel>;
  split(
    spec: SplitSpec,
    options: SplitOptions & Partial<FeatureOptions<Kinds | 'all'> & EitherOptions> = {},
  ): Examples<Kinds> {
    expectOptions('split', options, SPLIT_OPTIONS);
    expectSeed(options.seed);
    const { info } = this;
    const { features = options.decode === false ? PNG_AND_LABEL : IMAGE_AND_LABEL } = options;
    const kinds = features === 'all' ? allKinds(info.features, options.decode === false) : features;
    const slices = shardSlices(resolveSplit(spec, info.splits), info.splits, spec);
    expectKinds(kinds, info.features);
    const format = chooseFormat(info, slices, options.format);
    const ordered = options.shuffleFiles === true ? shuffled(slices, options.seed ?? 0) : slices;
    return new Examples({ info, access: this.#access, format, slices: ordered }, kinds);
  }
}

/**
 * Opens a prepared data set: its directory, the folder of its versions, of which the newest is taken, or, with `dataDir`, its
 * name: `mnist`, `mnist:3.0.1`, `emnist/letters`. It may be one that TFDS itself prepared.
 *
 * The directory, or `dataDir`, may be an address `s3://bucket/prefix`, for which the package `@aws-sdk/client-s3` must be installed.
 * Then shards are fetched into `cacheDir` when their examples are read, and checked against `SHA256SUMS`; those that are there already
 * are not fetched again.
 *
 * @throws {DatasetError} `NO_DATASET`, `FILE_MISSING`, `MANIFEST_INVALID`, `USAGE`, `DISK`; of object storage also
 *   `FILE_CHECKSUM`, `STORAGE`, `PACKAGE_MISSING`
 */
export async function open(nameOrDirectory: string, options: OpenOptions = {}): Promise<Dataset> {
  expectOptions('open', options, OPEN_OPTIONS);
  const there = await openDirectory(nameOrDirectory, options);
  return new Dataset(datasetInfoOf(there), there.access);
}

/** What {@link load} reads; {@link FeatureOptions}, {@link EncodedOptions} and {@link DecodedOptions} go with it. */
export interface LoadOptions<S extends boolean | undefined = boolean | undefined>
  extends OpenOptions,
    SplitOptions {
  split: SplitSpec;
  /** Pairs of image and label instead of examples. */
  asSupervised?: S;
}

/** Pairs where they are asked for, else examples; either where the compiler does not know. */
export type Loaded<K extends Kinds, S extends boolean | undefined> = S extends true ? Pairs<K> : Examples<K>;

/**
 * {@link open} and {@link Dataset.split} in one, as `tfds.load` is.
 *
 * @throws {DatasetError} as these do
 */
export async function load(
  nameOrDirectory: string,
  options: LoadOptions<false | undefined> & FeatureOptions<'all'> & Partial<EitherOptions>,
): Promise<Examples<Kinds>>;
export async function load<const K extends Kinds, S extends boolean | undefined = undefined>(
  nameOrDirectory: string,
  options: LoadOptions<S> & FeatureOptions<K>,
): Promise<Loaded<K, S>>;
export async function load<S extends boolean | undefined = undefined>(
  nameOrDirectory: string,
  options: LoadOptions<S> & EncodedOptions,
): Promise<Loaded<PngAndLabel, S>>;
export async function load<S extends boolean | undefined = undefined>(
  nameOrDirectory: string,
  options: LoadOptions<S> & DecodedOptions,
): Promise<Loaded<ImageAndLabel, S>>;
export async function load<S extends boolean | undefined = undefined>(
  nameOrDirectory: string,
  options: LoadOptions<S> & EitherOptions,
): Promise<Loaded<PngAndLabel, S> | Loaded<ImageAndLabel, S>>;
export async function load<S extends boolean | undefined = undefined>(
  nameOrDirectory: string,
  options: LoadOptions<S>,
): Promise<Loaded<ImageAndLabel, S>>;
export async function load(
  nameOrDirectory: string,
  options: LoadOptions & Partial<FeatureOptions<Kinds | 'all'> & EitherOptions>,
): Promise<Examples<Kinds> | Pairs<Kinds>> {
  expectOptions('load', options, { ...OPEN_OPTIONS, ...SPLIT_OPTIONS, split: true, asSupervised: true });
  const { split, asSupervised, dataDir, cacheDir, ...others } = options;
  const examples = (await open(nameOrDirectory, { dataDir, cacheDir })).split(split, others);
  return asSupervised === true ? examples.asSupervised() : examples;
}
