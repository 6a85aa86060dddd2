import { codeOf } from '../errors.js';

/** What is known of a request that failed. */
export interface S3Failure {
  /** S3's own name of it, or that of the client, or of the system: `NoSuchBucket`, `ECONNREFUSED`. */
  name: string;
  message: string;
  /** HTTP status, where there was an answer. */
  status: number | undefined;
  /** Region of the bucket, where an answer told it. */
  region: string | undefined;
}

/** A failure that the next try may not meet, of what came in place of the answer that was asked for. */
export class PassingFailure extends Error {
  override readonly name = 'PassingFailure';
}

/** Errors of connections that may be there at the next try. */
const BROKEN = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'EAI_AGAIN',
  'ENOTFOUND',
  'ERR_STREAM_PREMATURE_CLOSE',
  'TimeoutError',
  'PassingFailure',
]);

/**
 * Errors of S3 that may not be there at the next try although their status says otherwise: requests that were cut or damaged on the way, two at once
 * for the same key, and a clock that is wrong, for which the client makes up once it knows.
 */
const PASSING = new Set([
  'RequestTimeout',
  'RequestTimeTooSkewed',
  'BadDigest',
  'XAmzContentSHA256Mismatch',
  'XAmzContentChecksumMismatch',
  'IncompleteBody',
  'ConditionalRequestConflict',
  'OperationAborted',
  'SlowDown',
]);

/** Full disks of servers, and what they cannot do: later is no better. */
const LASTING = new Set([501, 505, 507]);

/** What the client threw. */
export function failureOf(thrown: unknown): S3Failure {
  if (!(thrown instanceof Error))
    return { name: 'Error', message: String(thrown), status: undefined, region: undefined };
  // A name with several addresses fails with one error for each; the first stands for all.
  const error: unknown = thrown instanceof AggregateError ? (thrown.errors[0] ?? thrown) : thrown;
  const { name, message } = error instanceof Error ? error : thrown;
  const answer = answerOf(thrown);
  const code = codeOf(error);
  // What the client makes of an answer without a text has no name worth one.
  const own =
    name === 'Error' || code?.startsWith('E') === true || code?.startsWith('HPE_') === true
      ? code
      : undefined;
  return { name: own ?? name, message: message.trim(), ...answer };
}

/** Whether a further try may do better. */
export function isPassing({ name, message, status }: S3Failure): boolean {
  if (BROKEN.has(name) || PASSING.has(name) || name.startsWith('HPE_')) return true;
  if (isChecksumMismatch({ name, message })) return true;
  // A status of success means that the answer behind it was cut.
  if (status === undefined) return false;
  return status < 300 || [408, 409, 429].includes(status) || (status >= 500 && !LASTING.has(status));
}

/** Whether nobody was there to be asked: the address may be wrong. */
export function isUnreachable({ name }: S3Failure): boolean {
  return /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|TimeoutError)$/.test(name);
}

/** Whether the client found another checksum than the storage gave for a body; it has no name for that. */
export function isChecksumMismatch({ message }: Pick<S3Failure, 'name' | 'message'>): boolean {
  return message.startsWith('Checksum mismatch');
}

/** HTTP status of the answer that an error was made of. */
export function statusOf(thrown: unknown): number | undefined {
  return answerOf(thrown).status;
}

/** Whether an answer says that there is no such object; of a bucket that is not there, it says so by name, except to HEAD. */
export function isNoSuchKey(thrown: unknown): boolean {
  return statusOf(thrown) === 404 && failureOf(thrown).name !== 'NoSuchBucket';
}

function answerOf(thrown: unknown): Pick<S3Failure, 'status' | 'region'> {
  const metadata = field(thrown, '$metadata');
  const status = field(metadata, 'httpStatusCode');
  const headers = field(field(thrown, '$response'), 'headers');
  const region = field(headers, 'x-amz-bucket-region') ?? field(thrown, 'Region');
  return {
    status: typeof status === 'number' ? status : undefined,
    region: typeof region === 'string' ? region : undefined,
  };
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
