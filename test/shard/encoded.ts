import { frameRecord, RECORD_HEADER_BYTES } from '../../src/encode/record.js';
import type { EncodedSlice } from '../../src/encode/slice.js';
import type { EncodedSplit } from '../../src/shard/encoded-split.js';

function shared(bytes: Uint8Array): Uint8Array<SharedArrayBuffer> {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}

function sharedOffsets(values: readonly number[]): Uint32Array<SharedArrayBuffer> {
  const offsets = new Uint32Array(new SharedArrayBuffer(values.length * 4));
  offsets.set(values);
  return offsets;
}

/** The framed record of a row: its data is the row's number, as often as `length` says. */
export function recordOf(row: number, length: number): Uint8Array {
  const record = new Uint8Array(length + 16).fill(row & 0xff);
  frameRecord(record, 0, RECORD_HEADER_BYTES + length);
  return record;
}

/** A split of the given records, as workers leave it: in slices of `sliceRows` rows. */
export function encodedSplit(
  records: readonly Uint8Array[],
  sliceRows: number,
  order: readonly number[],
): EncodedSplit {
  const slices: EncodedSlice[] = [];
  for (let firstRow = 0; firstRow < records.length; firstRow += sliceRows) {
    const own = records.slice(firstRow, firstRow + sliceRows);
    const offsets = [0];
    for (const record of own) offsets.push((offsets.at(-1) ?? 0) + record.length);
    slices.push({
      firstRow,
      rows: own.length,
      records: shared(Buffer.concat(own)),
      offsets: sharedOffsets(offsets),
      // Not looked at by the writer of records.
      imageStarts: sharedOffsets([]),
      imageEnds: sharedOffsets([]),
    });
  }
  return { slices, sliceRows, order: sharedOffsets(order), labels: shared(new Uint8Array(records.length)) };
}
