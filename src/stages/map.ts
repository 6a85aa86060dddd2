import * as v from 'valibot';
import { checkArchive } from '../archive/check-archive.js';
import { locateAll } from '../archive/locate-all.js';
import { rangedArchives } from '../archive/open-ranged.js';
import { onceEach } from '../dataset/definition.js';
import type { ScratchFolder } from '../prepare/encode-archives.js';
import { encodeArchives } from '../prepare/encode-archives.js';
import { archivesOfRange } from '../prepare/range-archives.js';
import { StepTimes } from '../prepare/steps.js';
import { MemoryBudget } from '../rows/spill/memory.js';
import type { EncodedSplit } from '../rows/spill/row-store.js';
import { bucketsOf, rowSizes } from './buckets.js';
import type { Job } from './job.js';
import { markerKey, rowsKey } from './keys.js';
import type { Machine } from './machine.js';
import type { MapTask, RowsTask } from './map-tasks.js';
import { markerBytes, number } from './shard-plan.js';
import { taskSettings } from './task-settings.js';

/** The marker of a map task of rows: how many rows and bytes each bucket of its object has. */
export const mapMarkerSchema = v.strictObject({
  /** Bytes of all framed records. */
  recordBytes: number,
  /** The object: its size, and its checksum. */
  bytes: number,
  sha256: v.string(),
  rows: v.array(number),
  lengths: v.array(number),
});

/** What a map task of rows found. */
export type MapMarker = v.InferOutput<typeof mapMarkerSchema>;

/**
 * Does a map task: encodes rows and puts them as one object, or checks an archive.
 *
 * @throws {DatasetError} of archives that are not as they should be, `STORAGE`, `OBJECT_DIFFERS`, `MEMORY`, `DISK`, `DISK_FULL`
 */
export async function runMap(job: Job, at: number, machine: Machine): Promise<void> {
  const task = job.mapTasks[at];
  if (task === undefined) throw new RangeError(`there is no map task ${at}`);
  const marker =
    task.kind === 'check' ? await checkArchiveOf(job, task, machine) : await mapRows(job, at, task, machine);
  await job.storage.putBytes(markerKey(job.id, 'map', at), markerBytes(marker));
}

/** The marker of a map task that checks an archive. */
interface CheckMarker {
  file: string;
  sha256: string;
}

async function checkArchiveOf(
  job: Job,
  { archive }: Extract<MapTask, { kind: 'check' }>,
  machine: Machine,
): Promise<CheckMarker> {
  await checkArchive(job.spec.definition, archive, machine.settings);
  return { file: archive.file, sha256: archive.sha256 };
}

async function mapRows(job: Job, at: number, task: RowsTask, machine: Machine): Promise<MapMarker> {
  return machine.withScratch(async (scratch) => {
    const split = await encodeTask(job, task, machine, scratch);
    const path = scratch.path('rows');
    const { rows, lengths, ...file } = await machine.pool.writeShuffleFile({
      path,
      split,
      buckets: bucketsOf(job.spec, task.split),
      sampleBytes: rowSizes(job.spec).sampleBytes,
    });
    await job.storage.putFile(rowsKey(job.id, at), path, file);
    return { recordBytes: split.recordBytes, ...file, rows, lengths };
  });
}

/** Encodes the rows of a task as a run of one machine does, with the archives alone that have them. */
async function encodeTask(
  job: Job,
  { split, start, end }: RowsTask,
  machine: Machine,
  scratch: ScratchFolder,
): Promise<EncodedSplit> {
  const { definition } = job.spec;
  const own = { ...split, rows: end - start };
  const run = taskSettings(job, machine, [own]);
  const { features } = run;
  const { whole } = archivesOfRange({ split, features }, { start, end });
  const archives = locateAll(definition, run, onceEach(whole));
  const openRanged = rangedArchives(definition, run);
  try {
    const encoding = { run, archives, openRanged, pool: machine.pool, scratch, times: new StepTimes() };
    const encoded = encodeArchives(encoding, split, new MemoryBudget(run.memory), { start, end });
    return await Promise.race([encoded, archives.failed]);
  } finally {
    run.end();
    await archives.settled;
  }
}
