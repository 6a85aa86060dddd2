/** The parts of a PNG that do not depend on its image (PNG, 5.2, 5.3, 11.2). */

/** The signature, as two words of which the first byte is lowest. */
export const SIGNATURE_START: u32 = 0x474e5089;
export const SIGNATURE_END: u32 = 0x0a1a0a0d;
export const SIGNATURE_BYTES: usize = 8;

/** Length and type before a chunk's data, and its CRC behind. */
export const CHUNK_HEAD: usize = 8;
export const CRC_BYTES: usize = 4;
export const CHUNK_OVERHEAD: usize = CHUNK_HEAD + CRC_BYTES;
export const IHDR_BYTES: usize = 13;

// Chunk types, the first letter lowest.
export const IHDR: u32 = 0x52444849;
export const IDAT: u32 = 0x54414449;
export const IEND: u32 = 0x444e4549;

/** The color type of gray, gray and alpha, RGB, RGBA. */
export function colorType(channels: u32): u8 {
  return channels === 1 ? 0 : channels === 2 ? 4 : channels === 3 ? 2 : 6;
}
