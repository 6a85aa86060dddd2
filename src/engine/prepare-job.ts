import { DATASET_INFO_FILE } from '../directory/manifest/dataset-info.js';
import type { DatasetDirectory } from '../directory/read.js';
import type { PrepareEvent } from '../prepare/events.js';
import type { ExistingDataset } from '../prepare/existing.js';
import type { PreparedDataset } from '../prepare/prepare.js';
import { readDone } from '../stages/existing.js';
import { Job } from '../stages/job.js';
import type { JobSpec } from '../stages/job-spec.js';
import { datasetPlace, datasetPrefix } from '../stages/keys.js';
import type { Storage } from '../storage/storage.js';
import type { Dispatcher } from './dispatcher.js';
import { type DriveOptions, drive } from './drive.js';

/** How a job ended. */
export type JobResult =
  | (Omit<PreparedDataset, 'steps'> & { written: Written[] })
  /** It was there before, and was left alone. */
  | ExistingDataset;

/** A shard of it, in a format. */
export type Written = Extract<PrepareEvent, { event: 'write' }>;

/** A job to be done, and who does it. */
export interface PrepareJob extends DriveOptions {
  storage: Storage;
  spec: JobSpec;
  /** Is asked for the dispatcher where there is something to be done. */
  dispatcher: (job: Job) => Promise<Dispatcher>;
}

/**
 * Has a data set prepared in a storage, by whatever machines take part: a job that broke off goes on where it was, and one that is done
 * is left alone.
 *
 * @throws {DatasetError} `STORAGE_UNSAFE`, `LOCKED`, `OUTPUT_OCCUPIED`, and what {@link drive} throws
 */
export async function prepareJob(given: PrepareJob): Promise<JobResult> {
  const { storage, spec, signal, onEvent } = given;
  // What is done is only read; nothing holds of a storage that writes over what is there.
  const manifest = `${datasetPrefix(spec)}${DATASET_INFO_FILE}`;
  if ((await storage.sizeOf(manifest)) === undefined) await storage.probe();
  const job = await Job.open(storage, spec);
  const directory = datasetPlace(storage, spec);
  if (job.there !== undefined) {
    // Whoever finished it may have died before all of its work was gone.
    await job.clean();
    const { formats, files } = job.there;
    return { state: 'existing', directory, formats, files: [...files.keys()] };
  }
  const dispatcher = await given.dispatcher(job);
  try {
    await drive(job, dispatcher, { signal, onEvent });
  } finally {
    await dispatcher.close();
  }
  await job.clean();
  const there = await readDone(storage, spec);
  const splits = (there.info?.splits ?? []).map(({ name, numBytes, shardLengths }) => ({
    name,
    numBytes,
    shardLengths,
  }));
  return { state: 'prepared', directory, formats: there.formats, splits, written: writtenOf(there) };
}

/** The shards as `prepare` tells of them. */
function writtenOf({ shards, files, checksums }: DatasetDirectory): Written[] {
  return shards.flatMap((shard) =>
    [...shard.files].map(([format, file]) => ({
      event: 'write' as const,
      split: shard.split.name,
      file,
      format,
      rows: shard.rows,
      bytes: files.get(file) ?? 0,
      sha256: checksums?.get(file) ?? '',
    })),
  );
}
