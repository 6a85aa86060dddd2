import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatBytes, formatCount, formatThings, parseSize } from '../../src/fs/size.js';

describe('formatThings', () => {
  it.each([
    [0, '0 rows'],
    [1, '1 row'],
    [2, '2 rows'],
    [60_000, '60,000 rows'],
  ])('writes %i rows as %s', (count, text) => {
    expect(formatThings(count, 'row')).toBe(text);
  });
});

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [1, '1 B'],
    [1023, '1023 B'],
    [1024, '1.0 KiB'],
    [1536, '1.5 KiB'],
    [2 ** 20, '1.0 MiB'],
    [19_832_042, '18.9 MiB'],
    [2 ** 30, '1.0 GiB'],
    [2 ** 40, '1.0 TiB'],
    [2 ** 50, '1024.0 TiB'],
  ])('writes %i as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

describe('formatCount', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [60_000, '60,000'],
    [697_932, '697,932'],
    [1_234_567_890, '1,234,567,890'],
  ])('writes %i as %s', (count, text) => {
    expect(formatCount(count)).toBe(text);
  });
});

describe('parseSize', () => {
  it.each([
    ['1', 1],
    ['1048576', 2 ** 20],
    ['17B', 17],
    ['256MiB', 256 * 2 ** 20],
    ['256mib', 256 * 2 ** 20],
    ['256M', 256 * 2 ** 20],
    ['256 MiB', 256 * 2 ** 20],
    [' 3k ', 3 * 2 ** 10],
    ['2KiB', 2 * 2 ** 10],
    ['2KB', 2000],
    ['2MB', 2_000_000],
    ['1.5GB', 1_500_000_000],
    ['1.5G', 1.5 * 2 ** 30],
    ['1GiB', 2 ** 30],
    ['1.5', 1],
    ['0.5KiB', 512],
    ['9007199254740991', 2 ** 53 - 1],
  ])('reads %j as %i bytes', (text, bytes) => {
    expect(parseSize(text, '--max-shard-size')).toBe(bytes);
  });

  it.each([
    '',
    ' ',
    'MiB',
    '0',
    '0MiB',
    '0.5',
    '-1',
    '+1',
    '1e6',
    '1,5GB',
    '.5G',
    '5.G',
    '1.2.3',
    '256MiB x',
    '256 M iB',
    '1TB',
    '1XB',
    '1constructor',
    'NaN',
    'Infinity',
    '0x10',
    '9007199254740992',
    '9999999999GiB',
  ])('refuses %j', (text) => {
    expect(() => parseSize(text, '--max-shard-size')).toThrow(
      expect.objectContaining({
        name: 'DatasetError',
        code: 'USAGE',
        message: '--max-shard-size takes a size',
        expected: 'a number with a unit, such as 256MiB or 1GB',
        found: text,
        next: 'See --help.',
      }),
    );
  });

  it('reads what formatBytes writes, as nearly as it says', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 39 }), (bytes) => {
        const read = parseSize(formatBytes(bytes), '--size');
        expect(Math.abs(read - bytes) / bytes).toBeLessThan(0.051);
      }),
    );
  });
});
