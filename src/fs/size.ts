import { DatasetError } from '../errors.js';

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** A number of bytes as a person reads it: `18.9 MiB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  for (; value >= 1024 && unit < UNITS.length - 1; unit++) value /= 1024;
  return unit === 0 ? `${bytes} B` : `${value.toFixed(1)} ${UNITS[unit]}`;
}

/** A count with its thousands set apart: `60,000`. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** So many things in words: `1 row`, `60,000 rows`. */
export function formatThings(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

const FACTORS: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  K: 2 ** 10,
  M: 2 ** 20,
  G: 2 ** 30,
  KIB: 2 ** 10,
  MIB: 2 ** 20,
  GIB: 2 ** 30,
};

/**
 * A size as a person writes it, in bytes: `256MiB`, `256M`, `1.5GB`, `1048576`.
 *
 * @throws {DatasetError} `USAGE`
 */
export function parseSize(text: string, option: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim()) ?? [];
  const factor = unit === undefined ? undefined : FACTORS[unit.toUpperCase()];
  const bytes = factor === undefined ? Number.NaN : Math.floor(Number(amount) * factor);
  if (bytes >= 1 && Number.isSafeInteger(bytes)) return bytes;
  throw new DatasetError('USAGE', `${option} takes a size`, {
    expected: 'a number with a unit, such as 256MiB or 1GB',
    found: text,
    next: 'See --help.',
  });
}
