import { getEventListeners } from 'node:events';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cachedPath } from '../../src/archive/cache.js';
import { DEFAULT_TIMEOUTS } from '../../src/archive/dispatcher.js';
import { download } from '../../src/archive/download.js';
import {
  BYTES,
  downloadFailure,
  emptyDir,
  filesIn,
  forgetProxies,
  RETRY,
  refuse,
  remote,
  send,
  serve,
  serveRaw,
  sha256,
} from './loopback.js';

vi.setConfig({ testTimeout: 60_000 });
beforeEach(forgetProxies);
afterEach(() => void vi.unstubAllEnvs());

describe('download', () => {
  it('puts the archive into the cache and tells of its progress', async () => {
    const server = await serve(send(BYTES));
    const archive = remote(`${server.origin}/images.gz`);
    const cacheDir = join(await emptyDir(), 'not', 'there', 'yet');
    const progress: number[] = [];
    const path = await download(archive, { cacheDir, onProgress: (received) => progress.push(received) });
    expect(path).toBe(cachedPath(cacheDir, archive));
    expect(sha256(await readFile(path))).toBe(sha256(BYTES));
    expect(await filesIn(cacheDir)).toEqual(['images.gz']);
    expect(server.requests).toEqual(['/images.gz']);
    expect(progress.length).toBeGreaterThan(0);
    expect(progress).toEqual([...new Set(progress)].sort((a, b) => a - b));
    expect(progress.at(-1)).toBe(BYTES.length);
  });

  it('asks for the bytes as they are, and takes them so whatever their coding is called', async () => {
    const asked: (string | undefined)[] = [];
    const server = await serve((response, { headers }) => {
      asked.push(headers['accept-encoding']?.toString());
      send(BYTES, { 'content-encoding': 'gzip' })(response);
    });
    const path = await download(remote(server.origin), { cacheDir: await emptyDir() });
    expect(asked).toEqual(['identity']);
    expect(sha256(await readFile(path))).toBe(sha256(BYTES));
  });

  it('leaves no connection open', async () => {
    let closed: Promise<void> | undefined;
    const server = await serve((response) => {
      closed = new Promise((resolve) => response.socket?.on('close', () => resolve()));
      send(BYTES)(response);
    });
    await download(remote(server.origin), { cacheDir: await emptyDir() });
    await closed;
  });

  it('takes a body of unknown length', async () => {
    const server = await serve((response) => {
      response.write(BYTES.subarray(0, 1000));
      response.end(BYTES.subarray(1000));
    });
    const path = await download(remote(server.origin), { cacheDir: await emptyDir() });
    expect(sha256(await readFile(path))).toBe(sha256(BYTES));
  });

  it('asks nobody when the archive is there, and does not load the HTTP client', async () => {
    const server = await serve(send(BYTES));
    const archive = remote(server.origin);
    const cacheDir = await emptyDir();
    const path = cachedPath(cacheDir, archive);
    await mkdir(dirname(path));
    await writeFile(path, BYTES);
    vi.resetModules();
    vi.doMock('undici', () => {
      throw new Error('undici was loaded');
    });
    try {
      const fresh = await import('../../src/archive/download.js');
      expect(await fresh.download(archive, { cacheDir })).toBe(path);
    } finally {
      vi.doUnmock('undici');
      vi.resetModules();
    }
    expect(server.requests).toEqual([]);
  });

  it('replaces a file of another size', async () => {
    const server = await serve(send(BYTES));
    const archive = remote(server.origin);
    const cacheDir = await emptyDir();
    const path = cachedPath(cacheDir, archive);
    await mkdir(dirname(path));
    await writeFile(path, BYTES.subarray(1));
    await download(archive, { cacheDir });
    expect(sha256(await readFile(path))).toBe(sha256(BYTES));
  });

  it('keeps archives apart that share name and size', async () => {
    const others = Buffer.from(BYTES).reverse();
    const server = await serve(send(BYTES), send(others));
    const cacheDir = await emptyDir();
    const archive = remote(server.origin);
    const first = await download(archive, { cacheDir });
    const second = await download({ ...archive, sha256: sha256(others) }, { cacheDir });
    expect(sha256(await readFile(first))).toBe(sha256(BYTES));
    expect(sha256(await readFile(second))).toBe(sha256(others));
    expect(server.requests).toHaveLength(2);
  });
});

describe('a download onto a disk that refuses', () => {
  it('ends before it asks when a file lies where the cache should', async () => {
    const server = await serve(send(BYTES));
    const file = join(await emptyDir(), 'file');
    await writeFile(file, '');
    const error = await downloadFailure(remote(server.origin), { cacheDir: file });
    expect(error).toMatchObject({ code: 'DISK', exitCode: 5, message: expect.stringContaining(file) });
    expect(server.requests).toEqual([]);
  });

  it('ends when a folder lies where the archive should, and asks no other mirror', async () => {
    const server = await serve(send(BYTES));
    const archive = remote(server.origin, server.origin);
    const cacheDir = await emptyDir();
    await mkdir(cachedPath(cacheDir, archive), { recursive: true });
    expect((await downloadFailure(archive, { cacheDir })).code).toBe('DISK');
    expect(await filesIn(cacheDir)).toEqual([]);
    expect((await stat(cachedPath(cacheDir, archive))).isDirectory()).toBe(true);
    expect(server.requests).toHaveLength(1);
  });
});

describe('a fault of the caller', () => {
  it('is told as it is, not as one of the network', async () => {
    const server = await serve(send(BYTES));
    const cacheDir = await emptyDir();
    const fault = new Error('the progress bar broke');
    const onProgress = (): never => {
      throw fault;
    };
    await expect(download(remote(server.origin), { cacheDir, retry: RETRY, onProgress })).rejects.toBe(fault);
    expect(await filesIn(cacheDir)).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });
});

describe('an interrupted download', () => {
  it('leaves nothing at the signal of one that ended well', async () => {
    const server = await serve(send(BYTES));
    const { signal } = new AbortController();
    for (let i = 0; i < 3; i++) await download(remote(server.origin), { cacheDir: await emptyDir(), signal });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('does not begin when the signal came before', async () => {
    const server = await serve(send(BYTES));
    const error = await downloadFailure(remote(server.origin), { signal: AbortSignal.abort() });
    expect(error).toMatchObject({ code: 'INTERRUPTED', exitCode: 130 });
    expect(server.requests).toEqual([]);
  });

  it('does not begin even when the archive is there', async () => {
    const archive = remote((await serve(send(BYTES))).origin);
    const cacheDir = await emptyDir();
    await download(archive, { cacheDir });
    const interrupted = download(archive, { cacheDir, signal: AbortSignal.abort() });
    await expect(interrupted).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });

  it('ends in the middle of the body', async () => {
    const server = await serve((response) => void response.writeHead(200).write(BYTES.subarray(0, 1000)));
    const controller = new AbortController();
    const error = await downloadFailure(remote(server.origin, server.origin), {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    expect(error).toMatchObject({ code: 'INTERRUPTED', message: expect.stringContaining('images.gz') });
    expect(server.requests).toHaveLength(1);
  });

  it('ends while it waits for the headers', async () => {
    const controller = new AbortController();
    const server = await serve(() => controller.abort(new Error('Ctrl-C')));
    const error = await downloadFailure(remote(server.origin), { signal: controller.signal });
    expect(error.code).toBe('INTERRUPTED');
  });

  it('ends while it connects', async () => {
    // A TLS connection stands only when the server has answered, which this one never does.
    const controller = new AbortController();
    const port = await serveRaw(() => controller.abort());
    const error = await downloadFailure(remote(`https://127.0.0.1:${port}/`), {
      signal: controller.signal,
      timeouts: { ...DEFAULT_TIMEOUTS, connect: 1e6, headers: 1e6, body: 1e6 },
    });
    expect(error.code).toBe('INTERRUPTED');
  });

  it('ends while it waits for the next try', async () => {
    const controller = new AbortController();
    const server = await serve((response) => {
      refuse(503)(response);
      response.on('close', () => setTimeout(() => controller.abort(), 100));
    });
    const error = await downloadFailure(remote(server.origin), {
      signal: controller.signal,
      retry: { attempts: 2, baseDelay: 1e8, maxDelay: 1e8 },
    });
    expect(error.code).toBe('INTERRUPTED');
    expect(server.requests).toHaveLength(1);
  });
});
