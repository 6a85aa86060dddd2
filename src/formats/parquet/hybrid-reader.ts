import { viewOf } from '../../fs/byte-source.js';
import { readVarint } from '../protobuf/varint.js';

/**
 * Values of the RLE/bit-packing hybrid (parquet-format, Encodings.md), which must be `count` of them.
 *
 * @param width bits of a value, 1 to 8
 * @throws RangeError
 */
export function readHybrid(bytes: Uint8Array, width: number, count: number): Uint8Array {
  if (width < 1 || width > 8) throw new RangeError(`values of ${width} bits are not read`);
  const values = new Uint8Array(count);
  let at = 0;
  let filled = 0;
  while (filled < count) {
    const head = readVarint(bytes, at);
    if (head === undefined) throw new RangeError('a run of values has no head');
    at = head.end;
    const size = Math.floor(head.value / 2);
    if (size === 0) throw new RangeError('a run of values is empty');
    if (head.value % 2 === 0) {
      const value = bytes[at++];
      if (value === undefined || value >= 2 ** width)
        throw new RangeError('a run has a value that cannot be');
      values.fill(value, filled, filled + size);
      filled += size;
    } else {
      if (at + size * width > bytes.length) throw new RangeError('a run of values is cut short');
      unpack(bytes.subarray(at), width, values.subarray(filled, filled + size * 8));
      at += size * width;
      filled += size * 8;
    }
  }
  if (at !== bytes.length) throw new RangeError('there are more values than the page tells of');
  return values;
}

/** Fills `values` with bit-packed ones, from the least bit of the first byte on. */
function unpack(packed: Uint8Array, width: number, values: Uint8Array): void {
  let [at, held, bits] = [0, 0, 0];
  const mask = 2 ** width - 1;
  for (let value = 0; value < values.length; value++) {
    if (bits < width) {
      held |= packed[at++]! << bits;
      bits += 8;
    }
    values[value] = held & mask;
    held >>>= width;
    bits -= width;
  }
}

/** The levels of a page that have their length in 4 bytes before them, from `at` on. */
export function sizedLevels(content: Uint8Array, at: number): Uint8Array {
  const length = at + 4 <= content.length ? viewOf(content).getUint32(at, true) : Number.POSITIVE_INFINITY;
  if (at + 4 + length > content.length) throw new RangeError('the levels of a page are cut short');
  return content.subarray(at + 4, at + 4 + length);
}
