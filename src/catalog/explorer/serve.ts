import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { asDiskError, codeOf, DatasetError } from '../../errors.js';

/** A folder that is served. */
export interface ServedFolder {
  /** Where: `http://127.0.0.1:PORT/`. */
  url: string;
  /** Ends it, with the connections that are open. */
  close: () => Promise<void>;
}

const LOOPBACK = '127.0.0.1';

/** What browsers must be told; other files are bytes to them. */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.md': 'text/plain; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
};

/**
 * Serves the files of a folder to this machine alone, with range requests, as the explorer reads Parquet. What lies outside of
 * the folder, also behind a symbolic link, is not served.
 *
 * @param port otherwise any that is free
 * @throws {DatasetError} `DISK` where there is no such folder, or the port is taken
 */
export async function serveFolder(folder: string, port = 0): Promise<ServedFolder> {
  try {
    const root = await realpath(folder);
    const server = createServer((request, response) => {
      answer(root, request, response).catch(() => response.destroy());
    });
    await new Promise<void>((listening, failed) => {
      server.once('error', failed).listen(port, LOOPBACK, listening);
    });
    const address = server.address();
    const taken = typeof address === 'object' && address !== null ? address.port : port;
    return {
      url: `http://${LOOPBACK}:${taken}/`,
      close: () =>
        new Promise((closed) => {
          server.close(() => closed());
          server.closeAllConnections();
        }),
    };
  } catch (error) {
    if (codeOf(error) === 'EADDRINUSE')
      throw new DatasetError('DISK', `the port ${port} is taken`, {
        expected: 'a port that is free',
        found: error instanceof Error ? error.message : undefined,
        next: 'Choose another --port, or leave it out.',
        cause: error,
      });
    throw asDiskError(error, `serving ${folder}`);
  }
}

async function answer(root: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return end(response, 405);
  if (!isOwnHost(request.headers.host)) return end(response, 403);
  const file = await fileOf(root, request.url ?? '/');
  if (file === undefined) return end(response, 404);
  const range = rangeOf(request.headers.range, file.bytes);
  const headers = {
    'content-type': TYPES[extname(file.path)] ?? 'application/octet-stream',
    'accept-ranges': 'bytes',
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
  };
  if (range === 'unsatisfiable') {
    response.setHeader('content-range', `bytes */${file.bytes}`);
    return end(response, 416);
  }
  const [first, last] = range ?? [0, file.bytes - 1];
  const part = range === undefined ? {} : { 'content-range': `bytes ${first}-${last}/${file.bytes}` };
  response.writeHead(range === undefined ? 200 : 206, {
    ...headers,
    ...part,
    'content-length': last - first + 1,
  });
  if (request.method === 'HEAD' || last < first) response.end();
  else await pipeline(createReadStream(file.path, { start: first, end: last }), response);
}

/**
 * Whether a request was meant for this machine: a page of elsewhere can have its own name resolve to it (DNS rebinding), and
 * would read the files. Any port may be forwarded to this one.
 */
function isOwnHost(host: string | undefined): boolean {
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i.test(host ?? '');
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-length': 0 }).end();
}

/** The file that a request means, if there is one within the folder. */
async function fileOf(root: string, url: string): Promise<{ path: string; bytes: number } | undefined> {
  try {
    const { pathname } = new URL(url, `http://${LOOPBACK}`);
    const asked = resolve(root, `.${decodeURIComponent(pathname)}`);
    const path = await realpath(pathname.endsWith('/') ? join(asked, 'index.html') : asked);
    if (!path.startsWith(root.endsWith(sep) ? root : root + sep)) return undefined;
    const found = await stat(path);
    return found.isFile() ? { path, bytes: found.size } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The first and last byte that a request asks for (RFC 9110, section 14.1.2); none where it asks for the whole, or for several
 * ranges, which a server may answer with the whole.
 */
function rangeOf(
  header: string | undefined,
  bytes: number,
): readonly [first: number, last: number] | 'unsatisfiable' | undefined {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (from === undefined || to === undefined || from + to === '') return undefined;
  if (from === '') return Number(to) === 0 ? 'unsatisfiable' : [Math.max(0, bytes - Number(to)), bytes - 1];
  const last = to === '' ? bytes - 1 : Math.min(Number(to), bytes - 1);
  if (Number(from) >= bytes) return 'unsatisfiable';
  return last < Number(from) ? undefined : [Number(from), last];
}
