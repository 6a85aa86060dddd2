import type { Dispatcher } from 'undici';
import type { ContentSource } from './content.js';
import { openDispatcher, type Timeouts } from './dispatcher.js';
import type { ValidatingHeaders } from './resumption.js';
import { isPassingStatus } from './retry.js';
import { asTransferError, TransferError } from './transfer-error.js';

/** A response of status 200, or 206 where that was asked for, whose body is still to come. */
export interface HttpResponse extends ContentSource, ValidatingHeaders {
  /** Of a response of status 206: which bytes come, as the server says. */
  contentRange: string | undefined;
  /** The body as it came over the wire. Throws {@link TransferError} when it breaks off. */
  chunks: AsyncIterable<Uint8Array>;
}

/** A part of a resource that is to be had if the resource has not changed, or else all of it. */
export interface Rest {
  /** Offset of its first byte. */
  from: number;
  /** Offset behind its last byte (default: it goes to the end). */
  end?: number | undefined;
  /** The value of `If-Range`; without it the part is to be had in any case. */
  ifRange?: string | undefined;
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MAX_REDIRECTS = 10;
const HEADERS = {
  // An archive is compressed already, and its checksum is that of the bytes as they are.
  'accept-encoding': 'identity',
  'user-agent': 'idx-shards',
};

/** How something is asked for. */
export interface RequestOptions {
  timeouts: Timeouts;
  signal?: AbortSignal | undefined;
  /** What is asked for, where that is not all. */
  rest?: Rest | undefined;
}

/**
 * Asks for a URL, follows its redirects, and gives the response to `use`; the connection is closed when `use` has ended.
 *
 * @throws {TransferError} `DOWNLOAD_FAILED`; and what `use` throws
 */
export async function withResponse<T>(
  url: string,
  options: RequestOptions,
  use: (response: HttpResponse) => Promise<T>,
): Promise<T> {
  const { response, close } = await openResponse(url, options);
  try {
    return await use(response);
  } finally {
    await close();
  }
}

/** A response, and the connection that it comes by. */
export interface OpenResponse {
  response: HttpResponse;
  /** Closes the connection, whether all has come or not. */
  close: () => Promise<void>;
}

/**
 * Asks for a URL, and follows its redirects. Whoever does so closes the connection.
 *
 * @throws {TransferError} `DOWNLOAD_FAILED`
 */
export async function openResponse(
  url: string,
  { timeouts, signal, rest }: RequestOptions,
): Promise<OpenResponse> {
  let target = requestTarget(url, undefined, url);
  // Sockets leave listeners behind; this signal goes with them, while the caller's lasts for many downloads.
  const ownSignal = AbortSignal.any(signal === undefined ? [] : [signal]);
  const dispatcher = await openDispatcher(url, timeouts, ownSignal);
  try {
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      // A request whose signal was aborted before leaves its connection open, though its client is destroyed (undici 7.30).
      ownSignal.throwIfAborted();
      const response = await get(dispatcher, target, { url, rest, signal: ownSignal });
      const { statusCode } = response;
      if (statusCode === 200 || (statusCode === 206 && rest !== undefined))
        return { response: asHttpResponse(response, url, timeouts), close: () => dispatcher.destroy() };
      target = redirectTarget(response, target, url);
      response.body.destroy();
    }
    throw new TransferError('DOWNLOAD_FAILED', url, `redirected more than ${MAX_REDIRECTS} times`);
  } catch (error) {
    await dispatcher.destroy();
    throw error;
  }
}

async function get(
  dispatcher: Dispatcher,
  target: URL,
  { url, rest, signal }: { url: string; rest: Rest | undefined; signal: AbortSignal },
): Promise<Dispatcher.ResponseData> {
  const { origin, pathname, search } = target;
  const range = rest === undefined ? {} : rangeHeaders(rest);
  try {
    const response = await dispatcher.request({
      origin,
      path: pathname + search,
      method: 'GET',
      headers: { ...HEADERS, ...range },
      signal,
    });
    // A body that is not read to its end reports that as an error.
    response.body.on('error', () => {});
    return response;
  } catch (error) {
    throw asTransferError(error, url);
  }
}

/** RFC 9110, sections 14.2 and 13.1.5; the last byte is named, not the one behind it. */
function rangeHeaders({ from, end, ifRange }: Rest): Record<string, string> {
  const range = `bytes=${from}-${end === undefined ? '' : end - 1}`;
  return ifRange === undefined ? { range } : { range, 'if-range': ifRange };
}

/**
 * The URL that is asked for, first or after a redirect.
 *
 * @param base the URL that led there
 * @param url the URL that an error names
 * @throws {TransferError} `DOWNLOAD_FAILED` where it is none of HTTP, or gives up what https had
 */
export function requestTarget(location: string, base: URL | undefined, url: string): URL {
  const target = URL.canParse(location, base?.href) ? new URL(location, base) : undefined;
  const secured = base?.protocol !== 'https:' || target?.protocol === 'https:';
  if (secured && (target?.protocol === 'http:' || target?.protocol === 'https:')) return target;
  const wanted = secured ? 'http or https' : 'https as it was before';
  const reason =
    base === undefined
      ? 'it is not an http or https URL'
      : `redirected to ${location}, which is not ${wanted}`;
  throw new TransferError('DOWNLOAD_FAILED', url, reason);
}

function redirectTarget({ statusCode, headers }: Dispatcher.ResponseData, from: URL, url: string): URL {
  const { location } = headers;
  if (REDIRECTS.has(statusCode) && typeof location === 'string') return requestTarget(location, from, url);
  const where = from.href === new URL(url).href ? '' : ` after a redirect to ${from.origin}`;
  throw new TransferError('DOWNLOAD_FAILED', url, `HTTP ${statusCode}${where}`, {
    // Without a part that it does not have (416), it is asked for all.
    passing: isPassingStatus(statusCode) || statusCode === 416,
    brokeOff: statusCode !== 416,
    retryAfter: single(headers['retry-after']),
  });
}

function asHttpResponse(
  { statusCode, headers, body }: Dispatcher.ResponseData,
  url: string,
  timeouts: Timeouts,
): HttpResponse {
  return {
    url,
    contentType: single(headers['content-type']),
    closeDelimited: headers['content-length'] === undefined && headers['transfer-encoding'] === undefined,
    contentRange: statusCode === 206 ? (single(headers['content-range']) ?? 'no Content-Range') : undefined,
    etag: single(headers['etag']),
    lastModified: single(headers['last-modified']),
    date: single(headers['date']),
    chunks: chunksOf(body, url, timeouts),
  };
}

/** The one place where a body's errors come up, so that none of the reader's own is taken for one of the network. */
async function* chunksOf(
  body: AsyncIterable<Uint8Array>,
  url: string,
  { drip }: Timeouts,
): AsyncGenerator<Uint8Array> {
  try {
    let [waited, bytes] = [0, 0];
    let since = performance.now();
    for await (const chunk of body) {
      // How long a reader takes for what has come is no fault of the server.
      waited += performance.now() - since;
      yield chunk;
      since = performance.now();
      bytes += chunk.length;
      if (waited < drip.within) continue;
      if (bytes < drip.bytes) throw tooSlow(url, bytes, drip);
      [waited, bytes] = [0, 0];
    }
  } catch (error) {
    throw asTransferError(error, url);
  }
}

function tooSlow(url: string, bytes: number, { within }: Timeouts['drip']): TransferError {
  const reason = `timed out: only ${bytes} bytes came in ${within / 1000} s`;
  return new TransferError('DOWNLOAD_FAILED', url, reason, { passing: true, brokeOff: true });
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
