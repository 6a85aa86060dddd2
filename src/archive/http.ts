import type { Dispatcher } from 'undici';
import type { ContentSource } from './content.js';
import { openDispatcher, type Timeouts } from './dispatcher.js';
import { isPassingStatus } from './retry.js';
import { asTransferError, TransferError } from './transfer-error.js';

/** A response of status 200, whose body is still to come. */
export interface HttpResponse extends ContentSource {
  /** The body as it came over the wire. Throws {@link TransferError} when it breaks off. */
  chunks: AsyncIterable<Uint8Array>;
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MAX_REDIRECTS = 10;
const HEADERS = {
  // An archive is compressed already, and its checksum is that of the bytes as they are.
  'accept-encoding': 'identity',
  'user-agent': 'idx-shards',
};

/**
 * Asks for a URL, follows its redirects, and gives the response to `use`; the connection is closed when `use` has ended.
 *
 * @throws {TransferError} `DOWNLOAD_FAILED`; and what `use` throws
 */
export async function withResponse<T>(
  url: string,
  timeouts: Timeouts,
  signal: AbortSignal | undefined,
  use: (response: HttpResponse) => Promise<T>,
): Promise<T> {
  let target = httpUrl(url, undefined, url);
  // Sockets leave listeners behind; this signal goes with them, while the caller's lasts for many downloads.
  const ownSignal = AbortSignal.any(signal === undefined ? [] : [signal]);
  const dispatcher = await openDispatcher(url, timeouts, ownSignal);
  try {
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      const response = await get(dispatcher, target, url, ownSignal);
      if (response.statusCode === 200) return await use(asHttpResponse(response, url));
      target = redirectTarget(response, target, url);
      response.body.destroy();
    }
    throw new TransferError('DOWNLOAD_FAILED', url, `redirected more than ${MAX_REDIRECTS} times`);
  } finally {
    await dispatcher.destroy();
  }
}

async function get(
  dispatcher: Dispatcher,
  target: URL,
  url: string,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  const { origin, pathname, search } = target;
  try {
    const response = await dispatcher.request({
      origin,
      path: pathname + search,
      method: 'GET',
      headers: HEADERS,
      signal,
    });
    // A body that is not read to its end reports that as an error.
    response.body.on('error', () => {});
    return response;
  } catch (error) {
    throw asTransferError(error, url);
  }
}

function httpUrl(location: string, base: URL | undefined, url: string): URL {
  const target = URL.canParse(location, base?.href) ? new URL(location, base) : undefined;
  if (target?.protocol === 'http:' || target?.protocol === 'https:') return target;
  const reason =
    base === undefined
      ? 'it is not an http or https URL'
      : `redirected to ${location}, which is not http or https`;
  throw new TransferError('DOWNLOAD_FAILED', url, reason);
}

function redirectTarget({ statusCode, headers }: Dispatcher.ResponseData, from: URL, url: string): URL {
  const { location } = headers;
  if (REDIRECTS.has(statusCode) && typeof location === 'string') return httpUrl(location, from, url);
  const where = from.href === new URL(url).href ? '' : ` after a redirect to ${from.origin}`;
  throw new TransferError('DOWNLOAD_FAILED', url, `HTTP ${statusCode}${where}`, {
    passing: isPassingStatus(statusCode),
    retryAfter: single(headers['retry-after']),
  });
}

function asHttpResponse({ headers, body }: Dispatcher.ResponseData, url: string): HttpResponse {
  return {
    url,
    contentType: single(headers['content-type']),
    closeDelimited: headers['content-length'] === undefined && headers['transfer-encoding'] === undefined,
    chunks: chunksOf(body, url),
  };
}

/** The one place where a body's errors come up, so that none of the reader's own is taken for one of the network. */
async function* chunksOf(body: AsyncIterable<Uint8Array>, url: string): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw asTransferError(error, url);
  }
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
