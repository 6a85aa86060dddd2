import { DatasetError } from '../errors.js';
import { Random } from '../plan/random.js';

/**
 * Sees that a seed, if there is one, is of 32 bits: others would be taken for one that is.
 *
 * @throws {DatasetError} `USAGE`
 */
export function expectSeed(seed: number | undefined): void {
  if (seed === undefined || (Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)) return;
  throw new DatasetError('USAGE', 'this is no seed', {
    expected: 'a whole number from 0 to 4294967295',
    found: `${String(seed)}, a ${typeof seed}`,
  });
}

/** The same things in an order that the seed says (Fisher and Yates), the same on every machine. */
export function shuffled<T>(things: readonly T[], seed: number): T[] {
  const random = Random.ofStream(seed, 0);
  const left = [...things];
  const order: T[] = [];
  while (left.length > 0) order.push(...left.splice(random.below(left.length), 1));
  return order;
}
