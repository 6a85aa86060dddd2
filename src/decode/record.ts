import { ByteReader } from '../byte-reader.js';
import { maskedCrc32c } from '../encode/crc32c.js';
import { RECORD_FOOTER_BYTES, RECORD_HEADER_BYTES } from '../encode/record.js';
import { DatasetError } from '../errors.js';

/** No record that TensorFlow writes is larger: Protocol Buffers end at 2 GiB. A length above is damage, not a size to allocate. */
const MAX_RECORD_BYTES = 2 ** 31;

/**
 * The data of each record of a TFRecord file, in order; both checksums of every record are checked.
 *
 * @param chunks the file's bytes, cut anywhere
 * @param where the file, for messages
 * @throws {DatasetError} `RECORD_CORRUPT`, naming the record
 */
export async function* readRecords(
  chunks: AsyncIterable<Uint8Array>,
  where: string,
): AsyncGenerator<Uint8Array> {
  const bytes = new ByteReader(chunks);
  const head = new Uint8Array(RECORD_HEADER_BYTES);
  const view = new DataView(head.buffer);
  for (let record = 0; ; record++) {
    const place = `record ${record} of ${where}`;
    const got = await bytes.fill(head);
    if (got === 0) return;
    if (got < head.length) throw cutShort(place, 'head');
    expectCrc(`the length of ${place}`, maskedCrc32c(head, 0, 8), view.getUint32(8, true));
    const length = view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32;
    if (length > MAX_RECORD_BYTES) throw tooLong(place, length);
    const framed = new Uint8Array(length + RECORD_FOOTER_BYTES);
    if ((await bytes.fill(framed)) < framed.length) throw cutShort(place, 'data');
    const stored = new DataView(framed.buffer).getUint32(length, true);
    expectCrc(`the data of ${place}`, maskedCrc32c(framed, 0, length), stored);
    yield framed.subarray(0, length);
  }
}

const NEXT = 'Prepare the data set again with --overwrite.';

function expectCrc(what: string, computed: number, stored: number): void {
  if (computed === stored) return;
  throw new DatasetError('RECORD_CORRUPT', `${what} has another checksum than the one stored with it`, {
    expected: `masked CRC-32C ${hex(stored)}`,
    found: hex(computed),
    next: NEXT,
  });
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}

function cutShort(place: string, part: string): DatasetError {
  return new DatasetError('RECORD_CORRUPT', `${place} is cut short in its ${part}`, { next: NEXT });
}

function tooLong(place: string, length: number): DatasetError {
  return new DatasetError('RECORD_CORRUPT', `${place} is longer than a record can be`, {
    expected: `at most ${MAX_RECORD_BYTES} bytes`,
    found: `${length} bytes`,
    next: NEXT,
  });
}
