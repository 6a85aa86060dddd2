import { classNamesIn } from '../directory/class-names.js';
import { featuresOf, featuresSchema, type PublishedFeature } from '../directory/features.js';
import { infoOf, infoSchema } from '../directory/info.js';
import { parseJson, parseWith } from '../directory/json-file.js';
import { CHECKSUMS_FILE, checksumsIn } from '../directory/manifest/checksums.js';
import { DATASET_INFO_FILE } from '../directory/manifest/dataset-info.js';
import { FEATURES_FILE, labelsFileName } from '../directory/manifest/features.js';
import { otherPart } from '../directory/publish/other-data.js';
import { DatasetError } from '../errors.js';
import { FORMAT_NAMES, type FormatName } from '../formats/formats.js';
import { isShardName } from '../plan/filename.js';
import type { Storage } from '../storage/storage.js';
import type { JobSpec } from './job-spec.js';
import { datasetPrefix } from './keys.js';

/** A data set that is there, as far as its small files tell. */
export interface StoredDataset {
  formats: readonly FormatName[];
  /** Names of its files. */
  files: string[];
}

/**
 * Looks at a data set that is done.
 *
 * @throws {DatasetError} `OUTPUT_OCCUPIED` where it is another one than that of a spec, or lacks one of its formats; of manifests that
 *   cannot be read; `STORAGE`, `DISK`
 */
export async function requireSame(storage: Storage, spec: JobSpec): Promise<StoredDataset> {
  const prefix = datasetPrefix(spec);
  const place = `${storage.url}/${prefix.slice(0, -1)}`;
  const read = (file: string): Promise<string> => requireText(storage, prefix, file);
  const info = infoOf(
    parseWith(infoSchema, parseJson(await read(DATASET_INFO_FILE), DATASET_INFO_FILE), DATASET_INFO_FILE),
  );
  const features = featuresOf(
    parseWith(featuresSchema, parseJson(await read(FEATURES_FILE), FEATURES_FILE), FEATURES_FILE),
  );
  const classNames = await classNamesOf(storage, prefix, features);
  const other = otherPart(spec.definition, { info, features, classNames });
  if (other !== undefined)
    throw occupied(`${place} holds a data set with other ${other.what}`, other.asked, other.there);
  const files = [...checksumsIn(await read(CHECKSUMS_FILE)).keys()];
  const formats = FORMAT_NAMES.filter((format) => files.some((file) => isOfFormat(file, format)));
  const lacking = spec.formats.filter((format) => !formats.includes(format));
  if (lacking.length > 0)
    throw occupied(
      `${place} holds the data set, but not as ${lacking.join(', ')}`,
      spec.formats.join(', '),
      formats.join(', '),
    );
  return { formats, files: [...files, CHECKSUMS_FILE].sort() };
}

function isOfFormat(file: string, format: FormatName): boolean {
  return isShardName(file) && (file.endsWith(`.${format}`) || file.includes(`.${format}-`));
}

async function classNamesOf(
  storage: Storage,
  prefix: string,
  features: readonly PublishedFeature[],
): Promise<Map<string, readonly string[]>> {
  const names = new Map<string, readonly string[]>();
  for (const { kind, name } of features) {
    const file = labelsFileName(name);
    const bytes = kind === 'label' ? await storage.get(`${prefix}${file}`) : undefined;
    if (bytes !== undefined) names.set(name, classNamesIn(Buffer.from(bytes).toString(), file));
  }
  return names;
}

async function requireText(storage: Storage, prefix: string, file: string): Promise<string> {
  const bytes = await storage.get(`${prefix}${file}`);
  if (bytes !== undefined) return Buffer.from(bytes).toString();
  throw occupied(
    `${storage.url}/${prefix} holds a data set without ${file}`,
    `a data set of this tool`,
    `no ${file}`,
  );
}

function occupied(message: string, expected: string, found: string): DatasetError {
  return new DatasetError('OUTPUT_OCCUPIED', message, {
    expected,
    found,
    next: 'Choose another --out or another version, or remove what is there with the tools of the storage.',
  });
}
