import { Random } from '../draw/random.js';

/** The same things in an order that the seed says (Fisher and Yates), the same on every machine. */
export function shuffled<T>(things: readonly T[], seed: number): T[] {
  const random = Random.ofStream(seed, 0);
  const left = [...things];
  const order: T[] = [];
  while (left.length > 0) order.push(...left.splice(random.below(left.length), 1));
  return order;
}
