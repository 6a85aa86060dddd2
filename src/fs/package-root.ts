import { existsSync } from 'node:fs';

/**
 * The package's own folder: the nearest one above this file that has a package.json. It is one step up from the sources
 * and two from the compiled files.
 */
export const packageRoot: URL = nearest(new URL('.', import.meta.url));

function nearest(folder: URL): URL {
  if (existsSync(new URL('package.json', folder))) return folder;
  return nearest(new URL('..', folder));
}
