import { featuresOf } from '../dataset/definition.js';
import { rowBytesOf } from '../dataset/feature.js';
import type { SplitDefinition } from '../dataset/split-definition.js';
import { mostShards } from '../plan/shards.js';
import { maxRecordBytes } from '../prepare/encode-slice.js';
import { keepsSamples } from '../prepare/options.js';
import { tableLayout } from '../rows/table.js';
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
export function rowSizes(spec: JobSpec): RowSizes {
  const { definition, formats } = spec;
  const features = featuresOf(definition);
  const table = tableLayout(features, definition.label, spec);
  return {
    recordBytes: maxRecordBytes(features),
    sampleBytes: keepsSamples(table, formats) ? rowBytesOf(features.input) : 0,
  };
}

/** Into how many shards a split of so many rows may come to be cut. */
export function mostShardsOf(spec: JobSpec, rows: number): number {
  return spec.numShards ?? mostShards(rows, rowSizes(spec).recordBytes);
}

/** Into how many buckets the encoded rows of a split are cut, a power of two: known before any row is encoded. */
export function bucketsOf(spec: JobSpec, { rows }: SplitDefinition): number {
  const { recordBytes, sampleBytes } = rowSizes(spec);
  const shards = mostShardsOf(spec, rows);
  const wanted = Math.max(shards * BUCKETS_A_SHARD, (rows * (recordBytes + sampleBytes)) / BUCKET_BYTES);
  let buckets = BUCKETS_A_SHARD;
  while (buckets < wanted && buckets < MOST_BUCKETS) buckets *= 2;
  return buckets;
}
