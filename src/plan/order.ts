import { createHash } from 'node:crypto';
import { DatasetError } from '../errors.js';
import { MAX_KEY_BYTES, Md5Key } from './md5.js';
import { keyOf, type RowKeys, rangeAt } from './row-keys.js';

/**
 * The order in which a split's rows stand in its shards. TFDS gives each row a key, which is `str(i)` of the row `i` as a rule, and
 * sorts by the 128-bit big-endian integer `md5(split name ++ key)` (`tensorflow_datasets/core/shuffle.py` and `hashing.py`, which
 * turns each `\` of a key into `/`), so that the places of rows follow from the split's name and the keys alone. Nearly always the
 * first 32 bits settle it.
 */

/**
 * A function that gives the four words of a row's hash, most significant first; the array is reused by the next call. Rows that
 * are asked for in their order cost least.
 */
export function rowHasher({ splitName, ranges }: RowKeys): (row: number) => Uint32Array {
  if (ranges === undefined) return numberHasher(splitName, '');
  let hash: (number: number) => Uint32Array = () => new Uint32Array(4);
  let [firstRow, end] = [0, 0];
  return (row) => {
    if (row < firstRow || row >= end) {
      const at = rangeAt(ranges, row);
      const range = ranges[at]!;
      firstRow = range.firstRow;
      end = ranges[at + 1]?.firstRow ?? Number.POSITIVE_INFINITY;
      hash = numberHasher(splitName + range.prefix, range.suffix);
    }
    return hash(row - firstRow);
  };
}

/** Hashes a number in decimal, with a text before it and one behind it. */
function numberHasher(before: string, behind: string): (number: number) => Uint32Array {
  const [prefix, suffix] = [before, behind].map((text) =>
    new TextEncoder().encode(text.replaceAll('\\', '/')),
  );
  if (prefix === undefined || suffix === undefined) throw new Error('two texts make two arrays');
  if (prefix.length + DIGITS + suffix.length > MAX_KEY_BYTES) return longHasher(prefix, suffix);
  const key = new Md5Key();
  key.block.set(prefix);
  return (number) => {
    const end = writeDecimal(number, key.block, prefix.length);
    for (let at = 0; at < suffix.length; at++) key.block[end + at] = suffix[at]!;
    key.hashKey(end + suffix.length);
    return key.digest;
  };
}

/** Digits of a row's number at most: there are fewer than 2^31 rows. */
const DIGITS = 10;

function longHasher(prefix: Uint8Array, suffix: Uint8Array): (number: number) => Uint32Array {
  const digest = new Uint32Array(4);
  return (number) => {
    const bytes = createHash('md5').update(prefix).update(`${number}`).update(suffix).digest();
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
 * @param hashes the first 32 bits of each row's hash, by position
 * @param rowAt the number of the row at a position
 * @throws {DatasetError} `DEFINITION_INVALID` where two rows have the same key
 */
export function orderByHash(
  keys: RowKeys,
  hashes: Uint32Array,
  rowAt: (position: number) => number,
): Uint32Array {
  const order = new Uint32Array(hashes.length);
  const byLowHalf = new Uint32Array(hashes.length);
  for (let position = 0; position < order.length; position++) order[position] = position;
  // A radix sort of two passes of 16 bits, which leaves rows of equal bits as they were.
  distribute(order, hashes, 0, byLowHalf);
  distribute(byLowHalf, hashes, 16, order);
  settleTies(order, { hashes, rowAt, keys });
  return order;
}

/** {@link orderByHash} of rows that lie in their own order: `order[place]` is the row. */
export function orderOfRows(keys: RowKeys, rows: number): Uint32Array {
  const hash = rowHasher(keys);
  const hashes = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) hashes[row] = hash(row)[0]!;
  return orderByHash(keys, hashes, (row) => row);
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
  { hashes, rowAt, keys }: { hashes: Uint32Array; rowAt: (position: number) => number; keys: RowKeys },
): void {
  const hash = rowHasher(keys);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && hashes[order[end]!] === hashes[order[start]!]) end++;
    if (end - start > 1) {
      const tied = Array.from(order.subarray(start, end), (position) => {
        const row = rowAt(position);
        return { position, row, digest: Array.from(hash(row)) };
      });
      tied.sort((a, b) => compareWords(a.digest, b.digest) || sameKey(keys, a.row, b.row));
      tied.forEach(({ position }, offset) => {
        order[start + offset] = position;
      });
    }
    start = end;
  }
}

/** Refuses two rows of one key: as TFDS (`DuplicatedKeysError` of its `shuffle.py`), which could not tell which comes first. */
function sameKey(keys: RowKeys, row: number, other: number): never {
  throw new DatasetError('DEFINITION_INVALID', `two rows of the split ${keys.splitName} have the same key`, {
    expected: 'a key of its own for each row',
    found: `${JSON.stringify(keyOf(keys, row))} for the rows ${Math.min(row, other)} and ${Math.max(row, other)}`,
    next: 'Change the key in the definition: {part} makes it another one in each archive.',
  });
}

function compareWords(a: readonly number[], b: readonly number[]): number {
  for (let word = 0; word < a.length; word++) {
    if (a[word] !== b[word]) return a[word]! - b[word]!;
  }
  return 0;
}
