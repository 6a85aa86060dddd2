import { distanceExtra, lengthExtra, writeLengthOrder } from '../shared/symbols';
import { SYMBOL_TABLES } from './memory';

/** Symbols that may occur: 256 literals, the end of block, 29 lengths. */
export const LITERAL_COUNT: u32 = 286;
export const DISTANCE_COUNT: u32 = 30;
/** Symbols of the alphabet that code lengths are written in (RFC 1951, 3.2.7). */
export const LENGTH_COUNT: u32 = 19;

/** u8 a match length - 3: its symbol - 256. */
const LENGTH_SYMBOL: usize = SYMBOL_TABLES;
/**
 * u8 a slot of a distance - 1: its symbol. From 256 on, 128 distances share a slot, as they share a symbol.
 */
const DISTANCE_SYMBOL: usize = SYMBOL_TABLES + 0x100;
/** u16 a distance symbol: the smallest distance - 1 that it stands for. */
const DISTANCE_BASE: usize = SYMBOL_TABLES + 0x300;
/** u8 a length symbol - 256: the smallest length - 3 that it stands for. */
const LENGTH_BASE: usize = SYMBOL_TABLES + 0x340;
/** u8 a rank: the code length symbol whose length is written there. */
const LENGTH_ORDER: usize = SYMBOL_TABLES + 0x360;

/** Extra bits, u8 a symbol, of the three alphabets. */
export const LITERAL_EXTRA: usize = SYMBOL_TABLES + 0x400;
export const DISTANCE_EXTRA: usize = SYMBOL_TABLES + 0x520;
export const LENGTH_EXTRA: usize = SYMBOL_TABLES + 0x540;

/** Fills the tables of this file. */
export function initialize(): void {
  let length: u32 = 0;
  for (let code: u32 = 0; code < 28; code++) {
    const extra = lengthExtra(code);
    store<u8>(code, extra, LITERAL_EXTRA + 257);
    store<u8>(code, length, LENGTH_BASE + 1);
    for (let i: u32 = 0; i < 1 << extra; i++) store<u8>(length++, 1 + code, LENGTH_SYMBOL);
  }
  // Length 258 has a symbol of its own, without extra bits.
  store<u8>(LENGTH_SYMBOL + 255, 29);
  store<u8>(LENGTH_BASE + 29, 255);
  let distance: u32 = 0;
  for (let code: u32 = 0; code < DISTANCE_COUNT; code++) {
    const extra = distanceExtra(code);
    store<u8>(code, extra, DISTANCE_EXTRA);
    store<u16>(code << 1, distance, DISTANCE_BASE);
    for (let i: u32 = 0; i < 1 << extra; i++, distance++) {
      store<u8>(distanceSlot(distance), code, DISTANCE_SYMBOL);
    }
  }
  store<u8>(LENGTH_EXTRA + 16, 2);
  store<u8>(LENGTH_EXTRA + 17, 3);
  store<u8>(LENGTH_EXTRA + 18, 7);
  writeLengthOrder(LENGTH_ORDER);
}

/** The symbol of a match length, given as length - 3. */
export function lengthSymbol(length: u32): u32 {
  return 256 + load<u8>(length, LENGTH_SYMBOL);
}

/** The smallest length - 3 of a length symbol. */
export function lengthBase(symbol: u32): u32 {
  return load<u8>(symbol, LENGTH_BASE - 256);
}

/** The symbol of a distance, given as distance - 1. */
export function distanceSymbol(distance: u32): u32 {
  return load<u8>(distanceSlot(distance), DISTANCE_SYMBOL);
}

function distanceSlot(distance: u32): u32 {
  return distance < 256 ? distance : 256 + (distance >>> 7);
}

/** The smallest distance - 1 of a distance symbol. */
export function distanceBase(symbol: u32): u32 {
  return load<u16>(symbol << 1, DISTANCE_BASE);
}

/** Which symbol of the code length alphabet has its length written at `rank`. */
export function lengthOrder(rank: u32): u32 {
  return load<u8>(rank, LENGTH_ORDER);
}
