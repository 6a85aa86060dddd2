import { codeOf, DatasetError } from '../errors.js';
import { isPassingStatus } from './retry.js';

/** What a {@link TransferError} tells beside its message. */
export interface TransferDetails {
  /** Whether the same URL may do better at the next try. */
  passing?: boolean;
  /** Whether what came until then was good: a further try may go on behind it. */
  brokeOff?: boolean;
  /** The response's `Retry-After`. */
  retryAfter?: string | undefined;
  expected?: string;
  found?: string;
  cause?: unknown;
}

/** Why one URL did not give the archive; its message is the reason alone, without the URL. */
export class TransferError extends Error {
  override readonly name = 'TransferError';
  /** How often the URL was tried. */
  attempts = 1;

  constructor(
    readonly code: 'DOWNLOAD_FAILED' | 'ARCHIVE_SIZE' | 'ARCHIVE_CHECKSUM',
    readonly url: string,
    reason: string,
    readonly details: TransferDetails = {},
  ) {
    super(reason, { cause: details.cause });
  }
}

/** undici's own errors, in the words of someone who waits for a file. */
const REASONS: Readonly<Record<string, string>> = {
  UND_ERR_CONNECT_TIMEOUT: 'timed out: no connection',
  UND_ERR_HEADERS_TIMEOUT: 'timed out: no response',
  UND_ERR_BODY_TIMEOUT: 'timed out: the response stopped coming',
  UND_ERR_SOCKET: 'the connection was closed before the whole response had come',
};

/** Errors of a connection that may not be there at the next try. A name that nobody knows, or a wrong certificate, will. */
const PASSING = new Set([
  ...Object.keys(REASONS),
  ...[
    'ECONNREFUSED',
    'ECONNRESET',
    'ECONNABORTED',
    'EPIPE',
    'ETIMEDOUT',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'ENETDOWN',
    'EAI_AGAIN',
  ],
]);

/** What the HTTP client threw, as a reason why the URL did not give the archive. */
export function asTransferError(thrown: unknown, url: string): TransferError {
  if (thrown instanceof TransferError) return thrown;
  const refusal = proxyRefusal(thrown, url);
  if (refusal !== undefined) return refusal;
  // A name with several addresses fails with one error for each; the first stands for all.
  const error: unknown = thrown instanceof AggregateError ? (thrown.errors[0] ?? thrown) : thrown;
  const code = codeOf(error) ?? '';
  const said = error instanceof Error ? error.message.trim() : String(error);
  const reason = REASONS[code] ?? (said.includes(code) ? said : `${code}: ${said}`);
  return new TransferError('DOWNLOAD_FAILED', url, reason, {
    passing: PASSING.has(code),
    brokeOff: true,
    cause: thrown,
  });
}

/** undici tells only by its message which status a proxy answered a CONNECT with. */
function proxyRefusal(thrown: unknown, url: string): TransferError | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const [, status] = /^Proxy response \((\d+)\)/.exec(thrown.message) ?? [];
  if (status === undefined) return undefined;
  const passing = isPassingStatus(Number(status));
  return new TransferError('DOWNLOAD_FAILED', url, `the proxy answered HTTP ${status}`, {
    passing,
    cause: thrown,
  });
}

const NEXT =
  'Get the file in another way and name its folder with --archives DIR, or take --dataset digits, which needs no network.';

/**
 * What to tell when no URL gave the archive. With several URLs the error names what each of them did, and is an integrity
 * error only when all are, since otherwise trying again later may help.
 */
export function asDownloadError(file: string, failures: readonly TransferError[]): DatasetError {
  const [first, ...others] = failures;
  if (first === undefined) {
    return new DatasetError('DOWNLOAD_FAILED', `no URL is known for ${file}`, { next: NEXT });
  }
  if (others.length === 0) {
    const { expected, found } = first.details;
    const message = `cannot download ${first.url}: ${first.message}${times(first)}`;
    return new DatasetError(first.code, message, { expected, found, next: NEXT, cause: first });
  }
  const reachable = failures.find(({ code }) => code === 'DOWNLOAD_FAILED') ?? first;
  const told = failures.map((failure) => `${failure.url}: ${failure.message}${times(failure)}`).join('; ');
  return new DatasetError(
    reachable.code,
    `cannot download ${file} from any of ${failures.length} URLs: ${told}`,
    {
      expected: failures.find(({ details }) => details.expected !== undefined)?.details.expected,
      found: failures.flatMap(({ details }) => details.found ?? []).join('; ') || undefined,
      next: NEXT,
      cause: new AggregateError(failures),
    },
  );
}

/** The error for a signal that ended a download, or the reading of a range. */
export function interrupted(file: string, cause: unknown): DatasetError {
  return new DatasetError('INTERRUPTED', `interrupted while downloading ${file}`, { cause });
}

function times({ attempts }: TransferError): string {
  return attempts === 1 ? '' : ` (tried ${attempts} times)`;
}
