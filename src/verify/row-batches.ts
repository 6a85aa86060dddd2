import { fault } from '../errors.js';
import { BatchCutter, type BatchLimits } from '../rows/batches.js';
import type { RowBatch } from '../rows/encoded-rows.js';
import type { EncodedSlice } from '../rows/slice.js';
import type { TableLayout } from '../rows/table.js';

/** A row on its way into a file. */
export interface Row {
  /** The encoded image; none where the images are samples alone. */
  png: Uint8Array | undefined;
  samples: () => Uint8Array;
  label: number;
  number: number;
}

/**
 * Rows that were read from a shard, as the writers take them.
 *
 * @param split name of the split
 */
export function* batchesOf(
  rows: Iterable<Row>,
  split: string,
  layout: TableLayout,
  limits: BatchLimits,
): Generator<RowBatch> {
  const cutter = new BatchCutter(limits);
  let held: Encoded[] = [];
  for (const row of rows) {
    const samples = layout.image === 'tensor' ? row.samples() : undefined;
    const png = layout.image === 'png' ? row.png : new Uint8Array(0);
    if (png === undefined) throw fault('ROW_MISMATCH', 'there is no format that has the encoded images');
    if (cutter.cutsBefore(samples?.length ?? png.length)) {
      yield batchOf(split, held);
      held = [];
    }
    held.push({ png, samples, label: row.label, number: row.number });
  }
  yield batchOf(split, held);
}

interface Encoded {
  png: Uint8Array;
  samples: Uint8Array | undefined;
  label: number;
  number: number;
}

/** Rows as the writers take them: one slice, in the order in which they come. */
function batchOf(name: string, held: readonly Encoded[]): RowBatch {
  const rows = held.length;
  let end = 0;
  const ends = Uint32Array.from(held, ({ png }) => {
    end += png.length;
    return end;
  });
  const slice: EncodedSlice = {
    firstPosition: 0,
    rows,
    records: Buffer.concat(held.map(({ png }) => png)),
    offsets: new Uint32Array(rows + 1),
    imageStarts: Uint32Array.from(held, ({ png }, row) => (ends[row] ?? 0) - png.length),
    imageEnds: ends,
    rowNumbers: Uint32Array.from(held, ({ number }) => number),
    hashes: new Uint32Array(rows),
    labels: Uint32Array.from(held, ({ label }) => label),
    samples: Buffer.concat(held.map(({ samples }) => samples ?? new Uint8Array(0))),
  };
  const order = Uint32Array.from(held, (_, row) => row);
  return {
    rows: { name, slices: [slice], sliceRows: Math.max(1, rows), order },
    range: { start: 0, end: rows },
  };
}
