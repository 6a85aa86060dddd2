import type { Sink } from '../../fs/sink.js';
import type { BatchLimits } from '../../rows/batches.js';
import type { RowBatch } from '../../rows/encoded-rows.js';
import type { TableLayout } from '../../rows/table.js';
import { batchBuffers } from './columns.js';
import type { ArrowForm } from './framing.js';
import { IpcWriter } from './ipc-writer.js';
import { arrowSchema } from './table-schema.js';

/** Where record batches are cut. */
export const RECORD_BATCH_LIMITS: BatchLimits = { rows: 10_000, bytes: 32 * 1024 * 1024 };

/**
 * Writes record batches as one Arrow IPC file, one at a time. The buffers are laid out as Arrow has them and not
 * compressed, so that a reader maps them without a copy.
 */
export function writeArrowShard(
  batches: Iterable<RowBatch>,
  sink: Sink,
  layout: TableLayout,
  form: ArrowForm,
): void {
  const writer = new IpcWriter(sink, arrowSchema(layout), form);
  for (const batch of batches)
    writer.writeBatch(batch.range.end - batch.range.start, batchBuffers(batch, layout));
  writer.close();
}
