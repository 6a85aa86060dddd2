import { makeCrcTables, sliceCrc } from './crc.js';

/** CRC-32C (Castagnoli, RFC 3720 appendix B.4), the checksum of TFRecord's framing. */
const TABLES = makeCrcTables(0x82f63b78);

/** The CRC-32C of `bytes[start..end)`, as an unsigned 32-bit number. */
export function crc32c(bytes: Uint8Array, start = 0, end = bytes.length): number {
  return sliceCrc(TABLES, bytes, start, end);
}

/**
 * TFRecord's masked CRC of `bytes[start..end)`: rotated and offset, so that a CRC stored beside its data does not make
 * the CRC of both trivial (`tensorflow/core/lib/hash/crc32c.h`).
 */
export function maskedCrc32c(bytes: Uint8Array, start: number, end: number): number {
  const crc = crc32c(bytes, start, end);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
