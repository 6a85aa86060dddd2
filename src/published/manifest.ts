import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { asDiskError } from '../errors.js';
import { DATASET_INFO_FILE } from '../manifest/dataset-info.js';
import { FEATURES_FILE, labelsFileName } from '../manifest/features.js';
import { SHARD_TEMPLATE } from '../plan/filename.js';
import { fault } from './faults.js';
import { requireRegularFile } from './regular-file.js';

/** A split as its manifest tells of it. */
export interface PublishedSplit {
  name: string;
  template: string;
  /** Sum of the serialized examples' lengths, without framing. */
  numBytes: number;
  shardLengths: readonly number[];
  rows: number;
}

/** A feature as `features.json` tells of it. */
export type PublishedFeature = { name: string } & (
  | { kind: 'image'; dtype: string; shape: readonly number[] }
  | { kind: 'label'; classes: number }
  /** `bytes`: an Example has all elements as one binary value, little-endian. */
  | { kind: 'tensor'; dtype: string; shape: readonly number[]; encoding: 'none' | 'bytes' }
  /** Any other; `className` is TFDS's. */
  | { kind: 'other'; className: string }
);

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
  supervisedKeys: readonly string[];
}

const count = v.pipe(v.string(), v.regex(/^\d{1,15}$/, 'must be a number in digits'), v.transform(Number));

const infoSchema = v.object({
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
  fileFormat: v.optional(v.string(), 'tfrecord'),
  splits: v.pipe(
    v.array(
      v.object({
        name: v.string(),
        filepathTemplate: v.optional(v.string(), SHARD_TEMPLATE),
        numBytes: v.optional(count, '0'),
        shardLengths: v.pipe(v.array(count), v.minLength(1), v.maxLength(100_000)),
      }),
    ),
    v.minLength(1),
  ),
  supervisedKeys: v.optional(
    v.object({ tuple: v.optional(v.object({ items: v.array(v.object({ featureKey: v.string() })) })) }),
  ),
});

const dimensions = v.optional(v.object({ dimensions: v.optional(v.array(count), []) }), {});
const featureSchema = v.object({
  pythonClassName: v.string(),
  image: v.optional(v.object({ dtype: v.optional(v.string(), 'uint8'), shape: dimensions })),
  classLabel: v.optional(v.object({ numClasses: count })),
  tensor: v.optional(
    v.object({ dtype: v.string(), encoding: v.optional(v.string(), 'none'), shape: dimensions }),
  ),
});
const featuresSchema = v.object({
  featuresDict: v.object({ features: v.record(v.string(), featureSchema) }),
});

/**
 * Reads `dataset_info.json`.
 *
 * @throws {DatasetError} `MANIFEST_INVALID`, `FILE_MISSING` where it is no regular file, `DISK`
 */
export function readInfo(directory: string): PublishedInfo {
  const info = readJson(directory, DATASET_INFO_FILE, infoSchema);
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
    fileFormat: info.fileFormat,
    splits: info.splits.map(({ name, filepathTemplate, numBytes, shardLengths }) => ({
      name,
      template: filepathTemplate,
      numBytes,
      shardLengths,
      rows: shardLengths.reduce((sum, length) => sum + length, 0),
    })),
    supervisedKeys: info.supervisedKeys?.tuple?.items.map(({ featureKey }) => featureKey) ?? [],
  };
}

/**
 * Reads `features.json`.
 *
 * @throws {DatasetError} `MANIFEST_INVALID`, `FILE_MISSING` where it is no regular file, `DISK`
 */
export function readFeatures(directory: string): PublishedFeature[] {
  const { featuresDict } = readJson(directory, FEATURES_FILE, featuresSchema);
  return Object.entries(featuresDict.features).map(
    ([name, { pythonClassName, image, classLabel, tensor }]) => {
      if (image !== undefined)
        return { name, kind: 'image', dtype: image.dtype, shape: image.shape.dimensions ?? [] };
      if (classLabel !== undefined) return { name, kind: 'label', classes: classLabel.numClasses };
      const encoding = (['none', 'bytes'] as const).find((known) => known === tensor?.encoding);
      if (tensor !== undefined && encoding !== undefined)
        return { name, kind: 'tensor', dtype: tensor.dtype, shape: tensor.shape.dimensions ?? [], encoding };
      return { name, kind: 'other', className: pythonClassName };
    },
  );
}

/**
 * The class names of a feature, or `undefined` where it has none.
 *
 * @throws {DatasetError} `MANIFEST_INVALID`, `FILE_MISSING` where it is no regular file, `DISK`
 */
export function readLabels(
  directory: string,
  feature: string,
  files: readonly string[],
): string[] | undefined {
  const file = labelsFileName(feature);
  if (!files.includes(file)) return undefined;
  const text = readText(directory, file);
  if (!text.endsWith('\n'))
    throw fault('MANIFEST_INVALID', `${file} ends inside a line`, {
      expected: 'one name a line, each line ended',
    });
  return text.slice(0, -1).split('\n');
}

/**
 * A manifest as it stands there.
 *
 * @throws {DatasetError} `MANIFEST_INVALID` where it is not JSON, `FILE_MISSING` where it is no regular file, `DISK`
 */
export function readManifestJson(directory: string, file: string): unknown {
  try {
    return JSON.parse(readText(directory, file));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw fault('MANIFEST_INVALID', `${file} is not JSON`, {
      expected: 'JSON',
      found: error.message,
      cause: error,
    });
  }
}

function readJson<S extends v.GenericSchema>(directory: string, file: string, schema: S): v.InferOutput<S> {
  const result = v.safeParse(schema, readManifestJson(directory, file));
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue) ?? 'the whole';
  throw fault('MANIFEST_INVALID', `${file} is not what TFDS writes: \`${path}\``, {
    expected: issue.expected ?? issue.message,
    found: issue.received,
  });
}

function readText(directory: string, file: string): string {
  const path = join(directory, file);
  try {
    requireRegularFile(path);
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw asDiskError(error, `reading ${path}`);
  }
}
