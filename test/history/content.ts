import { numbers } from '../fuzz/fuzz.js';

/**
 * What bytes are like: `paths` and `labels` are the pages of a Parquet file that hold these columns; `few` has a few values in no
 * order, `walk` goes up and down by one, `copies` repeats pieces of itself.
 */
export const KINDS = [
  'zeros',
  'noise',
  'ramp',
  'sparse',
  'few',
  'walk',
  'paths',
  'labels',
  'copies',
] as const;

/** Bytes that the same three values always give. */
export interface Content {
  kind: (typeof KINDS)[number];
  bytes: number;
  seed: number;
}

/** Makes them. */
export function bytesOf({ kind, bytes, seed }: Content): Uint8Array {
  const pick = numbers(seed);
  const content = new Uint8Array(bytes);
  if (kind === 'noise') return content.map(() => pick(256));
  if (kind === 'ramp') return content.map((_, at) => seed + at * 3);
  if (kind === 'sparse') return content.map(() => (pick(12) === 0 ? pick(256) : 0));
  const values = 2 + pick(7);
  if (kind === 'few') return content.map(() => 97 + pick(values));
  if (kind === 'walk') {
    let value = 8;
    return content.map(() => {
      value = (value + pick(3) - 1) & 15;
      return value;
    });
  }
  if (kind === 'paths') content.set(Buffer.from(pathsOf(bytes, pick(60_000))).subarray(0, bytes));
  if (kind === 'labels') for (let at = 0; at < bytes; at += 8) content[at] = pick(10);
  if (kind === 'copies') {
    for (let at = 0; at < bytes; ) {
      const distance = 1 + pick(Math.min(at + 1, 3000));
      const end = Math.min(bytes, at + 3 + pick(40));
      if (pick(3) === 0) content[at++] = pick(256);
      else for (; at < end; at++) content[at] = content[at - distance] ?? 7;
    }
  }
  return content;
}

/** Byte arrays as Parquet has them plain: the length of each in 4 bytes before it. */
function pathsOf(bytes: number, first: number): string {
  const rows = Math.ceil(bytes / 22);
  const path = (row: number) =>
    `\x12\0\0\0train/${String((first + row * 7919) % 60_000).padStart(8, '0')}.png`;
  return Array.from({ length: rows }, (_, row) => path(row)).join('');
}

/** A name for it. */
export function contentText({ kind, bytes, seed }: Content): string {
  return `${bytes} bytes of ${kind} (${seed})`;
}
