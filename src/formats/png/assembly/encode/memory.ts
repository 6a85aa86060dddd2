/**
 * Where everything lies in the linear memory, zero at first. Addresses are constants, so that they become
 * part of the instruction where they are the offset of a load or store: `load<u32>(index << 2, TABLE)`. What
 * depends on the shape of the image comes last.
 */
import { CRC_TABLES_END } from '../shared/memory';

/** Tables of RFC 1951, see symbols.ts. */
export const SYMBOL_TABLES: usize = CRC_TABLES_END;
/** The codes of the fixed block type, see block.ts. */
export const FIXED_LITERALS: usize = 0x3000;
export const FIXED_DISTANCES: usize = 0x4000;
/** The codes of the block at hand, see huffman.ts. */
export const LITERALS: usize = 0x5000;
export const DISTANCES: usize = 0x6000;
export const LENGTHS: usize = 0x7000;
/** Work space of huffman.ts. */
export const TREE: usize = 0x8000;
/** The code lengths of a dynamic block, run length encoded, u16 each, see block.ts. */
export const RUNS: usize = 0xa000;
/** Literals and matches of a block, u32 each, see block.ts. */
export const SYMBOLS: usize = 0x10000;
/** Hash chains, see chains.ts. */
export const LINKS: usize = 0x30000;
export const HEAD: usize = 0x70000;
export const ORDINALS: usize = 0xf0000;
export const COUNTERS: usize = 0x100000;
/** The filtered image, which deflate has as its window; behind it, what `reserve` gives. */
export const WINDOW: usize = 0x120040;

/**
 * Sets the `bytes` bytes at `start`, and up to 15 behind them, to `value`: memory.fill is a call of the host,
 * which takes longer.
 */
export function fill(start: usize, bytes: usize, value: u8): void {
  for (let i: usize = 0; i < bytes; i += 16) v128.store(start + i, i8x16.splat(value));
}
