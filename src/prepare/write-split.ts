import { type SplitInfo, splitInfoOf } from '../directory/manifest/dataset-info.js';
import type { Staging } from '../directory/publish/staging.js';
import {
  type FormatName,
  RECORD_LIMITS,
  rowsOf,
  type ShardLayout,
  shardTemplate,
} from '../formats/formats.js';
import { recordBytesAt } from '../formats/tfrecord/records.js';
import { shardFileName } from '../plan/filename.js';
import { planShards, type ShardingOptions } from '../plan/shards.js';
import type { EncodedSplit } from '../rows/spill/row-store.js';
import type { PrepareEvent } from './events.js';
import type { WorkerPool } from './pool.js';

/** Where a split's shards go, and how they are cut. */
export interface SplitTarget {
  dataset: string;
  formats: readonly FormatName[];
  sharding: ShardingOptions;
  layout: ShardLayout;
  pool: WorkerPool;
  staging: Staging;
  onEvent: (event: PrepareEvent) => void;
}

/**
 * Writes all shards of an encoded split, each in every format, and tells what the manifest has to say of the split.
 *
 * @throws {DatasetError} `SHARD_COUNT`, `DISK`, `DISK_FULL`
 */
export async function writeSplit(encoded: EncodedSplit, target: SplitTarget): Promise<SplitInfo> {
  const { dataset, formats, layout, pool, staging, onEvent } = target;
  const { name: split } = encoded.encoded;
  const { rows, recordBytes } = encoded;
  const size = { rows, recordBytes, recordBytesByPlace: () => recordBytesByPlace(encoded) };
  const ranges = planShards(split, size, target.sharding);
  onEvent({ event: 'shards', split, files: ranges.length * formats.length });
  const writes = ranges.flatMap((range, shard) =>
    formats.map(async (format) => {
      const file = shardFileName(
        { dataset, split, format, shard, shards: ranges.length },
        shardTemplate(format),
      );
      const { bytes, sha256 } = await pool.writeShard({
        format,
        path: staging.path(file),
        range,
        split: encoded,
        layout,
      });
      await staging.add(file, sha256);
      onEvent({ event: 'write', split, file, format, rows: range.end - range.start, bytes, sha256 });
    }),
  );
  await Promise.all(writes);
  return splitInfoOf(split, encoded, ranges);
}

function recordBytesByPlace(split: EncodedSplit): Uint32Array {
  const all = new Uint32Array(split.rows);
  let filled = 0;
  const whole = { start: 0, end: split.rows };
  for (const { rows, range } of rowsOf(split).batches(whole, RECORD_LIMITS, recordBytesAt)) {
    for (let place = range.start; place < range.end; place++) all[filled++] = recordBytesAt(rows, place);
  }
  return all;
}
