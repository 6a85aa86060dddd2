import type { RetryPolicy } from './retry.js';

/** How a storage is used. */
export interface StorageOptions {
  /** Ends requests and waits; its reason is thrown. */
  signal?: AbortSignal | undefined;
  /** How often what fails in passing is tried, instead of for about half a minute. */
  retry?: RetryPolicy | undefined;
}
