import { describe, expect, it } from 'vitest';
import { DEFAULT_TIMEOUTS } from '../../src/archive/dispatcher.js';
import { withResponse } from '../../src/archive/http.js';
import { BYTES, send, serve } from './loopback.js';

/** Sockets of this process that are connected or about to be, of both ends of a connection. */
function sockets(): number {
  return process.getActiveResourcesInfo().filter((resource) => /^TCP(Socket|Connect)Wrap$/.test(resource))
    .length;
}

describe('withResponse', () => {
  it('opens no connection that stays for who goes away before the request', async () => {
    const { origin, requests } = await serve(send(BYTES));
    for (let run = 0; run < 5; run++) {
      const controller = new AbortController();
      const asking = withResponse(
        origin,
        { timeouts: DEFAULT_TIMEOUTS, signal: controller.signal },
        async () => {},
      );
      controller.abort(new Error('gone'));
      await expect(asking).rejects.toThrow();
    }
    expect(sockets()).toBe(0);
    expect(requests).toEqual([]);
  });
});
