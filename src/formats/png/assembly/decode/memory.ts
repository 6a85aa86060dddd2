/** Where everything lies in the linear memory; behind the tables of `crc32`, which begin at 0. */
import { CRC_TABLES_END } from '../shared/memory';

/** What the symbols of lengths and of distances stand for, u32 each, see symbols.ts. */
export const LENGTH_SYMBOLS: usize = CRC_TABLES_END;
export const DISTANCE_SYMBOLS: usize = 0x2080;
/** The order of the code lengths of code lengths (RFC 1951, 3.2.7), u8 each. */
export const LENGTH_ORDER: usize = 0x2100;
/** Tables of the fixed codes, see huffman.ts. */
export const FIXED_LITERALS: usize = 0x2200;
export const FIXED_DISTANCES: usize = 0x2a00;
/** Tables of the codes of the block at hand: 852, 402 and 128 entries at most (zlib, examples/enough.c). */
export const LITERALS: usize = 0x3000;
export const DISTANCES: usize = 0x4000;
export const PRECODE: usize = 0x4800;
/** Lengths of the codes of a block, u8 each. */
export const CODE_LENGTHS: usize = 0x4a00;
/** Work space of huffman.ts: symbols by their lengths, u16 each, and how many there are of a length, u32 each. */
export const SORTED: usize = 0x4c00;
export const COUNTS: usize = 0x4f00;
export const OFFSETS: usize = 0x4f80;
/** What depends on the shape of the image comes here. */
export const ROOM: usize = 0x5000;
