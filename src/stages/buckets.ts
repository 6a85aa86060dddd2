import { featuresOf } from '../dataset/definition.js';
import { rowBytesOf } from '../dataset/feature.js';
import type { SplitDefinition } from '../dataset/split-definition.js';
import { hasColumns } from '../formats/formats.js';
import { FRAMING_BYTES } from '../formats/tfrecord/framing.js';
import { automaticShardCount } from '../plan/shards.js';
import { maxRecordBytes } from '../prepare/encode-slice.js';
import type { JobSpec } from './job-spec.js';

/** A shard takes so many buckets at least, so that the rows that it reads in vain, at its ends, are few. */
const BUCKETS_A_SHARD = 16;

/** What a bucket has at most on the average, whatever is in the rows: two are in the memory of each thread that writes a shard. */
const BUCKET_BYTES = 8 * 2 ** 20;

const MOST_BUCKETS = 2 ** 16;

/** Bytes of a row on its way. */
export interface RowSizes {
  /** Of its framed record, at most. */
  recordBytes: number;
  /** Of its samples, where they are kept for columns of tensors. */
  sampleBytes: number;
}

/** How large the rows of a job are. */
export function rowSizes({ definition, formats, image }: JobSpec): RowSizes {
  const features = featuresOf(definition);
  const isTensor = features.input.kind === 'tensor' || image === 'tensor';
  const keepSamples = isTensor && formats.some(hasColumns);
  return {
    recordBytes: maxRecordBytes(features),
    sampleBytes: keepSamples ? rowBytesOf(features.input) : 0,
  };
}

/** Into how many buckets the encoded rows of a split are cut, a power of two: known before any row is encoded. */
export function bucketsOf(spec: JobSpec, { rows }: SplitDefinition): number {
  const { recordBytes, sampleBytes } = rowSizes(spec);
  const shards = spec.numShards ?? automaticShardCount(rows * (recordBytes - FRAMING_BYTES), rows);
  const wanted = Math.max(shards * BUCKETS_A_SHARD, (rows * (recordBytes + sampleBytes)) / BUCKET_BYTES);
  let buckets = BUCKETS_A_SHARD;
  while (buckets < wanted && buckets < MOST_BUCKETS) buckets *= 2;
  return buckets;
}
