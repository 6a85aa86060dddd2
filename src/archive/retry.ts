/** How often, and how long apart, one mirror is asked for one archive. */
export interface RetryPolicy {
  /** Tries in all, the first one included. */
  attempts: number;
  /** Wait before the second try, in ms; it doubles with each further one. */
  baseDelay: number;
  /** The longest wait, in ms, whatever a server asks for. */
  maxDelay: number;
}

export const DEFAULT_RETRY: RetryPolicy = { attempts: 4, baseDelay: 500, maxDelay: 30_000 };

/** Whether a response of this status may be another one soon: 408, 429 and 5xx. */
export function isPassingStatus(status: number): boolean {
  return status === 408 || status === 429 || (status >= 500 && status <= 599);
}

/**
 * How long to wait after a try that failed, in ms: exponential backoff, or as long as the server asked for when that is
 * longer, but `maxDelay` at most.
 *
 * @param attempt the try that failed, from 1
 * @param retryAfter the response's `Retry-After`, seconds or an HTTP date (RFC 9110, section 10.2.3); any other value is ignored
 * @param now the time that a date is compared with, in ms since 1970
 */
export function retryDelay(
  attempt: number,
  retryAfter: string | undefined,
  now: number,
  policy: RetryPolicy,
): number {
  const backoff = policy.baseDelay * 2 ** (attempt - 1);
  return Math.min(Math.max(backoff, askedDelay(retryAfter, now)), policy.maxDelay);
}

function askedDelay(retryAfter: string | undefined, now: number): number {
  if (retryAfter === undefined) return 0;
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter) * 1000;
  // Date.parse takes nearly anything for a date; those of HTTP name their zone.
  const date = retryAfter.endsWith('GMT') ? Date.parse(retryAfter) : Number.NaN;
  return Number.isNaN(date) ? 0 : date - now;
}
