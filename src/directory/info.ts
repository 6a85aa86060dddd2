import * as v from 'valibot';
import { SHARD_TEMPLATE } from '../plan/filename.js';

/** A split as its manifest tells of it. */
export interface PublishedSplit {
  name: string;
  template: string;
  /** Sum of the serialized examples' lengths, without framing. */
  numBytes: number;
  shardLengths: readonly number[];
  rows: number;
}

/** What the manifest of a data set tells. */
export interface PublishedInfo {
  name: string;
  config: string | undefined;
  configDescription: string | undefined;
  version: string;
  description: string | undefined;
  citation: string | undefined;
  /** Where the data set comes from, its homepage first. */
  urls: readonly string[];
  /** TFDS's module that defines it. */
  moduleName: string | undefined;
  license: string | undefined;
  /** What is new in a version, by version. */
  releaseNotes: Readonly<Record<string, string>>;
  /** Bytes of the archives that it was made from; `undefined` where nothing was downloaded. */
  downloadSize: number | undefined;
  fileFormat: string;
  splits: readonly PublishedSplit[];
  /** Names of features, the input first; of a key that is a tuple or a dictionary of features, all that are in it. */
  supervisedKeys: readonly (string | readonly string[])[];
}

/** 64-bit integers stand as strings. */
export const count = v.pipe(
  v.string(),
  v.regex(/^\d{1,15}$/, 'must be a number in digits'),
  v.transform(Number),
);

/** `SupervisedKeys.Nest`: a feature, or a tuple or a dictionary of such. */
interface Nest {
  featureKey?: string | undefined;
  tuple?: { items: Nest[] } | undefined;
  dict?: { dict: Record<string, Nest> } | undefined;
}
const nest: v.GenericSchema<Nest> = v.object({
  featureKey: v.optional(v.string()),
  tuple: v.optional(v.object({ items: v.array(v.lazy(() => nest)) })),
  dict: v.optional(
    v.object({
      dict: v.record(
        v.string(),
        v.lazy(() => nest),
      ),
    }),
  ),
});

/**
 * `dataset_info.json` in every form since TFDS 3.0: the JSON of the protocol buffer `DatasetInfo`
 * (`tensorflow_datasets/core/proto/dataset_info.proto`). `fileFormat` came with 4.4, keys as a tuple with 4.5 in the place of
 * `input` and `output`, `filepathTemplate` with 4.6; what is not there is taken as TFDS takes it.
 */
export const infoSchema = v.object({
  name: v.string(),
  configName: v.optional(v.string()),
  configDescription: v.optional(v.string()),
  version: v.string(),
  description: v.optional(v.string()),
  citation: v.optional(v.string()),
  location: v.optional(v.object({ urls: v.optional(v.array(v.string()), []) })),
  moduleName: v.optional(v.string()),
  redistributionInfo: v.optional(v.object({ license: v.optional(v.string()) })),
  releaseNotes: v.optional(v.record(v.string(), v.string()), {}),
  downloadSize: v.optional(count),
  fileFormat: v.optional(v.string()),
  splits: v.pipe(
    v.array(
      v.object({
        name: v.string(),
        filepathTemplate: v.optional(v.string()),
        numBytes: v.optional(count, '0'),
        shardLengths: v.pipe(v.array(count), v.minLength(1), v.maxLength(100_000)),
      }),
    ),
    v.minLength(1),
  ),
  supervisedKeys: v.optional(
    v.object({
      input: v.optional(v.string()),
      output: v.optional(v.string()),
      tuple: v.optional(v.object({ items: v.array(nest) })),
    }),
  ),
});

type InfoJson = v.InferOutput<typeof infoSchema>;

/** What a manifest tells, whatever form it has. */
export function infoOf(info: InfoJson): PublishedInfo {
  return {
    name: info.name,
    config: info.configName,
    configDescription: info.configDescription,
    version: info.version,
    description: info.description,
    citation: info.citation,
    urls: info.location?.urls ?? [],
    moduleName: info.moduleName,
    license: info.redistributionInfo?.license,
    releaseNotes: info.releaseNotes,
    downloadSize: info.downloadSize,
    fileFormat: info.fileFormat || 'tfrecord',
    splits: info.splits.map(({ name, filepathTemplate, numBytes, shardLengths }) => ({
      name,
      template: filepathTemplate || SHARD_TEMPLATE,
      numBytes,
      shardLengths,
      rows: shardLengths.reduce((sum, length) => sum + length, 0),
    })),
    supervisedKeys: supervisedKeysOf(info.supervisedKeys),
  };
}

function supervisedKeysOf(keys: InfoJson['supervisedKeys']): PublishedInfo['supervisedKeys'] {
  if (keys?.input !== undefined && keys.output !== undefined) return [keys.input, keys.output];
  return keys?.tuple?.items.map((key) => key.featureKey ?? featuresIn(key)) ?? [];
}

function featuresIn({ featureKey, tuple, dict }: Nest): string[] {
  if (featureKey !== undefined) return [featureKey];
  return [...(tuple?.items ?? []), ...Object.values(dict?.dict ?? {})].flatMap(featuresIn);
}

/** What a data set is called: `mnist`, `emnist/letters`. */
export function idOf({ name, config }: Pick<PublishedInfo, 'name' | 'config'>): string {
  return config === undefined ? name : `${name}/${config}`;
}

/** Whether a manifest may be one of TFDS 3: it has nothing that came with 4.2, or later. */
export function isOfOldestForm(manifest: unknown): boolean {
  return v.is(v.object({ moduleName: v.optional(v.never()), fileFormat: v.optional(v.never()) }), manifest);
}
