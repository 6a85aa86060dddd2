/** What symbols stand for (RFC 1951, 3.2.5): the smallest value in the low 16 bits, how many extra bits follow above. */
import { DISTANCE_SYMBOLS, LENGTH_ORDER, LENGTH_SYMBOLS } from './memory';

export function initialize(): void {
  let length: u32 = 3;
  for (let symbol: u32 = 0; symbol < 28; symbol++) {
    const extra: u32 = symbol < 8 ? 0 : (symbol >>> 2) - 1;
    store<u32>(LENGTH_SYMBOLS + (symbol << 2), length | (extra << 16));
    length += 1 << extra;
  }
  store<u32>(LENGTH_SYMBOLS + (28 << 2), 258);
  let distance: u32 = 1;
  for (let symbol: u32 = 0; symbol < 30; symbol++) {
    const extra: u32 = symbol < 4 ? 0 : (symbol >>> 1) - 1;
    store<u32>(DISTANCE_SYMBOLS + (symbol << 2), distance | (extra << 16));
    distance += 1 << extra;
  }
  writeOrder();
}

/** 16 17 18 0 8 7 9 6 10 5 11 4 12 3 13 2 14 1 15 */
function writeOrder(): void {
  store<u8>(LENGTH_ORDER, 16);
  store<u8>(LENGTH_ORDER, 17, 1);
  store<u8>(LENGTH_ORDER, 18, 2);
  store<u8>(LENGTH_ORDER, 0, 3);
  for (let i: u32 = 0; i < 8; i++) {
    store<u8>(LENGTH_ORDER + 4 + 2 * i, <u8>(8 + i));
    if (i < 7) store<u8>(LENGTH_ORDER + 5 + 2 * i, <u8>(7 - i));
  }
}
