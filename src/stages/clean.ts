import { DATASET_INFO_FILE } from '../directory/manifest/dataset-info.js';
import { manifestNames } from '../directory/manifest/files.js';
import { isShardName } from '../plan/filename.js';
import type { Storage } from '../storage/storage.js';
import { type JobSpec, parseSpec } from './job-spec.js';
import { claimKey, datasetPrefix, specKey, WORK, workPrefix } from './keys.js';

/**
 * The name of the job that is at work on a data set.
 *
 * @throws {DatasetError} `STORAGE`, `DISK`
 */
export async function claimedBy(
  storage: Storage,
  spec: Pick<JobSpec, 'definition'>,
): Promise<string | undefined> {
  const bytes = await storage.get(claimKey(spec));
  return bytes && /"job":"(\w+)"/.exec(Buffer.from(bytes).toString())?.[1];
}

/**
 * The spec of a job; `undefined` where it is not there.
 *
 * @throws {DatasetError} `STORAGE`, `DISK`
 */
export async function storedSpec(storage: Storage, id: string): Promise<JobSpec | 'unreadable' | undefined> {
  const key = specKey(id);
  const bytes = await storage.get(key);
  if (bytes === undefined) return undefined;
  try {
    return parseSpec(Buffer.from(bytes).toString(), key);
  } catch {
    return 'unreadable';
  }
}

/**
 * Removes objects below a prefix, and what was half written there.
 *
 * @returns how many objects went
 * @throws {DatasetError} `STORAGE`, `DISK`
 */
export async function removeAll(
  storage: Storage,
  prefix: string,
  isOurs = (_: string): boolean => true,
): Promise<number> {
  const keys: string[] = [];
  for await (const { key } of storage.list(prefix)) if (isOurs(key)) keys.push(key);
  await storage.remove(keys);
  await storage.removeUnfinished(prefix);
  return keys.length;
}

/**
 * Removes what jobs of a data set left, whatever their options: their work, and where the data set is not done, its shards and its
 * manifests. No machine may be at work on it.
 *
 * @returns how many objects went
 * @throws {DatasetError} `STORAGE`, `DISK`
 */
export async function cleanTarget(storage: Storage, spec: Pick<JobSpec, 'definition'>): Promise<number> {
  const prefix = datasetPrefix(spec);
  let removed = 0;
  const claimed = await claimedBy(storage, spec);
  for (const id of await jobIds(storage))
    if (id === claimed || (await isOf(storage, id, prefix)))
      removed += await removeAll(storage, workPrefix(id));
  const isDone = (await storage.sizeOf(`${prefix}${DATASET_INFO_FILE}`)) !== undefined;
  if (isDone) await storage.removeUnfinished(prefix);
  else removed += await removeAll(storage, prefix, (key) => isOfJob(key.slice(prefix.length), spec, claimed));
  const claim = claimKey(spec);
  if ((await storage.sizeOf(claim)) !== undefined) {
    await storage.remove([claim]);
    removed++;
  }
  return removed;
}

/**
 * Whether a file of a data set that is not done is what a job put there: a shard, or a manifest of the stage `finish`, which the next
 * job with other options would find to be another one than its own. Manifests alone may be anybody's where no job was begun.
 */
function isOfJob(
  file: string,
  { definition }: Pick<JobSpec, 'definition'>,
  claimed: string | undefined,
): boolean {
  return isShardName(file) || (claimed !== undefined && manifestNames(definition).has(file));
}

/** Whether a job is of a data set. Without its spec, it is what came after the end of a job, and nobody's. */
async function isOf(storage: Storage, id: string, prefix: string): Promise<boolean> {
  const spec = await storedSpec(storage, id);
  if (spec === undefined) return true;
  // Another version of the tool wrote one that cannot be read: the claim tells which data set is its.
  return spec !== 'unreadable' && datasetPrefix(spec) === prefix;
}

async function jobIds(storage: Storage): Promise<Set<string>> {
  const ids = new Set<string>();
  for await (const { key } of storage.list(WORK)) {
    const [, id] = /^([0-9a-f]{32})\//.exec(key.slice(WORK.length)) ?? [];
    if (id !== undefined) ids.add(id);
  }
  return ids;
}
