import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { asDiskError, fault } from '../errors.js';
import { requireRegularFile } from '../fs/regular-file.js';

/**
 * The text of a file of a data set.
 *
 * @throws {DatasetError} `FILE_MISSING` where it is no regular file, `DISK`
 */
export function readText(path: string): string {
  try {
    requireRegularFile(path);
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw asDiskError(error, `reading ${path}`);
  }
}

/**
 * What a text of JSON holds.
 *
 * @param file its name
 * @throws {DatasetError} `MANIFEST_INVALID`
 */
export function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw notJson(error, file);
  }
}

/**
 * A value as its schema has it.
 *
 * @param file the name of the file that it stands in
 * @throws {DatasetError} `MANIFEST_INVALID`
 */
export function parseWith<S extends v.GenericSchema>(
  schema: S,
  value: unknown,
  file: string,
): v.InferOutput<S> {
  const result = safelyParsed(schema, value, file);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue) ?? 'the whole';
  throw fault('MANIFEST_INVALID', `${file} is in no form that TFDS has written: \`${path}\``, {
    expected: issue.expected ?? issue.message,
    found: issue.received,
  });
}

/** JSON within JSON may be none, and one that is nested without end leaves no room on the stack. */
function safelyParsed<S extends v.GenericSchema>(schema: S, value: unknown, file: string) {
  try {
    return v.safeParse(schema, value);
  } catch (error) {
    throw notJson(error, file);
  }
}

function notJson(error: unknown, file: string): unknown {
  if (!(error instanceof SyntaxError) && !(error instanceof RangeError)) return error;
  return fault('MANIFEST_INVALID', `${file} is not JSON`, {
    expected: 'JSON',
    found: error.message,
    cause: error,
  });
}
