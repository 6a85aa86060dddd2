import { CRC_TABLES } from './memory';

/** Fills the tables: table k maps a byte to its CRC after k further zero bytes. */
export function initialize(): void {
  for (let n: u32 = 0; n < 256; n++) {
    let crc = n;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
    store<u32>(n << 2, crc, CRC_TABLES);
  }
  for (let n: u32 = 256; n < 2048; n++) {
    const crc = load<u32>((n - 256) << 2, CRC_TABLES);
    store<u32>(n << 2, (crc >>> 8) ^ table(0, crc & 0xff), CRC_TABLES);
  }
}

function table(zeros: u32, byte: u32): u32 {
  return load<u32>((zeros << 10) + (byte << 2), CRC_TABLES);
}

/**
 * CRC-32 of the bytes from `start` to before `end`, as PNG's chunks have it (PNG, 5.5), eight bytes a step.
 */
export function crc32(start: usize, end: usize): u32 {
  let crc: u32 = 0xffffffff;
  let at = start;
  for (; at + 8 <= end; at += 8) {
    const low = load<u32>(at) ^ crc;
    const high = load<u32>(at, 4);
    crc =
      table(7, low & 0xff) ^
      table(6, (low >>> 8) & 0xff) ^
      table(5, (low >>> 16) & 0xff) ^
      table(4, low >>> 24) ^
      table(3, high & 0xff) ^
      table(2, (high >>> 8) & 0xff) ^
      table(1, (high >>> 16) & 0xff) ^
      table(0, high >>> 24);
  }
  for (; at < end; at++) crc = (crc >>> 8) ^ table(0, (crc ^ load<u8>(at)) & 0xff);
  return ~crc;
}
