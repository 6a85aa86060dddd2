import { homedir } from 'node:os';
import { defaultCacheDir } from '../archive/cache.js';
import type { FileFault } from '../directory/faults.js';
import { noDatasetIn } from '../directory/find.js';
import { locateIn, type WantedDataset } from '../directory/locate.js';
import { DATASET_INFO_FILE } from '../directory/manifest/dataset-info.js';
import { type DatasetDirectory, type ReadOptions, readFiles } from '../directory/read.js';
import { DatasetError, fault } from '../errors.js';
import { expandHome } from '../fs/home-path.js';
import type { Storage } from '../storage/storage.js';
import { FetchedAccess, type FetchOptions, type StoredDataset } from './fetched-access.js';
import { StoredListing } from './listing.js';

/** How what lies in object storage is fetched. */
export interface StoredOptions extends Omit<FetchOptions, 'cacheDir'> {
  /** The folder of downloads (default: that of {@link defaultCacheDir}). */
  cacheDir?: string | undefined;
}

/**
 * Reads the directory of a data set in a storage.
 *
 * @throws {DatasetError} `NO_DATASET`, `FILE_CHECKSUM`, `MANIFEST_INVALID`, `STORAGE`
 */
export async function openWanted(
  storage: Storage,
  wanted: WantedDataset,
  options: StoredOptions = {},
): Promise<DatasetDirectory> {
  const dataset = await locateStored(storage, wanted);
  const access = await fetchedAccess(dataset, options);
  access.expectManifests();
  return readStored(dataset, access);
}

/** A data set in a storage as it is, its faults among the rest, and the way to its files. */
export interface StoredDirectory {
  there: DatasetDirectory;
  access: FetchedAccess;
}

/**
 * Reads the directory that an address names, whole or not.
 *
 * @throws {DatasetError} `NO_DATASET` where there is nothing, `STORAGE`, `DISK`, `PACKAGE_MISSING`
 */
export async function openStored(
  storage: Storage,
  options: StoredOptions & ReadOptions = {},
): Promise<StoredDirectory> {
  const { checksums, ...fetching } = options;
  const dataset = datasetIn(storage, await StoredListing.of(storage, ''), '');
  if (dataset.entries.files.size === 0) throw noDatasetIn(storage.url);
  const access = await fetchedAccess(dataset, fetching);
  const there = readStored(dataset, access, { checksums });
  return { there: { ...there, faults: there.faults.map(orUnfinished) }, access };
}

/**
 * The directories of data sets in a storage, those that are not finished among them.
 *
 * @throws {DatasetError} `NO_DATASET` where there is none, `STORAGE`, `DISK`
 */
export async function findStored(storage: Storage): Promise<string[]> {
  const listing = await StoredListing.of(storage, '');
  const found = listing.datasets();
  if (found.length === 0) throw noDatasetIn(storage.url);
  return found.map((folder) => listing.nameOf(folder));
}

/**
 * The data set that is wanted, in a storage.
 *
 * @throws {DatasetError} `NO_DATASET`, `STORAGE`, `DISK`
 */
async function locateStored(storage: Storage, wanted: WantedDataset): Promise<StoredDataset> {
  const [name = ''] = wanted.names;
  const listing = await StoredListing.of(storage, name);
  try {
    return datasetIn(storage, listing, await locateIn(listing, '', wanted));
  } catch (error) {
    const unfinished = listing
      .datasets(wanted.names.join('/'))
      .find((folder) => listing.isUnfinished(folder));
    if (unfinished === undefined) throw error;
    throw new DatasetError('NO_DATASET', `${listing.nameOf(unfinished)} is not finished`, {
      expected: `${DATASET_INFO_FILE}, which is written last`,
      found: [...listing.entriesOf(unfinished).files.keys()].slice(0, 3).join(', '),
      next: 'A run may still be at work on it: wait for its end. If there is none, run the same prepare again, which finishes it.',
    });
  }
}

/** In a storage a manifest that is missing may still come. */
function orUnfinished(one: FileFault): FileFault {
  if (one.file !== DATASET_INFO_FILE || one.error.code !== 'FILE_MISSING') return one;
  const message = `${DATASET_INFO_FILE} is missing, which is written last: the data set is not finished, or a run is still at work on it`;
  return {
    ...one,
    error: fault('FILE_MISSING', message, { expected: DATASET_INFO_FILE, found: 'no such object' }),
  };
}

function datasetIn(storage: Storage, listing: StoredListing, folder: string): StoredDataset {
  return { storage, folder, url: listing.nameOf(folder), entries: listing.entriesOf(folder) };
}

function readStored(dataset: StoredDataset, access: FetchedAccess, options?: ReadOptions): DatasetDirectory {
  const folder = dataset.url.split('/').at(-1) ?? '';
  return readFiles(access, dataset.entries, folder, options);
}

function fetchedAccess(
  dataset: StoredDataset,
  { cacheDir, ...others }: StoredOptions,
): Promise<FetchedAccess> {
  const own = { env: process.env, platform: process.platform, home: homedir() };
  const folder = cacheDir === undefined ? defaultCacheDir(own) : expandHome(cacheDir);
  return FetchedAccess.open(dataset, { ...others, cacheDir: folder });
}
