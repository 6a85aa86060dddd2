import { resolve } from 'node:path';
import { FolderStorage } from './folder.js';
import type { Storage } from './storage.js';

/** Whether a text names object storage, and no path. */
export function isStorageUrl(out: string): boolean {
  return /^s3:\/\//.test(out);
}

/**
 * The storage that `--out` names: `s3://bucket/prefix`, or a folder.
 *
 * @throws {DatasetError} `USAGE`
 */
export async function openStorage(out: string): Promise<Storage> {
  return new FolderStorage(resolve(out));
}
