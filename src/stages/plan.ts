import type { SplitDefinition } from '../dataset/split-definition.js';
import { DatasetError } from '../errors.js';
import { formatBytes } from '../fs/size.js';
import { planShards, type ShardRange } from '../plan/shards.js';
import { bucketsOf, rowSizes } from './buckets.js';
import { eachOf } from './each-of.js';
import type { Job } from './job.js';
import { markerKey, rangesKey } from './keys.js';
import { type MapMarker, mapMarkerSchema } from './map.js';
import { markerBytes, type PlannedShard, parseMarker, type ShardPlan, type SplitPlan } from './shard-plan.js';

/** What a single PUT of S3 takes at most, and so a shard of any format. */
const MOST_SHARD_BYTES = 5 * 2 ** 30;

/** Markers that are read at once. */
const AT_ONCE = 16;

/** Bytes of a range in a ranges object: where it begins and where it ends, two f64. */
export const RANGE_BYTES = 16;

/**
 * Makes the plan: now that all rows are encoded, TFDS's rule says how many shards there are. For each shard, the ranges object of its
 * split has its bytes in each object of rows, two little-endian f64 a map task, in the order of the tasks.
 *
 * @throws {DatasetError} `STAGE_EARLY` before all rows are encoded, `SHARD_COUNT`, `STORAGE`, `OBJECT_DIFFERS`, `DISK`
 */
export async function runPlan(job: Job): Promise<void> {
  await job.requireBefore('plan');
  const plan: ShardPlan = { splits: [] };
  for (const split of job.spec.definition.splits) plan.splits.push(await planSplit(job, split));
  await job.storage.putBytes(markerKey(job.id, 'plan', 0), markerBytes(plan));
}

async function planSplit(job: Job, split: SplitDefinition): Promise<SplitPlan> {
  const { name } = split;
  const maps = job.mapTasks.flatMap((task, at) =>
    task.kind === 'rows' && task.split.name === name ? [at] : [],
  );
  const buckets = bucketsOf(job.spec, split);
  const rowsBefore = new Float64Array(buckets + 1);
  let recordBytes = 0;
  await eachOf(maps, AT_ONCE, async (map) => {
    const marker = await readMapMarker(job, map, buckets);
    recordBytes += marker.recordBytes;
    for (const [bucket, rows] of marker.rows.entries()) rowsBefore[bucket + 1]! += rows;
  });
  for (let bucket = 0; bucket < buckets; bucket++) rowsBefore[bucket + 1]! += rowsBefore[bucket]!;
  const rows = rowsBefore[buckets]!;
  if (rows !== split.rows) throw new Error(`${name} has ${split.rows} rows, and ${rows} were encoded`);
  const shards = shardsOf(job, { name, rows, recordBytes }).map((range) => placeIn(range, rowsBefore));
  await putRanges(job, { name, maps, buckets, shards });
  return { name, rows, recordBytes, buckets, shards, maps };
}

function shardsOf(
  { spec }: Job,
  { name, rows, recordBytes }: { name: string; rows: number; recordBytes: number },
): ShardRange[] {
  const never = (): never => {
    throw new Error('many machines do not bound the size of shards');
  };
  const shards = planShards(
    name,
    { rows, recordBytes, recordBytesByPlace: never },
    { numShards: spec.numShards },
  );
  const bytes = Math.max(recordBytes, rows * rowSizes(spec).sampleBytes) / shards.length;
  if (bytes <= MOST_SHARD_BYTES) return shards;
  throw new DatasetError(
    'SHARD_COUNT',
    `shards of the split ${name} would be larger than object storage takes at once`,
    {
      expected: `shards of at most ${formatBytes(MOST_SHARD_BYTES)}`,
      found: `${shards.length} shards of ${formatBytes(Math.ceil(bytes))}`,
      next: `Ask for more shards: --num-shards ${Math.ceil((bytes * shards.length) / (MOST_SHARD_BYTES / 5))}.`,
    },
  );
}

/** The buckets that have the rows of a shard: at its ends it shares them with its neighbours. */
function placeIn({ start, end }: ShardRange, rowsBefore: Float64Array): PlannedShard {
  const firstBucket = bucketAt(rowsBefore, start);
  const endBucket = bucketAt(rowsBefore, end - 1) + 1;
  const firstPlace = rowsBefore[firstBucket]!;
  return { start, end, firstBucket, endBucket, firstPlace, bucketRows: rowsBefore[endBucket]! - firstPlace };
}

/** The bucket that has the row at a place. */
function bucketAt(rowsBefore: Float64Array, place: number): number {
  let [low, high] = [0, rowsBefore.length - 2];
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (rowsBefore[middle]! <= place) low = middle;
    else high = middle - 1;
  }
  return low;
}

async function putRanges(
  job: Job,
  { name, maps, buckets, shards }: Pick<SplitPlan, 'name' | 'maps' | 'buckets' | 'shards'>,
): Promise<void> {
  const ranges = new Float64Array(2 * shards.length * maps.length);
  await eachOf([...maps.entries()], AT_ONCE, async ([at, map]) => {
    const { lengths } = await readMapMarker(job, map, buckets);
    const bytesBefore = new Float64Array(buckets + 1);
    for (const [bucket, length] of lengths.entries()) bytesBefore[bucket + 1] = bytesBefore[bucket]! + length;
    for (const [shard, { firstBucket, endBucket }] of shards.entries()) {
      ranges[2 * (shard * maps.length + at)] = bytesBefore[firstBucket]!;
      ranges[2 * (shard * maps.length + at) + 1] = bytesBefore[endBucket]!;
    }
  });
  await job.storage.putBytes(rangesKey(job.id, name), new Uint8Array(ranges.buffer));
}

async function readMapMarker(job: Job, map: number, buckets: number): Promise<MapMarker> {
  const key = markerKey(job.id, 'map', map);
  const name = `${job.storage.url}/${key}`;
  const marker = parseMarker(mapMarkerSchema, await requireObject(job, key), name);
  if (marker.rows.length !== buckets || marker.lengths.length !== buckets)
    throw new Error(`${name} has another number of buckets than ${buckets}`);
  return marker;
}

async function requireObject({ storage }: Job, key: string): Promise<Uint8Array> {
  const bytes = await storage.get(key);
  if (bytes !== undefined) return bytes;
  throw new DatasetError('OBJECT_MISSING', `${storage.url}/${key} is gone`, {
    next: 'Somebody removed it, or the data set is done by now. Run the command again.',
  });
}
