import { createHash } from 'node:crypto';
import { MAX_KEY_BYTES, Md5Key } from './md5.js';

/**
 * The order in which a split's rows stand in its shards. TFDS gives the row `i` the key `str(i)` and sorts by the 128-bit
 * big-endian integer `md5(split name ++ key)` (`tensorflow_datasets/core/shuffle.py` and `hashing.py`), so that a row's
 * place follows from its number and the split's name and count alone. Nearly always the first 32 bits settle it.
 */

/**
 * A function that gives the four words of a row's hash, most significant first; the array is reused by the next call.
 *
 * @param splitName the salt of the hash, e.g. `train`
 */
export function rowHasher(splitName: string): (row: number) => Uint32Array {
  const salt = new TextEncoder().encode(splitName);
  if (salt.length + 10 > MAX_KEY_BYTES) return longNameHasher(splitName);
  const key = new Md5Key();
  key.block.set(salt);
  return (row) => {
    key.hashKey(writeDecimal(row, key.block, salt.length));
    return key.digest;
  };
}

function longNameHasher(splitName: string): (row: number) => Uint32Array {
  const digest = new Uint32Array(4);
  return (row) => {
    const bytes = createHash('md5').update(`${splitName}${row}`).digest();
    for (let word = 0; word < 4; word++) digest[word] = bytes.readUInt32BE(word * 4);
    return digest;
  };
}

function writeDecimal(value: number, out: Uint8Array, start: number): number {
  let end = start + 1;
  for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) end++;
  let rest = value;
  for (let at = end - 1; at >= start; at--) {
    const quotient = Math.floor(rest / 10);
    out[at] = 48 + rest - quotient * 10;
    rest = quotient;
  }
  return end;
}

/**
 * The order of rows that lie at positions of their own: `order[place]` is the position of the row at that place.
 *
 * @param splitName the salt of the hash
 * @param hashes the first 32 bits of each row's hash, by position
 * @param rowAt the number of the row at a position
 */
export function orderByHash(
  splitName: string,
  hashes: Uint32Array,
  rowAt: (position: number) => number,
): Uint32Array {
  const order = new Uint32Array(hashes.length);
  const byLowHalf = new Uint32Array(hashes.length);
  for (let position = 0; position < order.length; position++) order[position] = position;
  // A radix sort of two passes of 16 bits, which leaves rows of equal bits as they were.
  distribute(order, hashes, 0, byLowHalf);
  distribute(byLowHalf, hashes, 16, order);
  settleTies(order, hashes, rowAt, rowHasher(splitName));
  return order;
}

/** {@link orderByHash} of rows that lie in their own order: `order[place]` is the row. */
export function orderOfRows(splitName: string, rows: number): Uint32Array {
  const hash = rowHasher(splitName);
  const hashes = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) hashes[row] = hash(row)[0]!;
  return orderByHash(splitName, hashes, (row) => row);
}

/** Where each value of 16 bits begins: memory that every sort uses again. */
const starts = new Uint32Array(65_537);

function distribute(from: Uint32Array, hashes: Uint32Array, shift: number, to: Uint32Array): void {
  starts.fill(0);
  for (const position of from) starts[((hashes[position]! >>> shift) & 0xffff) + 1]!++;
  for (let bucket = 1; bucket <= 65_536; bucket++) starts[bucket]! += starts[bucket - 1]!;
  for (const position of from) to[starts[(hashes[position]! >>> shift) & 0xffff]!++] = position;
}

/** Sorts each run of rows whose first 32 bits are equal by the whole hash: a handful in 60,000 rows. */
function settleTies(
  order: Uint32Array,
  hashes: Uint32Array,
  rowAt: (position: number) => number,
  hash: (row: number) => Uint32Array,
): void {
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && hashes[order[end]!] === hashes[order[start]!]) end++;
    if (end - start > 1) {
      const tied = Array.from(order.subarray(start, end), (position) => ({
        position,
        digest: Array.from(hash(rowAt(position))),
      }));
      tied.sort((a, b) => compareWords(a.digest, b.digest));
      tied.forEach(({ position }, offset) => {
        order[start + offset] = position;
      });
    }
    start = end;
  }
}

function compareWords(a: readonly number[], b: readonly number[]): number {
  for (let word = 0; word < a.length; word++) {
    if (a[word] !== b[word]) return a[word]! - b[word]!;
  }
  return 0;
}
