import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  BYTES,
  downloadFailure,
  downloads,
  forgetProxies,
  remote,
  send,
  serve,
  serveRaw,
  sha256,
} from './loopback.js';

vi.setConfig({ testTimeout: 60_000 });
beforeEach(forgetProxies);
afterEach(() => void vi.unstubAllEnvs());

/** A handler that begins a body and then has the connection end without it. */
function cut(headers: Record<string, number>) {
  return (response: ServerResponse): void => {
    response.writeHead(200, headers);
    response.write(BYTES.subarray(0, 5000), () => response.destroy());
  };
}

/** A response whose body goes to the end of the connection, as HTTP/1.0 has it. */
function closeDelimited(body: Uint8Array) {
  return (socket: Socket): void => {
    socket.once('data', () =>
      socket.end(Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n'), body])),
    );
  };
}

describe('a body that is cut', () => {
  it.each([
    ['of known length', { 'content-length': BYTES.length }],
    ['in chunks', {}],
  ])('%s is asked for again', async (_what, headers: Record<string, number>) => {
    const healing = await serve(cut(headers), cut(headers), send(BYTES));
    await downloads(healing.origin);
    expect(healing.requests).toHaveLength(3);
    const broken = await serve(cut(headers));
    const error = await downloadFailure(remote(broken.origin));
    expect(error.code).toBe('DOWNLOAD_FAILED');
    expect(error.message).toContain(
      'the connection was closed before the whole response had come (tried 3 times)',
    );
    expect(broken.requests).toHaveLength(3);
  });

  it('that goes to the end of the connection is asked for again, and has the wrong size', async () => {
    const handlers = [closeDelimited(BYTES.subarray(0, 5000)), closeDelimited(BYTES)];
    const healing = await serveRaw((socket) => handlers.shift()?.(socket));
    await downloads(`http://127.0.0.1:${healing}/`);
    let connections = 0;
    const broken = await serveRaw((socket) => {
      connections++;
      closeDelimited(BYTES.subarray(0, 5000))(socket);
    });
    const error = await downloadFailure(remote(`http://127.0.0.1:${broken}/`));
    expect(error).toMatchObject({ code: 'ARCHIVE_SIZE', expected: '200000 bytes', found: '5000 bytes' });
    expect(connections).toBe(3);
  });

  it('is asked for again when nothing came at all', async () => {
    const server = await serve((response) => void response.destroy(), send(BYTES));
    await downloads(server.origin);
    expect(server.requests).toHaveLength(2);
  });
});

describe('other content', () => {
  const others = Buffer.from(BYTES).reverse();
  const page = `<!doctype html>${'<p>Please log in</p>'.repeat(10_000)}`.slice(0, BYTES.length);

  it.each([
    ['with its length', send(BYTES.subarray(1))],
    ['in chunks', (response: ServerResponse) => void response.writeHead(200).end(BYTES.subarray(1))],
  ])('that is shorter, %s, is an error of size, and not asked for again', async (_what, handler) => {
    const server = await serve(handler);
    const error = await downloadFailure(remote(server.origin));
    expect(error).toMatchObject({
      code: 'ARCHIVE_SIZE',
      exitCode: 4,
      expected: '200000 bytes',
      found: '199999 bytes',
    });
    expect(error.message).toContain(server.origin);
    expect(server.requests).toHaveLength(1);
  });

  it('that does not end is stopped', async () => {
    let closed: Promise<void> | undefined;
    let sent = 0;
    const server = await serve((response) => {
      closed = new Promise((resolve) => response.on('close', resolve));
      const more = (): void => {
        do sent += BYTES.length;
        while (!response.destroyed && response.write(BYTES));
      };
      response.on('drain', more);
      more();
    });
    const received: number[] = [];
    const error = await downloadFailure(remote(server.origin), {
      onProgress: (bytes) => received.push(bytes),
    });
    expect(error).toMatchObject({ code: 'ARCHIVE_SIZE', found: 'more than 200000 bytes' });
    expect(Math.max(...received)).toBeLessThanOrEqual(BYTES.length);
    await closed;
    expect(sent).toBeGreaterThan(BYTES.length);
    expect(server.requests).toHaveLength(1);
  });

  it('of the same size is an error of checksum, with both values and the URL', async () => {
    const server = await serve(send(others));
    const error = await downloadFailure(remote(server.origin));
    expect(error).toMatchObject({
      code: 'ARCHIVE_CHECKSUM',
      expected: `sha256 ${sha256(BYTES)}`,
      found: `sha256 ${sha256(others)}`,
    });
    for (const part of [server.origin, sha256(BYTES), sha256(others)]) expect(error.message).toContain(part);
    expect(error.message).not.toContain('HTML');
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    ['of the same size', page, {}, 'ARCHIVE_CHECKSUM'],
    ['that is shorter', '<html>Not here</html>', {}, 'ARCHIVE_SIZE'],
    ['that is longer', page + page, {}, 'ARCHIVE_SIZE'],
    ['known by its type', 'Not here', { 'content-type': 'text/html' }, 'ARCHIVE_SIZE'],
  ] as const)('is called an HTML page: one %s', async (_what, body, headers, code) => {
    const server = await serve(send(body, headers));
    const error = await downloadFailure(remote(server.origin));
    expect(error).toMatchObject({ code, message: expect.stringContaining('it is an HTML page') });
  });

  it('does not stop an archive that is called a page by mistake', async () => {
    await downloads((await serve(send(BYTES, { 'content-type': 'text/html' }))).origin);
  });

  it('sends to the next mirror', async () => {
    const server = await serve(send(others), send(BYTES.subarray(1)), send(page), send(BYTES));
    await downloads(...['/a', '/b', '/c', '/d'].map((path) => server.origin + path));
    expect(server.requests).toEqual(['/a', '/b', '/c', '/d']);
  });
});
