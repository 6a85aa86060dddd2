/** Where both modules have the tables of `crc32`, and how they take memory for what depends on the shape of an image. */
import { growTo } from '../../../assembly/memory';

/** Eight tables of 256 u32, see crc32.ts. */
export const CRC_TABLES: usize = 0;
export const CRC_TABLES_END: usize = 0x2000;

/**
 * What may be read and overwritten behind each reserved area: whole vectors, the bytes that a match is compared beyond, the
 * bits that are looked at ahead.
 */
const SLACK: usize = 512;

let end: usize = 0;

/** Sets where the first area begins that {@link reserve} gives, a multiple of 16. */
export function reserveFrom(start: usize): void {
  end = start;
}

/** Room for `bytes` bytes, aligned to 16. Traps where there is no memory left. */
export function reserve(bytes: usize): usize {
  const start = end;
  end = (start + bytes + SLACK + 15) & ~15;
  growTo(end);
  return start;
}

/** Makes room for `bytes` bytes at `start`, behind everything that is reserved. */
export function growFor(start: usize, bytes: usize): void {
  growTo(start + bytes + SLACK);
}
