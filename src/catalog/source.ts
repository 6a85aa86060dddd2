import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readParquet } from '../decode/parquet/metadata.js';
import { asDiskError } from '../errors.js';
import { type Dataset, open } from '../load/dataset.js';
import type { DatasetInfo } from '../load/info.js';
import { CHECKSUMS_FILE, checksumsOf } from '../manifest/checksums.js';
import { decodeFault, fault } from '../published/faults.js';
import type { PublishedFeature, PublishedInfo } from '../published/manifest.js';
import { OpenFile } from '../published/open-file.js';
import { requireRegularFile } from '../published/regular-file.js';
import { shardFileOf } from '../published/shard-file.js';

/** A published file: its name in the data set's directory, its size in bytes, and its checksum where `SHA256SUMS` has one. */
export interface PublishedFile {
  name: string;
  bytes: number;
  sha256: string | undefined;
}

/** What a data set's files tell without its rows: all that the texts of its catalog are made of. */
export interface CatalogTexts {
  info: PublishedInfo;
  features: readonly PublishedFeature[];
  /** Names of the classes; none where they have no names, or there is no label. */
  classNames: readonly string[] | undefined;
  /** `mnist`, `emnist/letters`. */
  id: string;
  /** Whether the Parquet shards have images as samples, and not as PNG. */
  samplesInParquet: boolean;
  /** Of the data set, in the order of their names; what lies in folders is not the data set's. */
  files: readonly PublishedFile[];
}

/** A published data set, open. */
export interface CatalogSource extends CatalogTexts {
  dataset: Dataset;
  directory: string;
}

/**
 * Opens a data set for its catalog. Where it has checksums, every file that these name must be there.
 *
 * @throws {DatasetError} `NO_DATASET`, `FILE_MISSING`, `MANIFEST_INVALID`, `DISK`
 */
export async function readCatalogSource(where: string): Promise<CatalogSource> {
  const dataset = await open(where);
  const { info } = dataset;
  const label = info.features.find(({ kind }) => kind === 'label');
  return {
    dataset,
    directory: info.directory,
    info,
    features: info.features,
    classNames: label === undefined ? undefined : info.classNames.get(label.name),
    id: info.config === undefined ? info.name : `${info.name}/${info.config}`,
    samplesInParquet: samplesInParquet(info),
    files: await publishedFiles(info.directory),
  };
}

/** An image that is encoded is a struct in Parquet, and its leaf is one of two. */
function samplesInParquet(info: DatasetInfo): boolean {
  const image = info.features.find(({ kind }) => kind === 'image');
  const [split] = info.splits;
  if (image === undefined || split === undefined || !info.formats.includes('parquet')) return false;
  const file = new OpenFile(join(info.directory, shardFileOf(info, split, 'parquet', 0)));
  try {
    const { leaves } = readParquet(file);
    return !leaves.some(({ path }) => path.join('.') === `${image.name}.bytes`);
  } catch (error) {
    throw decodeFault(error, 'PARQUET_INVALID', 'a Parquet shard');
  } finally {
    file.close();
  }
}

async function publishedFiles(directory: string): Promise<PublishedFile[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    const names = entries
      .filter((entry) => !entry.isDirectory())
      .map(({ name }) => name)
      .sort();
    const digests = await checksumsIn(directory, names);
    const files: PublishedFile[] = [];
    for (const name of names)
      files.push({ name, bytes: (await stat(join(directory, name))).size, sha256: digests.get(name) });
    return files;
  } catch (error) {
    throw asDiskError(error, `reading ${directory}`);
  }
}

async function checksumsIn(
  directory: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (!names.includes(CHECKSUMS_FILE)) return new Map();
  const path = join(directory, CHECKSUMS_FILE);
  requireRegularFile(path);
  const digests = checksumsOf(await readFile(path, 'utf8'));
  if (digests === undefined)
    throw fault('MANIFEST_INVALID', `${CHECKSUMS_FILE} in ${directory} is not what sha256sum reads`);
  const missing = [...digests.keys()].filter((name) => !names.includes(name));
  if (missing.length === 0) return digests;
  throw fault('FILE_MISSING', `${directory} is no whole data set: ${missing.join(', ')} is missing`, {
    expected: `the files that ${CHECKSUMS_FILE} names`,
    found: `${missing.length} of ${digests.size} are not there`,
  });
}
