import { findDatasets } from '../directory/find.js';
import { locateDataset, wantedDataset } from '../directory/locate.js';
import { type DatasetDirectory, readDirectory } from '../directory/read.js';
import { isStorageUrl } from '../storage/s3-url.js';
import type { StoredOptions } from './open.js';

/** How a data set is opened, wherever it lies. */
export interface OpenOptions extends StoredOptions {
  /** The folder that holds data sets by their names; without it, what is opened is a directory. */
  dataDir?: string | undefined;
}

/**
 * Reads the directory of a data set on this machine or, by an address `s3://bucket/prefix`, in object storage: itself, that of a name
 * below `dataDir`, or the newest version that is there.
 *
 * @throws {DatasetError} `NO_DATASET`, `USAGE`, `DISK`; of object storage also `FILE_CHECKSUM`, `MANIFEST_INVALID`, `STORAGE`,
 *   `PACKAGE_MISSING`
 */
export async function openDirectory(where: string, options: OpenOptions = {}): Promise<DatasetDirectory> {
  const { dataDir, ...fetching } = options;
  const root = dataDir ?? where;
  if (!isStorageUrl(root)) return readDirectory(await locateDataset(where, dataDir));
  const [{ openStorage }, { openWanted }] = await ofStorage();
  const storage = await openStorage(root, { signal: options.signal });
  return openWanted(storage, wantedDataset(where, dataDir), fetching);
}

/**
 * The directories of data sets that a path or an address means; see {@link findDatasets}. In object storage those that are not
 * finished are among them.
 *
 * @throws {DatasetError} `NO_DATASET` where there is none, `STORAGE`, `DISK`, `PACKAGE_MISSING`
 */
export async function findEverywhere(where: string, signal?: AbortSignal): Promise<string[]> {
  if (!isStorageUrl(where)) return findDatasets(where);
  const [{ openStorage }, { findStored }] = await ofStorage();
  return findStored(await openStorage(where, { signal }));
}

/** What reads object storage takes its time to load, and few need it. */
function ofStorage() {
  return Promise.all([import('../storage/open-storage.js'), import('./open.js')]);
}
