import { roundHalfToEven } from '../plan/round.js';

const UNITS = ['PiB', 'TiB', 'GiB', 'MiB', 'KiB'] as const;

/** Bytes of a mebibyte. */
export const MIB = 2 ** 20;

/** A size as TFDS spells it (`tensorflow_datasets/core/units.py`): `11.06 MiB`, `812 bytes`, `Unknown size` for 0. */
export function sizeText(bytes: number): string {
  if (bytes === 0) return 'Unknown size';
  const at = UNITS.findIndex((_, index) => bytes >= 1024 ** (UNITS.length - index));
  return at === -1 ? `${bytes} bytes` : `${fixed2(bytes / 1024 ** (UNITS.length - at))} ${UNITS[at]}`;
}

/** Two decimals as Python writes them: a value in the middle between two goes to the even one, and in JavaScript up. */
function fixed2(value: number): string {
  const isMiddle = (value * 8) % 1 === 0 && (value * 100) % 1 === 0.5;
  return (isMiddle ? roundHalfToEven(value * 100, 1) / 100 : value).toFixed(2);
}
