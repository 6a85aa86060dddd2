import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noteCount } from '../faults/counts.js';
import { newFolder } from '../fixtures/folder.js';
import { numbers } from '../fuzz/fuzz.js';
import { times } from '../sample.js';
import { type SmallDigits, smallDigits } from './small-digits.js';

/** How many bits are flipped in each file: a number and no time, so that a run says the same everywhere. */
const FLIPS = Number(process.env['VERIFY_FLIPS'] || times(240, 4));
const SEED = Number(process.env['VERIFY_SEED'] || 7);

let folder: string;
let digits: SmallDigits;
let files: string[];

beforeAll(async () => {
  folder = await newFolder();
  digits = await smallDigits(folder);
  files = readdirSync(digits.directory);
});
afterAll(() => rm(folder, { recursive: true }));

/** Flips bits of a file one after the other; gives those that were not found, as places in the file. */
async function missedOf(file: string, flips: number, options: object): Promise<number[]> {
  const path = join(digits.directory, file);
  const bytes = readFileSync(path);
  const pick = numbers(SEED + files.indexOf(file));
  const missed: number[] = [];
  for (let flip = 0; flip < flips; flip++) {
    const bit = pick(bytes.length * 8);
    const flipped = Buffer.from(bytes);
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    writeFileSync(path, flipped);
    const verified = await digits.verify(options);
    if (verified.total === 0) missed.push(bit);
    for (const { error } of verified.faults) expect(error.code).not.toBe('INTERNAL');
  }
  writeFileSync(path, bytes);
  return missed;
}

describe('a flipped bit', () => {
  it('is there to be found: without one, nothing is', async () => {
    expect(await digits.verify()).toMatchObject({ total: 0, unchecked: [], files: 12, rows: 110 });
    expect(files).toHaveLength(12);
  });

  it('is found in every file by SHA256SUMS', { timeout: 900_000 }, async () => {
    const missed: Record<string, number[]> = {};
    for (const file of files)
      missed[file] = await missedOf(file, FLIPS / 4, { deep: false, archives: undefined });
    expect(missed).toEqual(Object.fromEntries(files.map((file) => [file, []])));
    const tried = (FLIPS / 4) * files.length;
    await noteCount(
      'a bit flipped in a published file, `verify`',
      tried,
      'found, all of them, by SHA256SUMS',
    );
  });

  it('is found in every file without SHA256SUMS or archives', { timeout: 900_000 }, async () => {
    const others = files.filter((file) => file !== 'SHA256SUMS');
    const missed: Record<string, number[]> = {};
    for (const file of others)
      missed[file] = await missedOf(file, FLIPS, { withoutChecksums: true, archives: undefined });
    console.log(
      `${FLIPS * others.length} bits flipped, seed ${SEED}: ${FLIPS} in each of ${others.join(', ')}`,
    );
    expect(missed).toEqual(Object.fromEntries(others.map((file) => [file, []])));
    const outcome = 'found, all of them, without SHA256SUMS and without the archives';
    await noteCount('the same, `verify --deep`', FLIPS * others.length, outcome);
  });
});
