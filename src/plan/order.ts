import { createHash } from 'node:crypto';
import { MAX_KEY_BYTES, Md5Key } from './md5.js';

/**
 * The order in which a split's rows stand in its shards: `order[place]` is the row. TFDS gives the row `i` the key
 * `str(i)` and sorts by the 128-bit big-endian integer `md5(split name ++ key)`
 * (`tensorflow_datasets/core/shuffle.py` and `hashing.py`), so that the order is a function of name and count alone.
 *
 * @param splitName the salt of the hash, e.g. `train`
 * @param rows how many rows the split has
 * @returns an array over shared memory, so that workers read it without a copy
 */
export function orderOfRows(splitName: string, rows: number): Uint32Array<SharedArrayBuffer> {
  const hash = rowHasher(splitName);
  const prefixes = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) prefixes[row] = hash(row)[0]!;
  const order = sortByPrefix(prefixes);
  settleTies(order, prefixes, hash);
  return order;
}

/** A function that gives the four words of a row's hash, most significant first; the array is reused by the next call. */
function rowHasher(splitName: string): (row: number) => Uint32Array {
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

/** Rows sorted by their prefix, rows of equal prefix in row order: a radix sort of two passes of 16 bits. */
function sortByPrefix(prefixes: Uint32Array): Uint32Array<SharedArrayBuffer> {
  const rows = prefixes.length;
  const byLowHalf = new Uint32Array(rows);
  const order = new Uint32Array(new SharedArrayBuffer(rows * 4));
  const identity = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) identity[row] = row;
  distribute(identity, prefixes, 0, byLowHalf);
  distribute(byLowHalf, prefixes, 16, order);
  return order;
}

function distribute(from: Uint32Array, prefixes: Uint32Array, shift: number, to: Uint32Array): void {
  const starts = new Uint32Array(65_537);
  for (const row of from) starts[((prefixes[row]! >>> shift) & 0xffff) + 1]!++;
  for (let bucket = 1; bucket <= 65_536; bucket++) starts[bucket]! += starts[bucket - 1]!;
  for (const row of from) to[starts[(prefixes[row]! >>> shift) & 0xffff]!++] = row;
}

/** Sorts each run of rows whose 32-bit prefixes are equal by the whole hash: a handful in 60,000 rows. */
function settleTies(order: Uint32Array, prefixes: Uint32Array, hash: (row: number) => Uint32Array): void {
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && prefixes[order[end]!] === prefixes[order[start]!]) end++;
    if (end - start > 1) {
      const tied = Array.from(order.subarray(start, end), (row) => ({ row, digest: Array.from(hash(row)) }));
      tied.sort((a, b) => compareWords(a.digest, b.digest));
      tied.forEach(({ row }, offset) => {
        order[start + offset] = row;
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
