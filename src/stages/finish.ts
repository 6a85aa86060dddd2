import { createHash } from 'node:crypto';
import { CHECKSUMS_FILE, checksumsText } from '../directory/manifest/checksums.js';
import { DATASET_INFO_FILE, splitInfoOf } from '../directory/manifest/dataset-info.js';
import { manifestFiles } from '../directory/manifest/files.js';
import { defaultConfigFile } from '../directory/publish/default-config.js';
import { asDatasetError, DatasetError } from '../errors.js';
import { eachOf } from './each-of.js';
import type { Job } from './job.js';
import { markerKey } from './keys.js';
import type { Machine } from './machine.js';
import { reduceMarkerSchema } from './reduce.js';
import { parseMarker } from './shard-plan.js';
import { taskSettings } from './task-settings.js';

/** Markers that are read at once. */
const AT_ONCE = 16;

/**
 * Does the last task: the manifests, the checksums, and `dataset_info.json` last, with which the data set is there. Then what was made
 * on the way to it goes.
 *
 * @throws {DatasetError} `STAGE_EARLY` where shards are missing, `OBJECT_DIFFERS`, `OBJECT_MISSING`, `STORAGE`, `DISK`
 */
export async function runFinish(job: Job, machine: Machine): Promise<void> {
  await job.requireBefore('finish');
  const { storage, directory } = job;
  const digests = await shardDigests(job);
  const { definition } = job.spec;
  // No row is held here: a budget that did for each task does for all of them.
  const { formats, layout, end } = taskSettings(job, machine, []);
  end();
  const splits = (await job.plan()).splits.map((split) => splitInfoOf(split.name, split, split.shards));
  const files = manifestFiles({ definition, splits, formats, table: layout.table });
  for (const [file, text] of files) digests.set(file, createHash('sha256').update(text).digest('hex'));
  const put = (file: string, text: string): Promise<void> =>
    storage.putBytes(`${directory}${file}`, Buffer.from(text));
  for (const [file, text] of files) if (file !== DATASET_INFO_FILE) await put(file, text);
  await put(CHECKSUMS_FILE, checksumsText(digests));
  await putDefaultConfig(job, machine);
  await put(DATASET_INFO_FILE, files.get(DATASET_INFO_FILE) ?? '');
  await job.clean();
}

/** SHA-256 of every shard, by its file's name. */
async function shardDigests(job: Job): Promise<Map<string, string>> {
  const numbers = Array.from({ length: await job.tasks('reduce') }, (_, number) => number);
  const digests = new Map<string, string>();
  await eachOf(numbers, AT_ONCE, async (number) => {
    const key = markerKey(job.id, 'reduce', number);
    const name = `${job.storage.url}/${key}`;
    const bytes = await job.storage.get(key);
    if (bytes === undefined) throw new DatasetError('OBJECT_MISSING', `${name} is gone`);
    for (const [file, { sha256 }] of Object.entries(parseMarker(reduceMarkerSchema, bytes, name).files))
      digests.set(file, sha256);
  });
  return digests;
}

/** The data set is as good where another default stands there. */
async function putDefaultConfig({ storage, spec }: Job, { settings }: Machine): Promise<void> {
  const file = defaultConfigFile(spec.definition);
  if (file === undefined) return;
  await storage.putBytes(file.path, Buffer.from(file.text)).catch((error: unknown) => {
    settings.onEvent({ event: 'warning', message: asDatasetError(error).message });
  });
}
