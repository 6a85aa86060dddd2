import { maskedCrc32c } from './crc32c.js';

/**
 * TFRecord's framing (`tensorflow/core/lib/io/record_writer.h`): u64 LE length, u32 LE masked CRC-32C of those eight
 * bytes, the data, u32 LE masked CRC-32C of the data.
 */

/** Bytes before the data. */
export const RECORD_HEADER_BYTES = 12;
/** Bytes after the data. */
export const RECORD_FOOTER_BYTES = 4;
/** Bytes that the framing adds to a record. */
export const FRAMING_BYTES = RECORD_HEADER_BYTES + RECORD_FOOTER_BYTES;

/**
 * Frames the data that already stands at `out[start + RECORD_HEADER_BYTES]` to `out[dataEnd]`, in place, and returns the
 * offset behind the record.
 */
export function frameRecord(out: Uint8Array, start: number, dataEnd: number): number {
  const dataStart = start + RECORD_HEADER_BYTES;
  const length = dataEnd - dataStart;
  writeUint32(length >>> 0, out, start);
  writeUint32(Math.floor(length / 2 ** 32), out, start + 4);
  writeUint32(maskedCrc32c(out, start, start + 8), out, start + 8);
  writeUint32(maskedCrc32c(out, dataStart, dataEnd), out, dataEnd);
  return dataEnd + RECORD_FOOTER_BYTES;
}

function writeUint32(value: number, out: Uint8Array, offset: number): void {
  out[offset] = value;
  out[offset + 1] = value >>> 8;
  out[offset + 2] = value >>> 16;
  out[offset + 3] = value >>> 24;
}
