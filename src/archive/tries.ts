import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULT_RETRY, type RetryPolicy, retryDelay } from './retry.js';
import { TransferError } from './transfer-error.js';

/** When tries end. */
export interface TryOptions {
  signal?: AbortSignal | undefined;
  retry?: RetryPolicy | undefined;
}

/**
 * Tries to get something from one mirror until that is done, or until trying again makes no sense; returns why then.
 *
 * @throws what `work` throws that is no {@link TransferError}, and the signal's reason
 */
export async function untilItEnds(
  { signal, retry = DEFAULT_RETRY }: TryOptions,
  work: () => Promise<void>,
): Promise<TransferError | undefined> {
  for (let attempt = 1; ; attempt++) {
    const failure = await failureOf(work);
    if (failure === undefined) return undefined;
    signal?.throwIfAborted();
    failure.attempts = attempt;
    if (failure.details.passing !== true || attempt >= retry.attempts) return failure;
    const delay = retryDelay(attempt, failure.details.retryAfter, Date.now(), retry);
    await sleep(delay, undefined, signal === undefined ? {} : { signal });
  }
}

/** Why a piece of work failed by the network or the server; nothing where it did not. */
export async function failureOf(work: () => Promise<void>): Promise<TransferError | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof TransferError) return error;
    throw error;
  }
}
