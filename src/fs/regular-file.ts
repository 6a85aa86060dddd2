import { type Stats, statSync } from 'node:fs';
import { fault } from '../errors.js';

/**
 * Sees that what lies at a path is a file, before it is opened: a pipe would be waited for without end.
 *
 * @throws {DatasetError} `FILE_MISSING`, and what the system throws where there is nothing
 */
export function requireRegularFile(path: string): void {
  const found = statSync(path);
  if (found.isFile()) return;
  throw fault('FILE_MISSING', `${path} is no regular file`, {
    expected: 'a regular file',
    found: kindOf(found),
  });
}

/** What lies at a path, in words. */
export function kindOf(found: Stats): 'a file' | 'a folder' | 'something else' {
  if (found.isFile()) return 'a file';
  return found.isDirectory() ? 'a folder' : 'something else';
}
