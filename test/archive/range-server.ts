import type { IncomingMessage, ServerResponse } from 'node:http';
import { serve } from './loopback.js';

/** A range that a server was asked for: its first byte, and the one behind its last. */
export interface Asked {
  start: number;
  end: number;
}

/** An answer to the n-th request, from 0. */
export type Answer = (
  response: ServerResponse,
  asked: Asked | undefined,
  context: { headers: IncomingMessage['headers']; number: number; url: string },
) => unknown;

export const TAG = '"one"';

/** A server that answers as it is told, and notes what it was asked for. */
export async function serveRanges(answer: Answer) {
  const asked: (Asked | undefined)[] = [];
  const conditions: unknown[] = [];
  const { origin, requests } = await serve((response, { headers, url = '' }) => {
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
    const range = first === undefined ? undefined : { start: Number(first), end: Number(last) + 1 };
    asked.push(range);
    conditions.push(headers['if-range']);
    answer(response, range, { headers, number: asked.length - 1, url });
  });
  return { origin, requests, asked, conditions };
}

/** The right answer: the range that was asked for, or all. */
export function right(bytes: Uint8Array, headers: Record<string, string> = { etag: TAG }): Answer {
  return (response, asked) =>
    (asked === undefined ? all(bytes, headers) : part(bytes, headers))(response, asked);
}

/** All of it, whatever was asked for. */
export function all(bytes: Uint8Array, headers: Record<string, string> = { etag: TAG }) {
  return (response: ServerResponse, _asked?: unknown): void => {
    response.writeHead(200, { 'content-length': bytes.length, ...headers });
    response.end(bytes);
  };
}

/** What a part is like that is not as it was asked for. */
export interface PartForm {
  /** So many bytes at most. */
  most?: number;
  /** What `Content-Range` says instead of the truth. */
  contentRange?: string;
  /** Hangs up when so many bytes have gone. */
  cutAt?: number;
  /** So many bytes more than there should be. */
  more?: number;
}

/** The part that was asked for. */
export function part(
  bytes: Uint8Array,
  headers: Record<string, string> = { etag: TAG },
  { most = Number.POSITIVE_INFINITY, contentRange, cutAt, more = 0 }: PartForm = {},
) {
  return (response: ServerResponse, asked: Asked | undefined): void => {
    const { start, end } = asked ?? { start: 0, end: bytes.length };
    const stop = Math.min(end, start + most, bytes.length);
    const body = bytes.subarray(start, stop + more);
    const length = more > 0 ? {} : { 'content-length': String(body.length) };
    response.writeHead(206, {
      'content-range': contentRange ?? `bytes ${start}-${stop - 1}/${bytes.length}`,
      ...length,
      ...headers,
    });
    if (cutAt === undefined) response.end(body);
    else response.write(body.subarray(0, cutAt), () => response.destroy());
  };
}
