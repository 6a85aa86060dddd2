import { infoOf, infoSchema, type PublishedInfo } from '../directory/info.js';
import { parseJson, parseWith } from '../directory/json-file.js';
import { CHECKSUMS_FILE, checksumsIn } from '../directory/manifest/checksums.js';
import { DATASET_INFO_FILE } from '../directory/manifest/dataset-info.js';
import { type PublishedShard, takeInventory } from '../directory/shards.js';
import { fault } from '../errors.js';
import type { FormatName } from '../formats/formats.js';
import type { Storage } from '../storage/storage.js';

/** A data set that is done, as its manifests in the storage tell of it. */
export interface Published {
  info: PublishedInfo;
  /** Bytes of each file, by name. */
  files: ReadonlyMap<string, number>;
  checksums: ReadonlyMap<string, string>;
  shards: readonly PublishedShard[];
  formats: readonly FormatName[];
}

/**
 * Reads what a data set in a storage says of itself. No shard is opened.
 *
 * @param prefix where its files lie
 * @throws {DatasetError} `FILE_MISSING`, `MANIFEST_INVALID`, `STORAGE`, `DISK`
 */
export async function readPublished(storage: Storage, prefix: string): Promise<Published> {
  const files = new Map<string, number>();
  for await (const { key, bytes } of storage.list(prefix)) {
    const name = key.slice(prefix.length);
    if (!name.includes('/')) files.set(name, bytes);
  }
  const text = async (file: string): Promise<string> => {
    const bytes = await storage.get(`${prefix}${file}`);
    if (bytes !== undefined) return Buffer.from(bytes).toString();
    throw fault('FILE_MISSING', `${storage.url}/${prefix}${file} is missing`, { expected: file });
  };
  const json = async (file: string): Promise<unknown> => parseJson(await text(file), file);
  const info = infoOf(parseWith(infoSchema, await json(DATASET_INFO_FILE), DATASET_INFO_FILE));
  const checksums = files.has(CHECKSUMS_FILE) ? checksumsIn(await text(CHECKSUMS_FILE)) : new Map();
  const { shards, formats } = takeInventory(info, { files, others: new Map() }, checksums);
  return { info, files, checksums, shards, formats };
}
