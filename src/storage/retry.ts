import { setTimeout as sleep } from 'node:timers/promises';

/** How often a request is made, and how long apart. */
export interface RetryPolicy {
  /** Tries in all, the first one included. */
  attempts: number;
  /** Longest wait before the second try, in ms; it doubles with each further one. */
  baseDelay: number;
  /** Longest of all waits, in ms. */
  maxDelay: number;
}

/** A storage that is away for half a minute, to be started anew, is waited for. */
export const STORAGE_RETRY: RetryPolicy = { attempts: 9, baseDelay: 250, maxDelay: 15_000 };

/**
 * Waits before a further try: between half of the longest wait and all of it, so that many machines that were refused at once do not
 * come back at once.
 *
 * @param attempt the try that failed, from 1
 * @throws the signal's reason
 */
export async function pauseAfter(
  attempt: number,
  { baseDelay, maxDelay }: RetryPolicy,
  signal: AbortSignal | undefined,
): Promise<void> {
  const longest = Math.min(baseDelay * 2 ** (attempt - 1), maxDelay);
  // A signal of its own: see S3Requests.http.
  const own = signal === undefined ? {} : { signal: AbortSignal.any([signal]) };
  const wait = sleep(longest * (0.5 + Math.random() / 2), undefined, own);
  await wait.catch((error: unknown) => {
    signal?.throwIfAborted();
    throw error;
  });
}
