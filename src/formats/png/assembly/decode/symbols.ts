/** What symbols stand for (RFC 1951, 3.2.5): the smallest value in the low 16 bits, how many extra bits follow above. */
import { distanceExtra, lengthExtra, writeLengthOrder } from '../shared/symbols';
import { DISTANCE_SYMBOLS, LENGTH_ORDER, LENGTH_SYMBOLS } from './memory';

export function initialize(): void {
  let length: u32 = 3;
  for (let symbol: u32 = 0; symbol < 28; symbol++) {
    const extra = lengthExtra(symbol);
    store<u32>(LENGTH_SYMBOLS + (symbol << 2), length | (extra << 16));
    length += 1 << extra;
  }
  store<u32>(LENGTH_SYMBOLS + (28 << 2), 258);
  let distance: u32 = 1;
  for (let symbol: u32 = 0; symbol < 30; symbol++) {
    const extra = distanceExtra(symbol);
    store<u32>(DISTANCE_SYMBOLS + (symbol << 2), distance | (extra << 16));
    distance += 1 << extra;
  }
  writeLengthOrder(LENGTH_ORDER);
}
