import { describe, expect, it } from 'vitest';
import { isPassingStatus, retryDelay } from '../../src/archive/retry.js';

const POLICY = { attempts: 9, baseDelay: 500, maxDelay: 30_000 };
const NOW = Date.UTC(2015, 9, 21, 7, 28, 0);

describe('retryDelay', () => {
  it('doubles with each try up to the longest', () => {
    const delays = [1, 2, 3, 4, 6, 7, 8, 2000].map((attempt) => retryDelay(attempt, undefined, NOW, POLICY));
    expect(delays).toEqual([500, 1000, 2000, 4000, 16_000, 30_000, 30_000, 30_000]);
  });

  it.each([
    ['seconds', '7', 7000],
    ['an HTTP date', 'Wed, 21 Oct 2015 07:28:12 GMT', 12_000],
    ['an HTTP date of the old form', 'Wednesday, 21-Oct-15 07:28:12 GMT', 12_000],
    ['less than the backoff', '0', 500],
    ['a date gone by', 'Wed, 21 Oct 2015 07:27:00 GMT', 500],
    ['too long a time', '3600', 30_000],
    ['a number beyond counting', '9'.repeat(400), 30_000],
    ['too late a date', 'Wed, 21 Oct 2115 07:28:00 GMT', 30_000],
    ['no number', 'soon', 500],
    ['a fraction', '7.5', 500],
    ['a date without a zone', '2015-10-21 07:28:12', 500],
    ['a broken date', 'Wed, 99 Oct 2015 07:28:12 GMT', 500],
    ['nothing', '', 500],
  ])('takes a Retry-After of %s', (_what, retryAfter, expected) => {
    expect(retryDelay(1, retryAfter, NOW, POLICY)).toBe(expected);
  });
});

describe('isPassingStatus', () => {
  it('is so of 408, 429 and 5xx alone', () => {
    const passing = Array.from({ length: 600 }, (_, status) => status).filter(isPassingStatus);
    expect(passing).toEqual([408, 429, ...Array.from({ length: 100 }, (_, i) => 500 + i)]);
    expect(isPassingStatus(600)).toBe(false);
  });
});
