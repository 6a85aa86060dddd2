import { readFile } from 'node:fs/promises';
import { absence, asDiskError, DatasetError, type ErrorCode } from '../errors.js';

/**
 * The text of a JSON file that somebody named, such as on the command line: that it is not there is their mistake, and no fault
 * of the disk.
 *
 * @param what what the file is, in words: `the definition`
 * @throws {DatasetError} of `code` where there is no file, `DISK`
 */
export async function readNamedFile(
  path: string,
  { what, code, next }: { what: string; code: ErrorCode; next: string },
): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    const why = absence(error);
    if (why === undefined) throw asDiskError(error, `reading ${what} ${path}`);
    throw new DatasetError(code, `${what} ${path} ${why}`, { expected: 'a JSON file', next, cause: error });
  });
}
