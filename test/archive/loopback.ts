import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, vi } from 'vitest';
import { type DownloadOptions, download, type RemoteArchive } from '../../src/archive/download.js';
import { DatasetError } from '../../src/errors.js';

/** Waits between tries are of no interest here, and time-outs only where a test gives its own. */
export const RETRY = { attempts: 3, baseDelay: 1, maxDelay: 2 };

/** Bytes that look like no web page and are longer than one chunk of a socket. */
export const BYTES = Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * 7 + (i >> 8)) & 0xff));

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The archive that holds {@link BYTES}. */
export function remote(...urls: string[]): RemoteArchive {
  return { file: 'images.gz', bytes: BYTES.length, sha256: sha256(BYTES), urls };
}

/** Lets no proxy of the machine that the tests run on come between. */
export function forgetProxies(): void {
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY']) {
    vi.stubEnv(name, undefined);
    vi.stubEnv(name.toLowerCase(), undefined);
  }
}

/** An empty folder, gone when the test has ended. */
export async function emptyDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'idx-shards-archive-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

/** Every file under a folder, by name. */
export async function filesIn(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

/** Lets a server listen on a free port of 127.0.0.1 until the test has ended. */
export async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a server on a port has an address');
  return address.port;
}

export interface Loopback {
  origin: string;
  /** Targets of the requests, in the order in which they came. */
  requests: string[];
}

/** An HTTP server whose n-th request is answered by the n-th handler; the last one answers all that follow. */
export async function serve(
  ...handlers: ((response: ServerResponse, request: IncomingMessage) => unknown)[]
): Promise<Loopback> {
  const requests: string[] = [];
  // A connection that is left open stays open.
  const server = createHttpServer({ keepAliveTimeout: 1e6 }, (request, response) => {
    const handler = handlers[Math.min(requests.length, handlers.length - 1)];
    requests.push(request.url ?? '');
    handler?.(response, request);
  });
  return { origin: `http://127.0.0.1:${await listen(server)}`, requests };
}

/** A TCP server that takes connections and leaves them alone, or does with them what it is told. */
export async function serveRaw(onConnection: (socket: Socket) => void = () => {}): Promise<number> {
  return listen(createServer(onConnection));
}

/** A port of 127.0.0.1 that nobody listens on. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('a server on a port has an address');
  return address.port;
}

/** A handler that sends a body with its length. */
export function send(body: Uint8Array | string, headers: Record<string, string> = {}) {
  return (response: ServerResponse): void => {
    response.writeHead(200, { 'content-length': Buffer.byteLength(body), ...headers });
    response.end(body);
  };
}

/** A handler that answers with a status alone. */
export function refuse(status: number, headers: Record<string, string> = {}) {
  return (response: ServerResponse): void => {
    response.writeHead(status, headers);
    response.end(`status ${status}`);
  };
}

/** Downloads into an empty cache, and expects the archive. */
export async function downloads(...urls: string[]): Promise<void> {
  const path = await download(remote(...urls), { cacheDir: await emptyDir(), retry: RETRY });
  expect(sha256(await readFile(path))).toBe(sha256(BYTES));
}

/** The error that a download ends in; it is of our own class, and leaves no file behind. */
export async function downloadFailure(
  archive: RemoteArchive,
  options: Partial<DownloadOptions> = {},
): Promise<DatasetError> {
  const cacheDir = await emptyDir();
  const error: unknown = await download(archive, { cacheDir, retry: RETRY, ...options }).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(await filesIn(cacheDir)).toEqual([]);
  if (error instanceof DatasetError) return error;
  throw new Error('the download should have failed by a DatasetError', { cause: error });
}
