import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DEFAULT_TIMEOUTS } from '../../src/archive/dispatcher.js';
import { download } from '../../src/archive/download.js';
import {
  BYTES,
  closedPort,
  downloadFailure,
  emptyDir,
  forgetProxies,
  listen,
  RETRY,
  remote,
  send,
  serve,
  sha256,
} from './loopback.js';

vi.setConfig({ testTimeout: 60_000 });
beforeEach(forgetProxies);
afterEach(() => void vi.unstubAllEnvs());

/** A proxy that does with each CONNECT what it is told; the hosts that it was asked for. */
async function serveTunnels(
  onConnect: (socket: Duplex) => void,
): Promise<{ origin: string; hosts: string[] }> {
  const hosts: string[] = [];
  const server = createServer();
  server.on('connect', (request, socket) => {
    hosts.push(request.url ?? '');
    onConnect(socket);
  });
  return { origin: `http://127.0.0.1:${await listen(server)}`, hosts };
}

describe('a proxy from the environment', () => {
  it.each(['HTTP_PROXY', 'http_proxy'])(
    '%s is asked for the whole URL, and for the credentials that it names',
    async (name) => {
      const credentials: (string | undefined)[] = [];
      const proxy = await serve((response, { headers }) => {
        credentials.push(headers['proxy-authorization']);
        send(BYTES)(response);
      });
      vi.stubEnv(name, proxy.origin.replace('//', '//ada:secret@'));
      const path = await download(remote('http://archives.invalid/images.gz?x=1'), {
        cacheDir: await emptyDir(),
      });
      expect(sha256(await readFile(path))).toBe(sha256(BYTES));
      expect(proxy.requests).toEqual(['http://archives.invalid/images.gz?x=1']);
      expect(credentials).toEqual([`Basic ${Buffer.from('ada:secret').toString('base64')}`]);
    },
  );

  it('is followed through a redirect', async () => {
    const proxy = await serve(
      (response) => void response.writeHead(302, { location: 'http://far.invalid/a' }).end(),
      send(BYTES),
    );
    vi.stubEnv('HTTP_PROXY', proxy.origin);
    await download(remote('http://near.invalid/'), { cacheDir: await emptyDir() });
    expect(proxy.requests).toEqual(['http://near.invalid/', 'http://far.invalid/a']);
  });

  it('HTTPS_PROXY is asked for a tunnel, and its refusal is told', async () => {
    const proxy = await serveTunnels((socket) =>
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'),
    );
    vi.stubEnv('HTTPS_PROXY', proxy.origin);
    const error = await downloadFailure(remote('https://archives.invalid/images.gz'));
    expect(error).toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringContaining('the proxy answered HTTP 407'),
    });
    expect(proxy.hosts).toEqual(['archives.invalid:443']);
  });

  it('NO_PROXY names those who are asked directly', async () => {
    const server = await serve(send(BYTES));
    vi.stubEnv('HTTP_PROXY', `http://127.0.0.1:${await closedPort()}`);
    const error = await downloadFailure(remote(server.origin), { retry: RETRY });
    expect(error.message).toContain('ECONNREFUSED');
    expect(server.requests).toEqual([]);
    vi.stubEnv('NO_PROXY', 'other.invalid,127.0.0.1');
    await download(remote(server.origin), { cacheDir: await emptyDir() });
    expect(server.requests).toHaveLength(1);
  });

  it('that hangs up on a tunnel is asked once for each try', async () => {
    const proxy = await serveTunnels((socket) => socket.destroy());
    vi.stubEnv('HTTPS_PROXY', proxy.origin);
    const error = await downloadFailure(remote('https://archives.invalid/images.gz'));
    expect(error).toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringContaining('(tried 3 times)'),
    });
    expect(proxy.hosts).toHaveLength(3);
  });

  it('that leaves a tunnel open without an answer is timed out', async () => {
    const proxy = await serveTunnels(() => {});
    vi.stubEnv('HTTPS_PROXY', proxy.origin);
    const timeouts = { ...DEFAULT_TIMEOUTS, connect: 1e6, headers: 100, body: 1e6 };
    const error = await downloadFailure(remote('https://archives.invalid/images.gz'), { timeouts });
    expect(error).toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringContaining('timed out: no response'),
    });
    expect(proxy.hosts).toHaveLength(3);
  });

  it('that asks for credentials is told of', async () => {
    const proxy = await serve((response) => void response.writeHead(407).end());
    vi.stubEnv('HTTP_PROXY', proxy.origin);
    const error = await downloadFailure(remote('http://archives.invalid/images.gz'));
    expect(error).toMatchObject({ code: 'DOWNLOAD_FAILED', message: expect.stringContaining('407') });
    expect(proxy.requests).toHaveLength(1);
  });

  it.each(['ada:secret@proxy:port', 'secret'])(
    'that is not a URL is told of, without the value, which may hold a password: %s',
    async (value) => {
      vi.stubEnv('HTTP_PROXY', value);
      const error = await downloadFailure(remote('http://archives.invalid/images.gz'));
      expect(error).toMatchObject({
        code: 'DOWNLOAD_FAILED',
        message: expect.stringContaining('HTTP_PROXY'),
      });
      expect(inspect(error, { depth: 9 })).not.toContain('secret');
    },
  );
});
