/** Where everything lies in the linear memory. */
import { growTo } from '../../assembly/memory';

/** Places of the input by a hash of the four bytes there, u32 each: see compress.ts. */
export const TABLE: usize = 0;
/** How many bits a hash has at most. */
export const TABLE_BITS: u32 = 14;
/** Where the input begins: farther from address 0, which stands for no place, than a copy reaches back. */
export const INPUT: usize = 0x10000;
/** Where the output begins, behind the input. */
export let output: usize = 0;

/** What may be read and overwritten behind input and output: whole vectors. */
const SLACK: usize = 64;

/** Makes room for an input and an output of so many bytes. */
export function makeRoom(inputBytes: usize, outputBytes: usize): void {
  output = (INPUT + inputBytes + SLACK + 15) & ~15;
  growTo(output + outputBytes + SLACK);
}

/** Copies `bytes` bytes, and up to 15 behind them; `to` is not less than 16 bytes behind `from`. */
export function copyVectors(to: usize, from: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) v128.store(to + i, v128.load(from + i));
}
