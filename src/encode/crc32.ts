import { makeCrcTables, sliceCrc } from './crc.js';

/** CRC-32 (ISO 3309, PNG specification annex D), the checksum of PNG's chunks. */
const TABLES = makeCrcTables(0xedb88320);

/** The CRC-32 of `bytes[start..end)`, as an unsigned 32-bit number. */
export function crc32(bytes: Uint8Array, start = 0, end = bytes.length): number {
  return sliceCrc(TABLES, bytes, start, end);
}
