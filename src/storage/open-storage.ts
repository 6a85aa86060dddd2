import { resolve } from 'node:path';
import { expandHome } from '../fs/home-path.js';
import type { StorageOptions } from './options.js';
import { isStorageUrl, parseS3Url } from './s3-url.js';
import type { Storage } from './storage.js';

/**
 * The storage that `--out` names: `s3://bucket/prefix`, or a folder, in which `~` stands for the user's home. Nothing is asked of it yet.
 *
 * @throws {DatasetError} `USAGE`, `PACKAGE_MISSING`; `STORAGE_UNSAFE` for an endpoint that is known to write over objects
 */
export async function openStorage(out: string, options: StorageOptions = {}): Promise<Storage> {
  if (!isStorageUrl(out)) {
    const { FolderStorage } = await import('./folder.js');
    return new FolderStorage(resolve(expandHome(out)), options.signal);
  }
  const location = parseS3Url(out);
  const { openS3 } = await import('./s3.js');
  return openS3(location, options);
}
