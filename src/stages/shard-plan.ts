import * as v from 'valibot';
import { DatasetError } from '../errors.js';

/** A count, an offset, a number of something. */
export const number = v.pipe(v.number(), v.integer(), v.minValue(0));

const planSchema = v.strictObject({
  splits: v.array(
    v.strictObject({
      name: v.string(),
      rows: number,
      /** Bytes of all framed records. */
      recordBytes: number,
      buckets: number,
      shards: v.array(
        v.strictObject({
          /** The places of its rows. */
          start: number,
          end: number,
          /** The buckets that have them: `firstBucket` (inclusive) to `endBucket` (exclusive). */
          firstBucket: number,
          endBucket: number,
          /** The place of the first row of the first bucket. */
          firstPlace: number,
          /** How many rows these buckets have. */
          bucketRows: number,
        }),
      ),
      /** Numbers of the map tasks that encoded its rows, in the order of the split's ranges object. */
      maps: v.array(number),
    }),
  ),
});

/** What is known when all rows are encoded: the shards of each split, and where their rows are. */
export type ShardPlan = v.InferOutput<typeof planSchema>;
/** A split of it. */
export type SplitPlan = ShardPlan['splits'][number];
/** A shard of that. */
export type PlannedShard = SplitPlan['shards'][number];

/**
 * Reads a plan.
 *
 * @throws {DatasetError} `STORAGE` where it is none
 */
export function parseShardPlan(bytes: Uint8Array, name: string): ShardPlan {
  return parseMarker(planSchema, bytes, name);
}

/**
 * Reads a small object of a job.
 *
 * @throws {DatasetError} `STORAGE` where it is not what this version of the tool writes
 */
export function parseMarker<S extends v.GenericSchema>(
  schema: S,
  bytes: Uint8Array,
  name: string,
): v.InferOutput<S> {
  try {
    return v.parse(schema, JSON.parse(Buffer.from(bytes).toString()));
  } catch (error) {
    throw new DatasetError('STORAGE', `${name} is not as a job writes it`, {
      next: 'Remove the work of the job with --clean, and run it again.',
      cause: error,
    });
  }
}

/** A small object of a job as bytes. */
export function markerBytes(value: object): Uint8Array {
  return Buffer.from(`${JSON.stringify(value)}\n`);
}
