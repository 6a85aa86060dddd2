/**
 * Every failure that the project can name, with the process exit code that it ends in:
 * 2 usage, 3 network, 4 integrity, 5 disk, 75 too early (`EX_TEMPFAIL` of sysexits.h: try again later), 130 interrupted, 1 a fault
 * of our own.
 */
const EXIT_CODES = {
  USAGE: 2,
  UNKNOWN_DATASET: 2,
  DEFINITION_INVALID: 2,
  CLASS_NAMES: 2,
  SHARD_COUNT: 2,
  OUTPUT_OCCUPIED: 2,
  MEMORY: 2,
  PACKAGE_MISSING: 2,
  STORAGE_UNSAFE: 2,
  DOWNLOAD_FAILED: 3,
  STORAGE: 3,
  ENGINE: 3,
  ARCHIVE_MISSING: 4,
  ARCHIVE_SIZE: 4,
  ARCHIVE_CHECKSUM: 4,
  ARCHIVE_REPEATED: 4,
  ARCHIVE_KIND: 4,
  GZIP_INVALID: 4,
  GZIP_TRAILING: 4,
  XZ_INVALID: 4,
  ZIP_INVALID: 4,
  ZIP_MEMBER_MISSING: 4,
  IDX_MAGIC: 4,
  IDX_TYPE: 4,
  IDX_DIMENSIONS: 4,
  IDX_TRUNCATED: 4,
  IDX_TRAILING: 4,
  NPY_INVALID: 4,
  NPY_TYPE: 4,
  NPY_DIMENSIONS: 4,
  NPY_TRUNCATED: 4,
  NPY_TRAILING: 4,
  COUNT_MISMATCH: 4,
  LABEL_RANGE: 4,
  RECORD_CORRUPT: 4,
  NO_DATASET: 4,
  FILE_MISSING: 4,
  FILE_EXTRA: 4,
  FILE_CHECKSUM: 4,
  FILE_BYTES: 4,
  MANIFEST_INVALID: 4,
  EXAMPLE_INVALID: 4,
  IMAGE_INVALID: 4,
  ARROW_INVALID: 4,
  PARQUET_INVALID: 4,
  ARRAY_RECORD_INVALID: 4,
  ROW_MISMATCH: 4,
  ORDER_MISMATCH: 4,
  SOURCE_MISMATCH: 4,
  VERIFY_FAILED: 4,
  SPLIT_INVALID: 2,
  FEATURES: 2,
  LOCK_INVALID: 2,
  DRIFT: 4,
  OBJECT_MISSING: 4,
  OBJECT_DIFFERS: 4,
  DISK_FULL: 5,
  DISK: 5,
  LOCKED: 5,
  STAGE_EARLY: 75,
  INTERRUPTED: 130,
  INTERNAL: 1,
} as const;

/** A stable name of a failure: scripts may branch on it, messages may change. */
export type ErrorCode = keyof typeof EXIT_CODES;

/** Whether a text is the name of a failure. */
export function isErrorCode(text: unknown): text is ErrorCode {
  return typeof text === 'string' && Object.hasOwn(EXIT_CODES, text);
}

/** What an error tells beside its message. */
export interface ErrorDetails {
  /** What should have been there. */
  expected?: string | undefined;
  /** What was there. */
  found?: string | undefined;
  /** What the reader can do about it, as a sentence. */
  next?: string | undefined;
  /** The error underneath. */
  cause?: unknown;
}

/** A {@link DatasetError} as plain data, which survives `postMessage` and `JSON.stringify`. */
export interface ErrorData {
  code: ErrorCode;
  message: string;
  expected?: string | undefined;
  found?: string | undefined;
  next?: string | undefined;
  stack?: string | undefined;
}

/**
 * The one error class. `message` says what happened and where; `expected`, `found` and `next` say the rest.
 * Errors that a worker throws arrive with class and fields lost, so they cross as {@link toErrorData} makes them.
 */
export class DatasetError extends Error {
  override readonly name = 'DatasetError';
  readonly code: ErrorCode;
  readonly expected: string | undefined;
  readonly found: string | undefined;
  readonly next: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.expected = details.expected;
    this.found = details.found;
    this.next = details.next;
  }

  /** The exit code of a process that ends by this error. */
  get exitCode(): number {
    return EXIT_CODES[this.code];
  }
}

/** What to do about a data set that is not as it should be. */
export const NEXT = 'Prepare the data set again with --overwrite.';

/** A fault of a published data set. */
export function fault(code: ErrorCode, message: string, details: ErrorDetails = {}): DatasetError {
  return new DatasetError(code, message, { next: NEXT, ...details });
}

/**
 * What a decoder threw as a fault of this code; anything that is no `RangeError`, the decoders' own, as it is.
 *
 * @param what what was decoded: `record 3 of mnist-test...`
 */
export function decodeFault(thrown: unknown, code: ErrorCode, what: string): unknown {
  if (!(thrown instanceof RangeError)) return thrown;
  return fault(code, `${what} is damaged: ${thrown.message}`, { cause: thrown });
}

/** Any thrown value as a {@link DatasetError}; one that is not ours becomes `INTERNAL`, with the original as its cause. */
export function asDatasetError(thrown: unknown): DatasetError {
  if (thrown instanceof DatasetError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new DatasetError('INTERNAL', message, {
    cause: thrown,
    next: 'This is a fault of the program: please report it.',
  });
}

/** Any thrown value as data, to carry over a worker boundary or into a JSON event. */
export function toErrorData(thrown: unknown): ErrorData {
  const error = asDatasetError(thrown);
  const stack = error.cause instanceof Error ? error.cause.stack : error.stack;
  return {
    code: error.code,
    message: error.message,
    expected: error.expected,
    found: error.found,
    next: error.next,
    stack,
  };
}

/** The error that {@link toErrorData} took apart, with the stack of the place where it was thrown. */
export function fromErrorData(data: ErrorData): DatasetError {
  const error = new DatasetError(data.code, data.message, data);
  if (data.stack !== undefined) error.stack = data.stack;
  return error;
}

/**
 * An error of the operating system as a {@link DatasetError} of exit code 5, naming what was done to which path; any other
 * value as {@link asDatasetError} makes it.
 *
 * @param doing what was under way, to follow the word "while": `writing data/mnist`
 */
export function asDiskError(thrown: unknown, doing: string): DatasetError {
  if (thrown instanceof DatasetError || !isSystemError(thrown)) return asDatasetError(thrown);
  if (thrown.code === 'ENOSPC' || thrown.code === 'EDQUOT') {
    return new DatasetError('DISK_FULL', `the disk is full while ${doing}`, {
      found: thrown.code,
      next: 'Free some space, or choose another --out (or IDX_SHARDS_CACHE for downloads), then run the command again.',
      cause: thrown,
    });
  }
  return new DatasetError('DISK', `the file system refused while ${doing}`, {
    found: thrown.message,
    next: 'Check the path and its permissions, then run the command again.',
    cause: thrown,
  });
}

/** Why there is no file to be read at a path, in words to follow its name; `undefined` where the error is another one. */
export function absence(thrown: unknown): string | undefined {
  if (!isSystemError(thrown)) return undefined;
  if (thrown.code === 'EISDIR') return 'is a folder';
  return thrown.code === 'ENOENT' || thrown.code === 'ENOTDIR' ? 'does not exist' : undefined;
}

/** What Node.js, the system or a library calls an error: `ENOENT`, `Z_DATA_ERROR`; `undefined` for what has no such name. */
export function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string'
    ? thrown.code
    : undefined;
}

/** Whether a value is what Node.js throws when a system call fails. */
function isSystemError(thrown: unknown): thrown is Error & { code: string } {
  return thrown instanceof Error && 'syscall' in thrown && codeOf(thrown) !== undefined;
}
