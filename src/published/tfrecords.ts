import { viewOf } from '../decode/byte-source.js';
import { ALL_ROWS, type RowRange } from '../decode/cell.js';
import { maskedCrc32c } from '../encode/crc32c.js';
import { FRAMING_BYTES, RECORD_FOOTER_BYTES, RECORD_HEADER_BYTES } from '../encode/record.js';
import { fault } from './faults.js';
import type { OpenFile } from './open-file.js';

/**
 * The data of each record of a TFRecord file; where the data alone is damaged an error stands in its place, and the records
 * behind it follow. The data holds until the next read. Of records before the range the lengths alone are read, and none
 * behind it is.
 *
 * @throws {DatasetError} `RECORD_CORRUPT` where it is not known where the next record begins
 */
export function* tfrecords(
  file: OpenFile,
  { start, end }: RowRange = ALL_ROWS,
): Generator<Uint8Array | Error> {
  for (let at = 0, record = 0; at < file.bytes && record < end; record++) {
    if (at + RECORD_HEADER_BYTES > file.bytes) throw corrupt(`record ${record} is cut short in its head`);
    const head = file.read(at, RECORD_HEADER_BYTES);
    const view = viewOf(head);
    const headCrc = view.getUint32(8, true);
    if (maskedCrc32c(head, 0, 8) !== headCrc)
      throw corrupt(`the length of record ${record} has another checksum than the one stored with it`);
    const length = view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32;
    if (at + FRAMING_BYTES + length > file.bytes) throw corrupt(`record ${record} is cut short in its data`);
    const data = at + RECORD_HEADER_BYTES;
    at += FRAMING_BYTES + length;
    if (record < start) continue;
    const framed = file.read(data, length + RECORD_FOOTER_BYTES);
    const stored = viewOf(framed).getUint32(length, true);
    yield maskedCrc32c(framed, 0, length) === stored
      ? framed.subarray(0, length)
      : corrupt(`the data of record ${record} has another checksum than the one stored with it`);
  }
}

function corrupt(message: string): Error {
  return fault('RECORD_CORRUPT', message);
}
