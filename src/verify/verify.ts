import type { DatasetDefinition } from '../dataset/definition.js';
import { datasetId } from '../dataset/definition.js';
import { loadDefinition } from '../dataset/registry.js';
import { definedFeatures } from '../directory/defined-features.js';
import { idOf, type PublishedInfo } from '../directory/info.js';
import { CHECKSUMS_FILE } from '../directory/manifest/checksums.js';
import { DATASET_INFO_FILE } from '../directory/manifest/dataset-info.js';
import { FEATURES_FILE } from '../directory/manifest/features.js';
import { type DatasetDirectory, readDirectory } from '../directory/read.js';
import { DatasetError } from '../errors.js';
import type { StoredOptions } from '../fetch/open.js';
import type { FormatName } from '../formats/formats.js';
import { expandHome } from '../fs/home-path.js';
import { isStorageUrl } from '../storage/s3-url.js';
import type { Storage } from '../storage/storage.js';
import { checkChecksums } from './check-checksums.js';
import { checkSplit } from './check-split.js';
import { checkStored } from './check-stored.js';
import { type FeatureOrder, FeatureOrders } from './feature-orders.js';
import { type Fault, Findings, UNCHECKED, type Unchecked } from './findings.js';
import { checkManifestBytes } from './manifest-bytes.js';

/** How a data set is to be verified. */
export interface VerifyOptions extends StoredOptions {
  /** Read and decode everything, beside checking checksums and manifests. */
  deep?: boolean | undefined;
  /** A folder that holds the archives; without it they are compared with where they are in the cache. */
  archives?: string | undefined;
  /** The folder of downloads, where archives are looked for, and what lies in object storage is fetched into. */
  cacheDir: string;
  /** Definitions beside those that the project brings, and before them. */
  definitions?: readonly DatasetDefinition[] | undefined;
  /** Leave `SHA256SUMS` aside: what is found then is found without it. */
  withoutChecksums?: boolean | undefined;
}

/** What a verification came to. */
export interface Verified {
  directory: string;
  /** Name of the data set, with its config, and its version; `undefined` where the manifest cannot be read. */
  name: string | undefined;
  version: string | undefined;
  files: number;
  bytes: number;
  rows: number;
  formats: readonly FormatName[];
  /** The first faults; `total` counts all. */
  faults: readonly Fault[];
  total: number;
  /** What could not be checked, and why. */
  unchecked: readonly Unchecked[];
  /** Who writes such files, in words: this project, or TFDS in some versions. */
  writer: string;
  /** The orders in which the Examples of TFRecord shards have their features, where they were read. */
  featureOrders: readonly FeatureOrder[];
}

/**
 * Verifies one data set in its directory. Faults are told in the result; what is thrown kept it from being looked at.
 *
 * @param directory a path or `s3://...`. Of what lies in object storage no more than the manifests is fetched, but with `deep`.
 * @throws {DatasetError} `NO_DATASET`, `DISK`; of object storage also `STORAGE`, `DISK_FULL`, `PACKAGE_MISSING`
 */
export async function verifyDataset(directory: string, options: VerifyOptions): Promise<Verified> {
  if (isStorageUrl(directory)) {
    // It takes its time to load, and few need it.
    const { openStorage } = await import('../storage/open-storage.js');
    return verifyStored(await openStorage(directory, { signal: options.signal }), options);
  }
  const there = await readDirectory(expandHome(directory), { checksums: options.withoutChecksums !== true });
  if (there.files.size === 0) throw noFiles(directory);
  const checkFiles = async (findings: Findings): Promise<DatasetDirectory> => {
    if (options.withoutChecksums !== true) await checkChecksums(there, options, findings);
    return there;
  };
  return { ...(await verify(there, checkFiles, options)), directory };
}

/**
 * {@link verifyDataset} of the one that a storage itself is.
 *
 * @throws {DatasetError} as that
 */
export async function verifyStored(storage: Storage, options: VerifyOptions): Promise<Verified> {
  const { cacheDir, signal, onFetch, withoutChecksums } = options;
  const checksums = withoutChecksums !== true;
  const { openStored } = await import('../fetch/open.js');
  const stored = await openStored(storage, { cacheDir, signal, onFetch, checksums });
  return verify(stored.there, (findings) => checkStored(stored, options, findings), options);
}

/** @param checkFiles compares files with their checksums; gives what is to be read on */
async function verify(
  whole: DatasetDirectory,
  checkFiles: (findings: Findings) => Promise<DatasetDirectory>,
  options: VerifyOptions,
): Promise<Verified> {
  const findings = new Findings();
  const orders = new FeatureOrders();
  for (const { file, error } of whole.faults) findings.add(file, error);
  const there = await checkFiles(findings);
  const { info } = there;
  const formats = [...new Set(whole.shards.flatMap(({ files }) => [...files.keys()]))];
  const isUnreadable = there.features === undefined && findings.of(FEATURES_FILE) > 0;
  if (info !== undefined && !isUnreadable) {
    if (options.deep === true) await checkDeeply(there, info, { formats, options, findings, orders });
    else if (there.features === undefined) findings.skip(UNCHECKED.examples, WITHOUT_FEATURES);
  }
  return {
    directory: there.path,
    name: info && idOf(info),
    version: info?.version,
    files: there.files.size,
    bytes: [...there.files.values()].reduce((sum, bytes) => sum + bytes, 0),
    rows: info?.splits.reduce((sum, { rows }) => sum + rows, 0) ?? 0,
    formats,
    faults: findings.faults,
    total: findings.total,
    unchecked: findings.unchecked,
    writer: there.writer,
    featureOrders: orders.found,
  };
}

const WITHOUT_FEATURES = 'there is no features.json, which TFDS writes since 4.0';

function noFiles(directory: string): DatasetError {
  return new DatasetError('NO_DATASET', `${directory} holds no data set`, {
    expected: `a directory with ${DATASET_INFO_FILE}`,
    found: 'no file',
    next: 'Prepare the data set first.',
  });
}

interface DeepCheck {
  /** The formats of which there is a shard. */
  formats: readonly FormatName[];
  options: VerifyOptions;
  findings: Findings;
  orders: FeatureOrders;
}

async function checkDeeply(
  there: DatasetDirectory,
  info: PublishedInfo,
  { formats, options, findings, orders }: DeepCheck,
): Promise<void> {
  const definition = await definitionOf(info, options.definitions ?? []);
  if (definition === undefined)
    findings.skip(
      'texts of the manifests, and rows against their archives',
      'no definition of the data set is known',
    );
  else if (there.files.has(CHECKSUMS_FILE))
    checkManifestBytes(there, info, { formats, definition, findings });
  const features = there.features ?? (definition && definedFeatures(definition));
  if (features === undefined) findings.skip(UNCHECKED.examples, WITHOUT_FEATURES);
  else if (there.features === undefined)
    findings.skip(FEATURES_FILE, `${WITHOUT_FEATURES}; the examples are compared with the definition`);
  if (formats.length === 0) findings.skip('the rows', `shards of the format ${info.fileFormat} are not read`);
  else
    for (const split of info.splits)
      await checkSplit(there, split, { features, definition, options, findings, orders });
}

/** The definition of a data set in this version: one that was given, or that the project brings. */
async function definitionOf(
  info: PublishedInfo,
  given: readonly DatasetDefinition[],
): Promise<DatasetDefinition | undefined> {
  const id = idOf(info);
  const isMeant = (definition: DatasetDefinition | undefined): boolean =>
    definition !== undefined && definition.version === info.version && datasetId(definition) === id;
  const own = given.find(isMeant);
  if (own !== undefined) return own;
  const known = await loadDefinition(id).catch(() => undefined);
  return isMeant(known) ? known : undefined;
}
