import { loadDefinition } from '../dataset/registry.js';
import type { PublishedFeature } from '../directory/features.js';
import type { FileAccess } from '../directory/file-access.js';
import { idOf, type PublishedInfo } from '../directory/info.js';
import { CARD_FILE, licenseIn, noteIn } from '../directory/manifest/card.js';
import { CHECKSUMS_FILE } from '../directory/manifest/checksums.js';
import { holdsImages } from '../directory/parquet-images.js';
import type { DatasetDirectory } from '../directory/read.js';
import { fault } from '../errors.js';
import { openDirectory } from '../fetch/everywhere.js';
import type { StoredOptions } from '../fetch/open.js';
import { Dataset } from '../load/dataset.js';
import { type DatasetInfo, datasetInfoOf } from '../load/info.js';
import { type ShownFeatures, shownFeatures } from './rows.js';

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
  /** As the manifest has it, or else the card; none where neither does. */
  license: string | undefined;
  /** What people must know before they use the rows: from the card, or from the definition of TFDS's own data sets. */
  note?: string | undefined;
  /** Names of the classes; none where they have no names, or there is no label. */
  classNames: readonly string[] | undefined;
  /** `mnist`, `emnist/letters`. */
  id: string;
  /** Whether the Parquet shards have images as samples, and not as PNG. */
  samplesInParquet: boolean;
  /** Of the data set, in the order of their names; what lies in folders is not the data set's. */
  files: readonly PublishedFile[];
}

/** A published data set, open, to look at its rows. */
export interface RowsSource extends Omit<CatalogTexts, 'samplesInParquet'> {
  info: DatasetInfo;
  dataset: Dataset;
  access: FileAccess;
  /** The features that are shown of each row. */
  shown: ShownFeatures;
}

/** A published data set, open. */
export interface CatalogSource extends RowsSource, CatalogTexts {
  info: DatasetInfo;
}

/**
 * Opens a data set to look at its rows. Where it has checksums, every file that these name must be there.
 *
 * @param where its directory, a path or `s3://...`
 * @throws {DatasetError} as {@link openDirectory}, `FILE_MISSING`
 */
export async function readRowsSource(where: string, options: StoredOptions = {}): Promise<RowsSource> {
  return rowsSourceOf(await openDirectory(where, options));
}

/**
 * {@link readRowsSource}, and what a catalog tells of the shards.
 *
 * @throws {DatasetError} as that, `PARQUET_INVALID`
 */
export async function readCatalogSource(where: string, options: StoredOptions = {}): Promise<CatalogSource> {
  return catalogSourceOf(await openDirectory(where, options));
}

/** {@link readCatalogSource} of a directory that was read. */
export async function catalogSourceOf(there: DatasetDirectory): Promise<CatalogSource> {
  const source = await rowsSourceOf(there);
  const image = source.features.find(({ kind }) => kind === 'image');
  const shard = there.shards.map(({ files }) => files.get('parquet')).find((file) => file !== undefined);
  const hasImages = image !== undefined && shard !== undefined && source.info.formats.includes('parquet');
  return {
    ...source,
    samplesInParquet: hasImages && !(await hasEncodedImages(there.access, shard, image.name)),
  };
}

async function rowsSourceOf(there: DatasetDirectory): Promise<RowsSource> {
  const info = datasetInfoOf(there);
  requireChecksummed(there);
  const label = info.features.find(({ kind }) => kind === 'label');
  return {
    dataset: new Dataset(info, there.access),
    access: there.access,
    info,
    shown: shownFeatures(info.features),
    features: info.features,
    classNames: label === undefined ? undefined : info.classNames.get(label.name),
    id: idOf(info),
    license: info.license ?? onCard(there, licenseIn),
    note: onCard(there, noteIn) ?? (await knownNote(info)),
    files: Array.from(there.files, ([name, bytes]) => ({ name, bytes, sha256: there.checksums?.get(name) })),
  };
}

function onCard({ access, files }: DatasetDirectory, find: (card: string) => string | undefined) {
  return files.has(CARD_FILE) ? find(access.textOf(CARD_FILE)) : undefined;
}

async function hasEncodedImages(access: FileAccess, shard: string, image: string): Promise<boolean> {
  for await (const path of access.ready([shard])) return holdsImages(path, image);
  return false;
}

/** The note of a data set that the project brings, in this version: TFDS writes none beside its shards. */
async function knownNote(info: DatasetInfo): Promise<string | undefined> {
  const known = await loadDefinition(idOf(info)).catch(() => undefined);
  return known?.version === info.version ? known.note : undefined;
}

function requireChecksummed({ path, checksums, faults }: DatasetDirectory): void {
  const unread = faults.find(({ file }) => file === CHECKSUMS_FILE);
  if (unread !== undefined) throw unread.error;
  const missing = faults.filter(({ file, error }) => error.code === 'FILE_MISSING' && checksums?.has(file));
  if (missing.length === 0) return;
  const messages = missing.map(({ error }) => error.message).join(', ');
  throw fault('FILE_MISSING', `${path} is no whole data set: ${messages}`, {
    expected: `the files that ${CHECKSUMS_FILE} names`,
    found: `${missing.length} of ${checksums?.size ?? 0} are not there`,
  });
}
