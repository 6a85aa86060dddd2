import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DEFAULT_TIMEOUTS } from '../../src/archive/dispatcher.js';
import { download } from '../../src/archive/download.js';
import {
  BYTES,
  closedPort,
  downloadFailure,
  downloads,
  emptyDir,
  forgetProxies,
  RETRY,
  refuse,
  remote,
  send,
  serve,
  serveRaw,
} from './loopback.js';

vi.setConfig({ testTimeout: 60_000 });
beforeEach(forgetProxies);
afterEach(() => void vi.unstubAllEnvs());

describe('a status other than 200', () => {
  it('is told with the URL and both ways on, and not tried again', async () => {
    const server = await serve(refuse(404));
    const error = await downloadFailure(remote(`${server.origin}/images.gz`));
    expect(error).toMatchObject({ code: 'DOWNLOAD_FAILED', exitCode: 3 });
    expect(error.message).toBe(`cannot download ${server.origin}/images.gz: HTTP 404`);
    expect(error.next).toMatch(/--archives DIR.*--dataset digits/);
    expect(server.requests).toHaveLength(1);
  });

  it.each([204, 206, 304, 401, 403, 410, 451])('sends %i to the next mirror at once', async (status) => {
    const server = await serve(refuse(status), send(BYTES));
    await downloads(`${server.origin}/first`, `${server.origin}/second`);
    expect(server.requests).toEqual(['/first', '/second']);
  });

  it.each([408, 429, 500, 502, 503, 504])('tries again after %i', async (status) => {
    const server = await serve(refuse(status), refuse(status), send(BYTES));
    await downloads(`${server.origin}/first`, `${server.origin}/second`);
    expect(server.requests).toEqual(['/first', '/first', '/first']);
  });

  it('goes on to the next mirror when the tries are used up', async () => {
    const server = await serve(refuse(500), refuse(500), refuse(500), send(BYTES));
    await downloads(`${server.origin}/first`, `${server.origin}/second`);
    expect(server.requests).toEqual(['/first', '/first', '/first', '/second']);
  });

  it('tells in the end what each mirror said', async () => {
    const server = await serve(refuse(404), refuse(500));
    const [first, second] = [`${server.origin}/first`, `${server.origin}/second`];
    const error = await downloadFailure(remote(first, second));
    expect(error.code).toBe('DOWNLOAD_FAILED');
    expect(error.message).toContain(`${first}: HTTP 404; ${second}: HTTP 500 (tried 3 times)`);
  });

  it('waits as long as Retry-After asks', async () => {
    const server = await serve(refuse(429, { 'retry-after': '1' }), send(BYTES));
    const begun = performance.now();
    const retry = { attempts: 2, baseDelay: 1, maxDelay: 500 };
    await download(remote(server.origin), { cacheDir: await emptyDir(), retry });
    expect(performance.now() - begun).toBeGreaterThan(450);
    expect(server.requests).toHaveLength(2);
  });
});

describe('a redirect', () => {
  it.each([301, 302, 303, 307, 308])('of status %i is followed', async (status) => {
    const target = await serve(send(BYTES));
    const server = await serve(
      refuse(status, { location: '/moved?to=here' }),
      refuse(status, { location: `${target.origin}/images.gz` }),
    );
    await downloads(`${server.origin}/images.gz`);
    expect(server.requests).toEqual(['/images.gz', '/moved?to=here']);
    expect(target.requests).toEqual(['/images.gz']);
  });

  it('is followed without reading its body', async () => {
    const server = await serve(
      (response) => void response.writeHead(302, { location: '/b' }).write(BYTES),
      send(BYTES),
    );
    await downloads(`${server.origin}/a`);
    expect(server.requests).toEqual(['/a', '/b']);
  });

  it('to what is not there names where it led', async () => {
    const target = await serve(refuse(404));
    const server = await serve(refuse(302, { location: `${target.origin}/b?key=secret` }));
    const error = await downloadFailure(remote(`${server.origin}/a`));
    expect(error.message).toBe(
      `cannot download ${server.origin}/a: HTTP 404 after a redirect to ${target.origin}`,
    );
  });

  it.each([201, 304, 404])('is none when the status is %i', async (status) => {
    const server = await serve(refuse(status, { location: '/b' }), send(BYTES));
    expect((await downloadFailure(remote(server.origin))).message).toContain(`: HTTP ${status}`);
    expect(server.requests).toHaveLength(1);
  });

  it('that leads round in a circle is an error', async () => {
    const server = await serve(
      refuse(302, { location: '/b' }),
      refuse(302, { location: '/a' }),
      refuse(302, { location: '/b' }),
    );
    const error = await downloadFailure(remote(`${server.origin}/a`));
    expect(error.code).toBe('DOWNLOAD_FAILED');
    expect(error.message).toBe(`cannot download ${server.origin}/a: redirected more than 10 times`);
    expect(server.requests).toHaveLength(11);
  });

  it.each(['file:///etc/hostname', 'data:,x', 'http://'])('to %s is refused', async (location) => {
    const server = await serve(refuse(302, { location }));
    const error = await downloadFailure(remote(server.origin));
    expect(error).toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringContaining(`redirected to ${location}`),
    });
  });

  it('that leads nowhere is a status as others are', async () => {
    const server = await serve(refuse(302));
    expect((await downloadFailure(remote(server.origin))).message).toContain('HTTP 302');
  });
});

describe('no response', () => {
  const long = { ...DEFAULT_TIMEOUTS, connect: 1e6, headers: 1e6, body: 1e6 };
  const once = { ...RETRY, attempts: 1 };

  it('because nobody listens is tried again, and told', async () => {
    const url = `http://127.0.0.1:${await closedPort()}/images.gz`;
    const error = await downloadFailure(remote(url));
    expect(error.code).toBe('DOWNLOAD_FAILED');
    expect(error.message).toMatch(/ECONNREFUSED 127\.0\.0\.1:\d+ \(tried 3 times\)$/);
    expect(error.message).toContain(url);
  });

  it('because there is no such host is told, and not tried again', async () => {
    const error = await downloadFailure(remote('http://archives.invalid/images.gz'));
    expect(error).toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringMatching(/archives\.invalid/),
    });
  });

  it('in time to a connection', async () => {
    const port = await serveRaw();
    const timeouts = { ...long, connect: 100 };
    const error = await downloadFailure(remote(`https://127.0.0.1:${port}/`), { timeouts, retry: once });
    expect(error).toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringContaining('timed out: no connection'),
    });
  });

  it('in time to a request, at each try', async () => {
    const server = await serve(() => {});
    const error = await downloadFailure(remote(server.origin), { timeouts: { ...long, headers: 100 } });
    expect(error.message).toContain('timed out: no response (tried 3 times)');
    expect(server.requests).toHaveLength(3);
  });

  it('in time within the body', async () => {
    const server = await serve((response) => void response.writeHead(200).write(BYTES.subarray(0, 5000)));
    const error = await downloadFailure(remote(server.origin), {
      timeouts: { ...long, body: 100 },
      retry: once,
    });
    expect(error.message).toContain('timed out: the response stopped coming');
  });

  it('that is HTTP', async () => {
    const port = await serveRaw(
      (socket) => void socket.once('data', () => socket.end('220 mail.invalid ready\r\n')),
    );
    const error = await downloadFailure(remote(`http://127.0.0.1:${port}/`));
    expect(error).toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringContaining('Expected HTTP/'),
    });
  });
});

describe('an URL that is not one of HTTP', () => {
  it.each(['file:///etc/hostname', 'ftp://127.0.0.1/images.gz', 'images.gz', ''])(
    '%j is refused',
    async (url) => {
      const error = await downloadFailure(remote(url));
      expect(error).toMatchObject({
        code: 'DOWNLOAD_FAILED',
        message: expect.stringContaining('not an http or https URL'),
      });
    },
  );

  it('is passed over for the next', async () => {
    const server = await serve(send(BYTES));
    await downloads('file:///etc/hostname', server.origin);
  });

  it('may be missing altogether', async () => {
    expect(await downloadFailure(remote())).toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: 'no URL is known for images.gz',
    });
  });
});
