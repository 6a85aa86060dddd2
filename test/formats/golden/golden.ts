import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect } from 'vitest';
import { type ByteSource, NotRead } from '../../../src/fs/byte-source.js';
import type { ColumnRow } from '../../../src/rows/cell.js';
import { inMemory } from '../../fs/in-memory.js';

/** A small file, what wrote it, and what a reader of ours makes of it: rows, or an error. */
export interface Golden {
  name: string;
  /** Program and version. */
  by: string;
  /** The file, compressed by gzip, in base64. */
  base64: string;
  rows?: unknown;
  error?: string;
}

/** The golden files of a format, which `write.py` beside them wrote. */
export function goldenFiles(format: 'parquet' | 'arrow' | 'array-record'): Golden[] {
  return JSON.parse(readFileSync(new URL(`${format}.json`, import.meta.url), 'utf8'));
}

/** The bytes of a golden file. */
export function bytesOf({ base64 }: Golden): Buffer {
  return gunzipSync(Buffer.from(base64, 'base64'));
}

/** Rows as JSON has them: bytes in latin 1, numbers as text. */
export function plainRows(rows: Iterable<ColumnRow>): Record<string, string | string[]>[] {
  return Array.from(rows, (row) =>
    Object.fromEntries(
      Array.from(row, ([name, cell]) => [
        name,
        'bytes' in cell ? Buffer.from(cell.bytes).toString('latin1') : Array.from(cell.numbers, shown),
      ]),
    ),
  );
}

const shown = (number: number | bigint): string => (Object.is(number, -0) ? '-0' : String(number));

/** What a reader makes of bytes: what it gives, or the message of the error that it is to throw. */
export function outcome<T>(read: (file: ByteSource) => T, bytes: Uint8Array): T | { error: string } {
  try {
    return read(inMemory(bytes));
  } catch (error) {
    if (error instanceof RangeError || error instanceof NotRead) return { error: error.message };
    throw error;
  }
}

/** Expects an error of every beginning of a file that is not all of it, or of those of some lengths. */
export function expectCutsRefused(
  read: (file: ByteSource) => unknown,
  bytes: Uint8Array,
  lengths: Iterable<number> = bytes.keys(),
): void {
  for (const length of lengths)
    expect(outcome(read, bytes.subarray(0, length)), `cut at ${length}`).toMatchObject({
      error: expect.any(String),
    });
}

/** Some of a byte's bits, and all of them. */
const MASKS = [1, 8, 64, 255];

/**
 * Flips bits of each place, one after the other and all of them together. Nothing but the errors of {@link outcome} may come
 * of it.
 *
 * @returns where rows came that are not those of the whole file, and how many were refused
 */
export function flipEach(
  read: (file: ByteSource) => unknown,
  bytes: Uint8Array,
  places: Iterable<number> = bytes.keys(),
): { missed: number[]; refused: number } {
  const whole = JSON.stringify(read(inMemory(bytes)));
  const missed: number[] = [];
  let refused = 0;
  for (const at of places)
    for (const mask of MASKS) {
      const flipped = Uint8Array.from(bytes);
      flipped[at]! ^= mask;
      const found = outcome(read, flipped);
      if (typeof found === 'object' && found !== null && 'error' in found) refused++;
      else if (JSON.stringify(found) !== whole) missed.push(at);
    }
  return { missed, refused };
}
