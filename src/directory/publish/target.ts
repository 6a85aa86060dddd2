import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetDefinition } from '../../dataset/definition.js';
import { absence, asDiskError, DatasetError } from '../../errors.js';
import { type DatasetDirectory, readDirectory } from '../read.js';

/** Where TFDS keeps a prepared data set: `<out>/<name>/<version>`, or `<out>/<name>/<config>/<version>`. */
export function datasetDirectory(
  out: string,
  { name, config, version }: Pick<DatasetDefinition, 'name' | 'config' | 'version'>,
): string {
  return join(out, name, config?.name ?? '', version);
}

/**
 * Looks at the directory where a data set is to be published; `undefined` where there is none, or an empty one.
 *
 * @throws {DatasetError} `OUTPUT_OCCUPIED` where a file stands there, `DISK` when the directory cannot be read
 */
export async function lookAtTarget(directory: string): Promise<DatasetDirectory | undefined> {
  const found = await stat(directory).catch((error: unknown) => {
    if (absence(error) !== undefined) return undefined;
    throw asDiskError(error, `looking at ${directory}`);
  });
  if (found === undefined) return undefined;
  if (!found.isDirectory()) throw notDirectory(directory);
  const names = await readdir(directory).catch((error: unknown) => {
    throw asDiskError(error, `looking at ${directory}`);
  });
  return names.length === 0 ? undefined : readDirectory(directory);
}

function notDirectory(path: string): DatasetError {
  return new DatasetError('OUTPUT_OCCUPIED', `${path} is a file`, {
    expected: 'a directory, or nothing',
    found: 'a file',
    next: 'Move the file away, or choose another --out.',
  });
}
