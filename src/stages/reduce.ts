import * as v from 'valibot';
import { rowKeysOf } from '../dataset/row-keys.js';
import type { SplitDefinition } from '../dataset/split-definition.js';
import { DatasetError } from '../errors.js';
import { shardTemplate } from '../formats/formats.js';
import { bucketSpan } from '../formats/shuffle/layout.js';
import { readRuns } from '../formats/shuffle/read.js';
import type { WrittenFile } from '../fs/file-sink.js';
import { shardFileName } from '../plan/filename.js';
import type { ScratchFolder } from '../prepare/encode-archives.js';
import type { EncodedSplit } from '../rows/spill/row-store.js';
import { ScratchFile } from '../rows/spill/scratch-file.js';
import { rowSizes } from './buckets.js';
import { eachOf } from './each-of.js';
import type { Job } from './job.js';
import { markerKey, rangesKey, rowsKey } from './keys.js';
import type { Machine } from './machine.js';
import { RANGE_BYTES } from './plan.js';
import { markerBytes, type PlannedShard, type SplitPlan } from './shard-plan.js';
import { taskSettings } from './task-settings.js';

/** The marker of a reduce task: the files of its shard, by name. */
export const reduceMarkerSchema = v.strictObject({
  files: v.record(v.string(), v.strictObject({ bytes: v.number(), sha256: v.string() })),
});

/** Ranges that are read at once. */
const AT_ONCE = 8;

/** Room for the bytes of a bucket until they are written: whole pages, up to so many. */
const PAGE_BYTES = 4096;
const MOST_EXTENT_BYTES = 256 * 1024;

/** The part of the memory budget that this takes for all buckets of a shard. */
const BUFFERS_PART = 1 / 4;

/**
 * Does a reduce task: one shard, in every format.
 *
 * @throws {DatasetError} `STAGE_EARLY` before the plan is made, `OBJECT_MISSING`, `OBJECT_DIFFERS`, `STORAGE`, `MEMORY`, `DISK`, `DISK_FULL`
 */
export async function runReduce(job: Job, number: number, machine: Machine): Promise<void> {
  const target = await shardOf(job, number);
  const files = await machine.withScratch((scratch) => writeFiles(job, target, machine, scratch));
  await job.storage.putBytes(markerKey(job.id, 'reduce', number), markerBytes({ files }));
}

/** What a reduce task makes: a shard, by its number in its split. */
interface Target {
  split: SplitPlan;
  shard: PlannedShard;
  at: number;
}

async function writeFiles(
  job: Job,
  { split, shard, at }: Target,
  machine: Machine,
  scratch: ScratchFolder,
): Promise<Record<string, WrittenFile>> {
  const rows = shard.end - shard.start;
  const { formats, layout, memory, end } = taskSettings(job, machine, [
    { ...definedSplit(job, split), rows },
  ]);
  end();
  const gathered = await gatherRows(job, { split, shard, at }, memory, scratch);
  const range = { start: shard.start - shard.firstPlace, end: shard.end - shard.firstPlace };
  const dataset = job.spec.definition.name;
  const name = { dataset, split: split.name, shard: at, shards: split.shards.length };
  const written = formats.map(async (format) => {
    const file = shardFileName({ ...name, format }, shardTemplate(format));
    const path = scratch.path(file);
    const { bytes, sha256 } = await machine.pool.writeShard({ format, path, range, split: gathered, layout });
    await job.storage.putFile(`${job.directory}${file}`, path, { bytes, sha256 });
    machine.settings.onEvent({ event: 'write', split: split.name, file, format, rows, bytes, sha256 });
    return [file, { bytes, sha256 }] as const;
  });
  return Object.fromEntries(await Promise.all(written));
}

/** The shard that a task is about, and its number in its split. */
async function shardOf(job: Job, number: number): Promise<Target> {
  let at = number;
  for (const split of (await job.plan()).splits) {
    const shard = split.shards[at];
    if (shard !== undefined) return { split, shard, at };
    at -= split.shards.length;
  }
  throw new RangeError(`there is no reduce task ${number}`);
}

function definedSplit(job: Job, { name }: SplitPlan): SplitDefinition {
  const split = job.spec.definition.splits.find((one) => one.name === name);
  if (split === undefined) throw new Error(`the definition has no split ${name}`);
  return split;
}

/** Gathers the rows of a shard's buckets, from wherever they were encoded, into a scratch file of this machine. */
async function gatherRows(
  job: Job,
  { split, shard, at }: Target,
  memory: number,
  scratch: ScratchFolder,
): Promise<EncodedSplit> {
  const { firstBucket, endBucket } = shard;
  const ranges = await rangesOf(job, split, at);
  const bytes = ranges.reduce((sum, { start, end }) => sum + end - start, 0);
  const buckets = endBucket - firstBucket;
  const path = scratch.path('gathered');
  const pages = Math.max(1, Math.floor((memory * BUFFERS_PART) / buckets / PAGE_BYTES));
  const extentBytes = Math.min(pages * PAGE_BYTES, MOST_EXTENT_BYTES);
  const file = new ScratchFile(path, { buckets, extentBytes }, bytes);
  const bucketRows = new Uint32Array(new SharedArrayBuffer(buckets * 4));
  const span = bucketSpan(split.buckets);
  try {
    await eachOf(ranges, AT_ONCE, async ({ map, start, end }) => {
      const key = rowsKey(job.id, map);
      for await (const run of readRuns(job.storage.read(key, { start, end }), `${job.storage.url}/${key}`)) {
        const bucket = Math.floor(run.firstHash / span) - firstBucket;
        if (bucket < 0 || bucket >= buckets)
          throw otherRows(job, split, { expected: `a bucket below ${buckets}`, found: `${bucket}` });
        file.append(bucket, run.bytes);
        bucketRows[bucket]! += run.rows;
      }
    });
    const index = file.finish();
    const rows = bucketRows.reduce((sum, count) => sum + count, 0);
    if (rows !== shard.bucketRows)
      throw otherRows(job, split, { expected: `${shard.bucketRows} rows`, found: `${rows} rows` });
    const keys = rowKeysOf(definedSplit(job, split));
    const { sampleBytes } = rowSizes(job.spec);
    const encoded = { name: split.name, keys, path, index, bucketRows, sampleBytes };
    return { state: 'spilled', rows, recordBytes: 0, keptBytes: 0, encoded };
  } finally {
    file.close();
  }
}

/** What is read of each object is whole; that nothing was read of one that has rows, or too little, the plan tells. */
function otherRows(
  { id, storage }: Job,
  { name }: SplitPlan,
  { expected, found }: { expected: string; found: string },
): DatasetError {
  const ranges = `${storage.url}/${rangesKey(id, name)}`;
  return new DatasetError('STORAGE', `the rows that ${ranges} names are not those of the shard`, {
    expected,
    found,
    next: 'Remove the work of the job with --clean, and run it again.',
  });
}

/** Bytes of one object of rows. */
interface RowsRange {
  map: number;
  start: number;
  end: number;
}

async function rangesOf(job: Job, { name, maps }: SplitPlan, at: number): Promise<RowsRange[]> {
  const bytes = maps.length * RANGE_BYTES;
  const read = job.storage.read(rangesKey(job.id, name), { start: at * bytes, end: (at + 1) * bytes });
  const chunks: Uint8Array[] = [];
  for await (const chunk of read) chunks.push(chunk);
  const all = Buffer.concat(chunks);
  const ranges = maps.map((map, number) => ({
    map,
    start: all.readDoubleLE(number * RANGE_BYTES),
    end: all.readDoubleLE(number * RANGE_BYTES + 8),
  }));
  return ranges.filter(({ start, end }) => end > start);
}
