import { fault } from '../errors.js';

/**
 * The class names in a text: one a line, each line ended.
 *
 * @param file its name
 * @throws {DatasetError} `MANIFEST_INVALID`
 */
export function classNamesIn(text: string, file: string): string[] {
  if (text.endsWith('\n')) return text.slice(0, -1).split('\n');
  throw fault('MANIFEST_INVALID', `${file} ends inside a line`, {
    expected: 'one name a line, each line ended',
  });
}
