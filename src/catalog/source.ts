import { join } from 'node:path';
import { loadDefinition } from '../dataset/registry.js';
import type { PublishedFeature } from '../directory/features.js';
import { idOf, type PublishedInfo } from '../directory/info.js';
import { readText } from '../directory/json-file.js';
import { locateDataset } from '../directory/locate.js';
import { CARD_FILE, licenseIn, noteIn } from '../directory/manifest/card.js';
import { CHECKSUMS_FILE } from '../directory/manifest/checksums.js';
import { holdsImages } from '../directory/parquet-images.js';
import { type DatasetDirectory, readDirectory } from '../directory/read.js';
import { fault } from '../errors.js';
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

/** A published data set, open. */
export interface CatalogSource extends CatalogTexts {
  info: DatasetInfo;
  dataset: Dataset;
  /** The features that are shown of each row. */
  shown: ShownFeatures;
}

/**
 * Opens a data set for its catalog. Where it has checksums, every file that these name must be there.
 *
 * @throws {DatasetError} `NO_DATASET`, `FILE_MISSING`, `MANIFEST_INVALID`, `DISK`
 */
export async function readCatalogSource(where: string): Promise<CatalogSource> {
  const there = await readDirectory(await locateDataset(where, undefined));
  const info = datasetInfoOf(there);
  requireChecksummed(there);
  const label = info.features.find(({ kind }) => kind === 'label');
  const image = info.features.find(({ kind }) => kind === 'image');
  const parquet = there.shards.map(({ files }) => files.get('parquet')).find((file) => file !== undefined);
  return {
    dataset: new Dataset(info),
    info,
    shown: shownFeatures(info.features),
    features: info.features,
    classNames: label === undefined ? undefined : info.classNames.get(label.name),
    id: idOf(info),
    license: info.license ?? onCard(there, licenseIn),
    note: onCard(there, noteIn) ?? (await knownNote(info)),
    samplesInParquet:
      image !== undefined &&
      info.formats.includes('parquet') &&
      !holdsImages(there.path, parquet ?? '', image.name),
    files: Array.from(there.files, ([name, bytes]) => ({ name, bytes, sha256: there.checksums?.get(name) })),
  };
}

function onCard({ path, files }: DatasetDirectory, find: (card: string) => string | undefined) {
  return files.has(CARD_FILE) ? find(readText(join(path, CARD_FILE))) : undefined;
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
