import { absence, asDiskError, DatasetError, type ErrorCode, type ErrorDetails } from '../errors.js';

/** What to do about a data set that is not as it should be. */
export const NEXT = 'Prepare the data set again with --overwrite.';

/** A fault of a published data set. */
export function fault(code: ErrorCode, message: string, details: ErrorDetails = {}): DatasetError {
  return new DatasetError(code, message, { next: NEXT, ...details });
}

/** What reading a directory threw: `NO_DATASET` where it is not there, `DISK` else. */
export function directoryFault(thrown: unknown, directory: string): DatasetError {
  if (absence(thrown) === undefined) return asDiskError(thrown, `reading ${directory}`);
  return new DatasetError('NO_DATASET', `there is no directory ${directory}`, {
    expected: "a data set's directory, or a folder that holds some",
    found: 'nothing, or a file',
    next: 'Check the path, or prepare the data set first.',
    cause: thrown,
  });
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
