import type { Dispatcher } from 'undici';
import { TransferError } from './transfer-error.js';

/** How long each part of a response may take, in ms: the connection, the headers, and each pause within the body. */
export interface Timeouts {
  connect: number;
  headers: number;
  body: number;
  /** A body that brings fewer bytes than these within so many ms has stalled, if it never pauses for long. */
  drip: { bytes: number; within: number };
}

export const DEFAULT_TIMEOUTS: Timeouts = {
  connect: 15_000,
  headers: 30_000,
  body: 60_000,
  drip: { bytes: 16 * 1024, within: 60_000 },
};

/**
 * The HTTP client for one URL and those that it redirects to, which whoever opens it destroys. It asks a proxy that
 * `HTTP_PROXY` or `HTTPS_PROXY` names, but not for the hosts of `NO_PROXY`; all three may be written small.
 *
 * @param url the URL that an error names
 * @param signal closes whatever is connected or connecting
 * @throws {TransferError} `DOWNLOAD_FAILED` when the environment's proxy is not a URL
 */
export async function openDispatcher(
  url: string,
  timeouts: Timeouts,
  signal: AbortSignal,
): Promise<Dispatcher> {
  // undici takes nearly a tenth of a second to load, which a run from the cache need not pay.
  const { Client, EnvHttpProxyAgent } = await import('undici');
  const connect = {
    timeout: timeouts.connect,
    // Node gives each address of a name 250 ms by default, too little for far hosts and slow lines.
    autoSelectFamilyAttemptTimeout: 2_000,
    // A request's own signal is heeded by undici only once it is connected.
    signal,
  };
  const factory = (origin: string | URL, options: object): Dispatcher => {
    const client = new Client(origin, {
      ...options,
      headersTimeout: timeouts.headers,
      bodyTimeout: timeouts.body,
    });
    // When a proxy hangs up on CONNECT, undici 7 would connect again and again without end.
    client.on('connectionError', (_origin, _targets, error) => void client.destroy(error));
    return client;
  };
  try {
    // Not every proxy lets CONNECT through to port 80, so plain HTTP is forwarded instead of tunnelled.
    const proxy = { proxyTls: connect, proxyTunnel: false, clientFactory: factory };
    return new EnvHttpProxyAgent({ connect, factory, ...proxy });
  } catch {
    // Neither the value nor the error that quotes it is told: they may hold a password.
    throw new TransferError(
      'DOWNLOAD_FAILED',
      url,
      'the proxy that HTTP_PROXY or HTTPS_PROXY names is not a URL',
    );
  }
}
