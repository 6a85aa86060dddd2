import { type DatasetError, fault } from '../../errors.js';
import { type ByteSource, viewOf } from '../../fs/byte-source.js';
import { ALL_ROWS, type RowRange } from '../../rows/cell.js';
import { maskedCrc32c } from './crc32c.js';
import { FRAMING_BYTES, RECORD_FOOTER_BYTES, RECORD_HEADER_BYTES } from './framing.js';

/**
 * The data of each record of a TFRecord file, both checksums of every record checked; where the data alone is damaged an error
 * stands in its place, and the records behind it follow. The data holds until the next read. Of records before the range the
 * lengths alone are read, and none behind it is.
 *
 * @throws {DatasetError} `RECORD_CORRUPT` where it is not known where the next record begins
 */
export function* tfrecords(
  file: ByteSource,
  { start, end }: RowRange = ALL_ROWS,
): Generator<Uint8Array | Error> {
  for (let at = 0, record = 0; at < file.bytes && record < end; record++) {
    if (at + RECORD_HEADER_BYTES > file.bytes) throw corrupt(`record ${record} is cut short in its head`);
    const head = file.read(at, RECORD_HEADER_BYTES);
    const view = viewOf(head);
    const wrongLength = wrongCrc(
      `the length of record ${record}`,
      maskedCrc32c(head, 0, 8),
      view.getUint32(8, true),
    );
    if (wrongLength !== undefined) throw wrongLength;
    const length = view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32;
    if (at + FRAMING_BYTES + length > file.bytes) throw corrupt(`record ${record} is cut short in its data`);
    const data = at + RECORD_HEADER_BYTES;
    at += FRAMING_BYTES + length;
    if (record < start) continue;
    const framed = file.read(data, length + RECORD_FOOTER_BYTES);
    const stored = viewOf(framed).getUint32(length, true);
    const wrongData = wrongCrc(`the data of record ${record}`, maskedCrc32c(framed, 0, length), stored);
    yield wrongData ?? framed.subarray(0, length);
  }
}

function wrongCrc(what: string, computed: number, stored: number): DatasetError | undefined {
  if (computed === stored) return undefined;
  return fault('RECORD_CORRUPT', `${what} has another checksum than the one stored with it`, {
    expected: `masked CRC-32C ${hex(stored)}`,
    found: hex(computed),
  });
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}

function corrupt(message: string): DatasetError {
  return fault('RECORD_CORRUPT', message);
}
