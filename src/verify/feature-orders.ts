/** An order in which Examples have their features, and how many have it. */
export interface FeatureOrder {
  features: readonly string[];
  examples: number;
}

/**
 * Counts the orders of the entries in the maps of Examples. TFDS's differs from process to process, as protocol buffers leave it
 * open; here the input stands first.
 */
export class FeatureOrders {
  readonly #orders = new Map<string, { features: readonly string[]; examples: number }>();

  /** @param features the names as they stand in an Example */
  add(features: Iterable<string>): void {
    const names = [...features];
    const key = names.join('\n');
    const order = this.#orders.get(key);
    if (order !== undefined) order.examples++;
    // More orders than any writer has: they are data, and none is worth the memory.
    else if (this.#orders.size < 100) this.#orders.set(key, { features: names, examples: 1 });
  }

  /** Every order with the number of its Examples, in the order in which they came. */
  get found(): FeatureOrder[] {
    return [...this.#orders.values()];
  }
}
