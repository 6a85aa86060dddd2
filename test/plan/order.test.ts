import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { orderOfRows } from '../../src/plan/order.js';
import { sample, times } from '../sample.js';

/** Two blocks of MD5 with any row number. */
const LONG_NAME = 'a_split_name_that_goes_past_one_block_of_md5_which_is_64_bytes_long_1';

/** The rule as TFDS states it: rows sorted by the integer md5(split name ++ row number). */
function plainOrder(splitName: string, rows: number): { order: number[]; prefixes: bigint[] } {
  const hashes = Array.from({ length: rows }, (_, row) => {
    return BigInt(`0x${createHash('md5').update(`${splitName}${row}`, 'utf8').digest('hex')}`);
  });
  const order = Array.from(hashes.keys()).sort((a, b) => (hashes[a]! < hashes[b]! ? -1 : 1));
  return { order, prefixes: hashes.map((hash) => hash >> 96n) };
}

describe('orderOfRows', () => {
  // sorted(range(n), key=lambda i: int.from_bytes(hashlib.md5(f'{split}{i}'.encode()).digest(), 'big')) in Python.
  it.each([
    ['train', 60_000, [16399, 1680, 47917, 17307, 27051, 54784, 50543, 48736, 26263, 1456]],
    ['test', 10_000, [9933, 5669, 163, 6686, 4747, 131, 9167, 1579, 6174, 8443]],
    ['字', 70_000, [13117, 63349, 2002, 15386, 62850]],
    [LONG_NAME, 70_000, [10482, 53003, 45963, 60569, 10408]],
    ['a'.repeat(45), 1000, [372, 467, 435, 57, 479]],
    ['a'.repeat(46), 1000, [312, 434, 147, 902, 906]],
    ['split', 1, [0]],
    ['split', 2, [0, 1]],
    ['x', 2, [1, 0]],
  ])('begins for %s with %i rows as Python has it', (name, rows, first) => {
    const order = orderOfRows({ splitName: name }, rows);
    expect(order).toHaveLength(rows);
    expect(Array.from(order.subarray(0, first.length))).toEqual(first);
  });

  it.each([
    ['train', 1000],
    ['_', 1000],
    ['', 1000],
    ['Übung', 1000],
    ['🙂', 1000],
    ['a'.repeat(45), 1000],
    ['a'.repeat(46), 1000],
    ['a'.repeat(51), 10_001],
    [LONG_NAME, 1000],
    ['x', 1],
    ['x', 2],
    ['x', 11],
    ['train', times(101_000, 11_000)],
  ])('is the order of the hashes for %j with %i rows', (name, rows) => {
    expect(Array.from(orderOfRows({ splitName: name }, rows))).toEqual(plainOrder(name, rows).order);
  });

  // Names whose first 70,000 rows hold a pair with one 32-bit prefix that stands against the order of rows: a sort by
  // prefix alone, which keeps rows in order, gets it wrong.
  it.each(sample([['字'], ['n7'], ['split_3'], ['Übung'], [LONG_NAME]], 1))(
    'settles ties of the first 32 bits for %s',
    (name) => {
      const { order, prefixes } = plainOrder(name, 70_000);
      const ties = order.filter((row, place) => prefixes[row] === prefixes[order[place + 1] ?? -1]);
      expect(ties.some((row) => order[order.indexOf(row) + 1]! < row)).toBe(true);
      expect(Array.from(orderOfRows({ splitName: name }, 70_000))).toEqual(order);
    },
  );

  it('is empty for no rows', () => {
    expect(orderOfRows({ splitName: 'train' }, 0)).toHaveLength(0);
  });
});
